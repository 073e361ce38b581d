from __future__ import annotations

import gzip
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from attain.errors import AttainError
from attain.sources import documents, expansion, files
from attain.sources.documents import open_document
from attain.sources.files import rows_of

DAY = datetime.fromisoformat("2023-09-21")
ROWS = [["a", "b"], ["1", "x\ny"], ["2", 'say "so"']]
TEXT = 'a,b\r\n1,"x\ny"\r\n2,"say ""so"""\r\n'


def read(path: Path) -> list[list[str]]:
    return [row for _, row in rows_of(open_document(path))]


def refused(path: Path) -> AttainError:
    with pytest.raises(AttainError) as caught:
        read(path)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_every_encoding_with_a_mark_and_quoted_line_breaks(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read(path) == ROWS


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "f.tsv"
    path.write_text(TEXT.replace(",", delimiter), encoding="utf-8", newline="")
    assert read(path) == ROWS


def test_the_line_with_which_excel_names_the_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("sep=;\r\na;b,c\r\n1;2\r\n", encoding="utf-8", newline="")
    assert list(rows_of(open_document(path))) == [(2, ["a", "b,c"]), (3, ["1", "2"])]


def test_a_line_that_names_a_tab(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("sep=\t\r\na\tb\r\n1\t2\r\n".encode("utf-16"))
    assert list(rows_of(open_document(path))) == [(2, ["a", "b"]), (3, ["1", "2"])]


def test_blank_lines_above_the_header_are_passed_over_but_counted(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("\n \nsep=;\na;b\n\n1;2\n", encoding="utf-8")
    assert list(rows_of(open_document(path))) == [(4, ["a", "b"]), (6, ["1", "2"])]


def test_so_many_blank_lines_above_the_header_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BLANK", 3)
    path = tmp_path / "f.csv"
    path.write_text("\n\n\na,b\n1,2\n", encoding="utf-8")
    assert list(rows_of(open_document(path))) == [(4, ["a", "b"]), (5, ["1", "2"])]
    path.write_text("\n\n\n\na,b\n1,2\n", encoding="utf-8")
    assert refused(path).code == "file-blank"


def test_row_numbers_are_those_of_a_spreadsheet_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('a,b\n1,"x\ny"\n,\n\n2,3\n', encoding="utf-8")
    assert [number for number, _ in rows_of(open_document(path))] == [1, 2, 5]


def test_gzip(tmp_path: Path) -> None:
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert read(path) == ROWS


def test_a_gzip_bomb_is_refused_while_it_expands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "SMALL", 1024)
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000))
    assert refused(path).code == "file-bomb"


def test_a_broken_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 1000)[:-20])
    assert refused(path).code == "file-not-as-named"


def workbook(path: Path, rows: list[list[object]], first: int = 0) -> Path:
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("empty")
    sheet = book.add_worksheet("rows")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, row in enumerate(rows, first):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(place, column, cell, day)
            else:
                sheet.write(place, column, cell)
    book.close()
    return path


def test_a_workbook_gives_the_shortest_text_of_its_numbers_and_iso_dates(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", [["a", "b", "c", "d"], [0.1, 12, 0.4838709677419368, DAY]], first=2)
    assert list(rows_of(open_document(path))) == [(3, ["a", "b", "c", "d"]), (4, ["0.1", "12", "0.4838709677419368", "2023-09-21"])]


def test_a_workbook_that_expands_too_far_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "SMALL", 1024)
    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    assert refused(path).code == "file-bomb"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("f.csv", b"", "file-empty"),
        ("f.csv", b"PK\x03\x04rest", "file-zip"),
        ("f.zip", b"PK\x03\x04rest", "file-zip"),
        ("f.csv", gzip.compress(b"a,b\n", mtime=0), "file-not-as-named"),
        ("f.csv", b"PAR1....", "file-not-as-named"),
        ("f.csv", b"a,b\n1,\0\n", "file-not-as-named"),
        ("f.xlsx", b"a,b\n1,2\n", "file-not-as-named"),
        ("f.xlsx", b"PK\x03\x04rest", "file-not-as-named"),
        ("f.xlsx", b"\xd0\xcf\x11\xe0rest", "file-not-as-named"),
        ("f.csv.gz", b"a,b\n1,2\n", "file-not-as-named"),
        ("f.csv", "a,b\n1,Zürich\n".encode("latin-1"), "file-encoding"),
        ("f.csv", b'a,b\n1,"open\n2,3\n', "file-quotes"),
        ("f.csv", b"one column\n1\n", "file-not-table"),
        ("f.csv", b"\n \r\n\n", "file-empty"),
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path).code == code


@pytest.mark.parametrize(
    ("encoding", "said"), [("latin-1", "f.csv, line 3: the text is not UTF-8"), ("utf-16", "f.csv: the text is not UTF-16")]
)
def test_text_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, encoding: str, said: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("a,b\n1,2\n1,Zürich\n".encode(encoding)[: -1 if encoding == "utf-16" else None])
    assert str(refused(path)) == f"{tmp_path}/{said} (save it as CSV UTF-8)"


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST_LINE", 100)
    path = tmp_path / "f.csv"
    path.write_text("a,b\n" + "1" * 200 + ",2\n", encoding="utf-8")
    assert refused(path).code == "file-line-too-long"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert str(refused(tmp_path / "f.csv")) == f"{tmp_path / 'f.csv'}: no such file (check the name and the folder)"

"""Blocks of plain lines give the rows that reading with care gives, and leave every other row to it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.errors import AttainError
from attain.sources import blocks, expansion, files
from attain.sources.documents import open_document
from attain.sources.files import rows_of


def outcome(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except AttainError as error:
        return str(error)


@pytest.mark.parametrize(
    "tail",
    [
        '\n"two\nlines",1,2\n3,4,5\n',
        "\n1,2\x1c,3\n",
        "\n1,2,3\r4,5,6\n",
        '\n"open,1,2\n',
        "\n1,2,3",
        "\n\n,,\n1,2,3\n",
        '\n1,"2,2",3\n1,2\n',
        '\n""\n"",""\n1,2,3\n',
    ],
)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("above", ["", "\ufeff", "sep=,\n", "\n\r\n", "\r"])
def test_blocks_are_the_rows_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: str, above: str, *, packed: bool) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 40)
    path = tmp_path / ("f.csv.gz" if packed else "f.csv")
    content = (above + "a,b,c\n" + "1,2,3\n,x, y \n" * 20 + "4,5,6" + tail).encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    document = open_document(path)

    def by_block() -> list[tuple[int, list[str]]]:
        found: list[tuple[int, list[str]]] = []
        for block in blocks.blocks_of(document, 3):
            if block.cells is not None:
                found += [(row[-1], list(row[:-1])) for row in block.cells.select("0", "1", "2", blocks.NUMBER).iter_rows()]
            found += list(block.rows)
        return sorted(found)

    assert outcome(by_block) == outcome(lambda: list(rows_of(document))[1:])


@pytest.mark.parametrize("row", ["5,6,7,8", "5,6,7,", '"5,5",6,7,8', '5,"6, ""6""",7,8', '5,6,"7",8', "5,6"])
def test_a_row_with_too_many_or_too_few_cells_comes_singly_where_some_columns_are_read(tmp_path: Path, row: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f'a,b,c\n1,2,3\n{row}\n1,"2,2",3\n')
    document = open_document(path)
    given = list(rows_of(document))[2]
    [block] = blocks.blocks_of(document, 3, frozenset({0}))
    assert block.cells is not None
    assert block.cells["0"].to_list() == ["1", "1"]
    assert list(block.rows) == [given]


def test_rows_of_a_compressed_file_come_by_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 40)
    path = tmp_path / "f.csv.gz"
    # a gzip file may be several, one after the other
    path.write_bytes(gzip.compress(b"a,b,c\n" + b"1,2,3\n" * 30 + b"4,") + gzip.compress(b"5,6\n" + b"7,8,9\n" * 30))
    found = list(blocks.blocks_of(open_document(path), 3, frozenset({1})))
    cells = [block.cells for block in found if block.cells is not None]
    assert pl.concat(cells)["1"].to_list() == ["2"] * 30 + ["5"] + ["8"] * 30
    assert len(cells) == len(found) > 2
    last = found[-1]
    assert last.cells is not None
    assert last.singly(pl.Series([True] * (last.cells.height - 1) + [False])) == [(62, ["7", "8", "9"])]


@pytest.mark.parametrize(("rows", "cut", "code"), [(99, 9, "file-not-as-named"), (1_000_000, 0, "file-bomb")])
def test_a_compressed_file_that_cannot_be_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, cut: int, code: str
) -> None:
    monkeypatch.setattr(expansion, "SMALL", 100_000)
    path = tmp_path / "f.csv.gz"
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * rows)
    path.write_bytes(packed[: len(packed) - cut])
    with pytest.raises(AttainError) as caught:
        for _ in blocks.blocks_of(open_document(path), 2):
            pass
    assert caught.value.code == code


@pytest.mark.parametrize(("blank", "more"), [(5, ""), (5, "1,2\n"), (6, ""), (6, "1,2\n"), (3, "1\n,,\n\n"), (7, "1\n"), (4, '"\n')])
@pytest.mark.parametrize("line", ["\n", ",\n"])
@pytest.mark.parametrize("first", [2, 8, 1 << 16])
def test_so_many_blank_rows_after_each_other_are_refused_however_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, line: str, blank: int, more: str
) -> None:
    """By rows that stand in one block or in several, all of them blank or not."""
    monkeypatch.setattr(blocks, "FIRST_BLOCK", first)
    monkeypatch.setattr(blocks, "GROWTH", 1)
    monkeypatch.setattr(blocks, "MOST_BLANK", 5)
    monkeypatch.setattr(files, "MOST_BLANK", 5)
    path = tmp_path / "f.csv"
    path.write_text("a,b\n1,2\n" + line * 2 + "3,4\n" + line * blank + more)
    document = open_document(path)

    def by_block() -> list[tuple[int, list[str]]]:
        found: list[tuple[int, list[str]]] = []
        for block in blocks.blocks_of(document, 2, frozenset({0, 1})):
            if block.cells is not None:
                found += block.singly(pl.Series([False]).new_from_index(0, block.cells.height))
            found += list(block.rows)
        return sorted(found)

    assert outcome(by_block) == outcome(lambda: list(rows_of(document))[1:])


def test_of_rows_as_they_should_be_only_the_columns_that_are_looked_at_are_made(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('a,b,c,d\n1,2,3,4\n1,"2,2",3,"4, ""4"", 4"\n')
    [block] = blocks.blocks_of(open_document(path), 4, frozenset({0}))
    assert block.cells is not None
    assert block.cells.columns == ["0", blocks.NUMBER]
    assert block.singly(pl.Series([True, False])) == [(3, ["1", "2,2", "3", '4, "4", 4'])]


@pytest.mark.parametrize("header", ['"a","b","c"', '\ufeff"a","b","c"', '"a",b,"c, ""d"""', "a,b,c"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_rows_below_a_header_in_quotation_marks_come_by_column(tmp_path: Path, header: str, ending: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(ending.join([header, "1,2,3", '4,"5",', ""]), "utf-8", newline="")
    [block] = blocks.blocks_of(open_document(path), 3, frozenset({0}))
    assert block.cells is not None
    assert block.cells.rows() == [("1", 2), ("4", 3)]
    assert block.singly(pl.Series([True, False])) == [(3, ["4", "5", ""])]


@pytest.mark.parametrize("header", ['a"b,"c\nd",e', 'a,b"c"', 'a"b",c'])
def test_rows_below_a_header_whose_quotation_marks_stand_elsewhere_come_singly(tmp_path: Path, header: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"{header}\n1,2\n")
    document = open_document(path)
    blocks_found = list(blocks.blocks_of(document, 2, frozenset({0})))
    assert [block.cells for block in blocks_found] == [None]
    assert [row for block in blocks_found for row in block.rows] == list(rows_of(document))[1:]


def test_a_row_that_is_blank_in_the_columns_looked_at_alone_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a,b\n1,2\n,\n,4\n5,6\n")
    [block] = blocks.blocks_of(open_document(path), 2, frozenset({0}))
    assert block.cells is not None
    assert block.cells.select("0", blocks.NUMBER).rows() == [("1", 2), ("", 4), ("5", 5)]
    assert block.lines == 4


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_rows_that_are_not_taken_are_read_again_by_their_number(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(ending.join(["a,b,c", *(f'{number},"x, {number}",{number * number}' for number in range(50)), ""]), newline="")
    [block] = blocks.blocks_of(open_document(path), 3, frozenset({0}))
    taken = pl.Series([number % 7 != 3 for number in range(50)])
    numbers = [number for number in range(50) if number % 7 == 3]
    assert block.singly(taken) == [(number + 2, [str(number), f"x, {number}", str(number * number)]) for number in numbers]


@pytest.mark.parametrize("line", ["1,2\r3\n", "\r1,2\n", "1,2\r\r\n"])
def test_lines_with_a_carriage_return_elsewhere_come_singly(tmp_path: Path, line: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"a,b\n{line}5,6\n", newline="")
    document = open_document(path)
    assert [block.cells for block in blocks.blocks_of(document, 2, frozenset({0}))] == [None]


@pytest.mark.parametrize("after", ["9,2,3\n", "9,2\n9,2\n", ""])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, after: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a,b,c\n1,2,3\n4,5,6\n")
    [block] = blocks.blocks_of(open_document(path), 3, frozenset({0}))
    path.write_text(f"a,b,c\n{after}")
    with pytest.raises(AttainError, match="has changed"):
        block.singly(pl.Series([False, True]))


@pytest.mark.parametrize("wanted", [None, frozenset({0})])
def test_a_byte_order_mark_within_a_file_stays_wherever_a_block_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: frozenset[int] | None
) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 8)
    path = tmp_path / "f.csv"
    path.write_text("a,b,c\n1,2,3\n\ufeff4,5,6\n")
    document = open_document(path)
    _, rest = blocks.blocks_of(document, 3, wanted)
    assert rest.cells is not None
    assert rest.cells["0"].to_list() == ["\ufeff4"]
    assert rest.singly(pl.Series([False])) == list(rows_of(document))[2:]


@pytest.mark.parametrize("content", ["a,b,c\r1,2,3\r4,5,6\r", "a,b,c"])
def test_a_header_with_another_end_is_read_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(blocks, "LONGEST_LINE", 8)
    path = tmp_path / "f.csv"
    path.write_text(content, newline="")
    document = open_document(path)
    [block] = blocks.blocks_of(document, 3, frozenset({0}))
    assert (block.cells, list(block.rows)) == (None, list(rows_of(document))[1:])

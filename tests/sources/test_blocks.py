"""Blocks of plain lines give the rows that reading with care gives, and leave every other row to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.errors import AttainError
from attain.sources import blocks
from attain.sources.documents import open_document
from attain.sources.files import rows_of


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
def test_blocks_are_the_rows_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: str) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 40)
    path = tmp_path / "f.csv"
    path.write_bytes(("a,b,c\n" + "1,2,3\n,x, y \n" * 20 + "4,5,6" + tail).encode())
    document = open_document(path)

    def by_block() -> list[tuple[int, list[str]]]:
        found: list[tuple[int, list[str]]] = []
        for block in blocks.blocks_of(document, 3):
            if block.cells is not None:
                found += [(row[-1], list(row[:-1])) for row in block.cells.select("0", "1", "2", blocks.NUMBER).iter_rows()]
            found += list(block.rows)
        return sorted(found)

    def outcome(read: Any) -> Any:
        try:
            return read()
        except Exception as error:
            return str(error)

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

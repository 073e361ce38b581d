"""A CSV file read by blocks of plain lines gives the rows, the numbers and the faults that reading with care gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.facts import batches, csv_rows, plain_csv
from attain.facts.folder import SourceFile
from attain.facts.plain_csv import has_all_cells, lines_of, parsed, parsed_in_quotes, without_quotes
from attain.facts.text_rows import Repeated

HEADER = ("month", "partner_id", "tenant_id", "workload", "revenue_usd", "more")
KINDS = {name: pl.String() for name in "abc"}
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
CELL = st.one_of(
    st.sampled_from(["", "2026-10", "100", GUID, GUID.upper(), "Key Vault", "1.5", '""', '"a"', '"a,b"', '"say ""so"""', " ", "\u00e9"]),
    st.text(alphabet='a",\n\r \0\u00e9\ufeff', max_size=4),
)
ROW = st.one_of(
    st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)),
    st.lists(CELL, max_size=len(HEADER) + 1),
    st.just(["2026-10", "100", GUID, "Teams", "1.5", "x"]),
)


def _never(*_: object) -> None:
    pytest.fail("the file is plain")


def _outcome(reading: batches.Reading, rows: Any) -> Any:
    reading.ragged.clear()
    found: list[tuple[object, ...]] = []
    try:
        for one, _ in rows:
            found += one.frame().rows()
    except AttainError as error:
        return error.code
    return found, list(reading.ragged)


@given(st.lists(ROW, max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from(["", "\ufeff"]))
@settings(max_examples=300)
def test_by_blocks_and_with_care_the_same_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, ended: bool, mark: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "workload_revenue.csv"
    path.write_bytes((mark + end.join([",".join(HEADER), *(",".join(row) for row in rows)]) + end * ended).encode())
    reading = batches.open_file(SourceFile("workload_revenue", path, path.name, "csv", path.stat().st_size, 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "FIRST_BYTES", 90)
        patch.setattr(csv_rows, "GROWTH", 2)
        by_blocks = _outcome(reading, reading.batches())
    assert by_blocks == _outcome(reading, csv_rows.careful_batches(reading, 0, 0))


@pytest.mark.parametrize("cell", ["more", 'mo"re', '"more'])
def test_a_byte_order_mark_below_the_header_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    """Files that were put together from several have such marks, and a block may begin with one."""
    path = tmp_path / "workload_revenue.csv"
    line = f"2026-10,100,{GUID},Teams,1.5,"
    path.write_text("\n".join([",".join(HEADER), f"{line}x", f"\ufeff{line}{cell}", f"{line}y", ""]), "utf-8")
    reading = batches.open_file(SourceFile("workload_revenue", path, path.name, "csv", path.stat().st_size, 0))
    monkeypatch.setattr(csv_rows, "FIRST_BYTES", 80)
    monkeypatch.setattr(csv_rows, "GROWTH", 1)
    found, ragged = _outcome(reading, reading.batches())
    assert [row[0] for row in found][:2] == ["2026-10", "\ufeff2026-10"]
    assert (found, ragged) == _outcome(reading, csv_rows.careful_batches(reading, 0, 0))


@pytest.mark.parametrize("last", ["revenue_usd", "associations"])
def test_lines_of_a_usual_file_are_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    # with associations, which may be empty, at the end rows with too few cells are told by the number of marks
    header = [*(name for name in ("month", "partner_id", "tenant_id", "workload", "associations", "revenue_usd") if name != last), last]
    cells = {"month": "2026-10", "partner_id": "100", "tenant_id": GUID, "workload": '"Teams"', "revenue_usd": "1.5"}
    line = ",".join(cells.get(name, "") for name in header)
    path = tmp_path / "workload_revenue.csv"
    path.write_text("\n".join([",".join(header), *[line] * 500]) + "\n")
    reading = batches.open_file(SourceFile("workload_revenue", path, path.name, "csv", path.stat().st_size, 0))
    monkeypatch.setattr(csv_rows, "careful_batches", _never)
    monkeypatch.setattr(csv_rows, "FIRST_BYTES", 300)
    found = [row for rows, _ in reading.batches() for row in rows.frame().iter_rows(named=True)]
    assert len(found) == 500
    assert {row["workload"] for row in found} == {"Teams"}
    assert [row["#row"] for row in found] == list(range(2, 502))


@pytest.mark.parametrize(
    ("block", "rows"),
    [
        ('a,"b",c\n', [("a", "b", "c")]),
        ('"a,a","","c ""c"""\n', [("a,a", "", 'c "c"')]),
        ('"","",""\n"""",,x\n', [("", "", ""), ('"', "", "x")]),
        ('a,b"b,c\n', None),
        ('a,"b"b,c\n', None),
        ('a,"b,c\n', None),
        ('"a,"b",c"\n', None),
        ('a,"b\nb",c\n', None),
    ],
)
def test_marks_stand_around_cells_or_nowhere(block: str, rows: list[tuple[str, ...]] | None) -> None:
    found = parsed_in_quotes(block.encode(), ",", KINDS)
    assert (None if found is None else found.rows()) == rows


@pytest.mark.parametrize(
    ("block", "whole"),
    [("a,b,c\n", True), ("a,b,\n", True), ("a,b\n", False), ("\n", False), ("\na,b,\n", False), ('"a,a",b,\n', True), ('"a,a",b\n', False)],
)
def test_rows_with_too_few_cells_are_found_out(block: str, whole: bool) -> None:
    whole_block = f"1,2,3\n{block}".encode()
    found = parsed(whole_block, ",", KINDS, quoted='"' in block)
    assert found is not None
    assert has_all_cells(found, whole_block, ",") is whole


def test_marks_are_taken_off_cells_that_are_all_in_them() -> None:
    cells = without_quotes(pl.Series(["a", '"b c"', '""', ""]))
    assert cells is not None
    assert cells.to_list() == ["a", "b c", "", ""]
    for odd in ('"', '"a', 'a"', 'a"a', '"a""a"'):
        assert without_quotes(pl.Series(["a", odd])) is None


@pytest.mark.parametrize("tail", [3, 1 << 12])
def test_lines_come_in_blocks_that_grow_and_never_part_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: int) -> None:
    monkeypatch.setattr(plain_csv, "TAIL", tail)
    path = tmp_path / "f.csv"
    content = b"".join(b"%d\n" % number for number in range(1000))
    path.write_bytes(content)
    found = list(lines_of(path, 4, 10, 100, 3))
    assert b"".join(lines.content() for lines in found) == content[4:]
    assert all(lines.whole and lines.content().endswith(b"\n") for lines in found)
    assert [lines.end - lines.start for lines in found[:4]] == sorted(lines.end - lines.start for lines in found[:4])
    assert max(lines.end - lines.start for lines in found) <= 100
    path.write_bytes(b"a\n" + b"x" * 500 + b"\nb\n")
    assert [(lines.start, lines.end, lines.whole) for lines in lines_of(path, 0, 10, 100, 3)] == [(0, 2, True), (2, 505, False)]


def test_each_block_has_its_own_categories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # those of all blocks would grow with the file
    path = tmp_path / "workload_revenue.csv"
    path.write_text("\n".join([",".join(HEADER), *(f"2026-10,{number},{GUID},Teams,1.5,x" for number in range(1000, 1200))]) + "\n")
    reading = batches.open_file(SourceFile("workload_revenue", path, path.name, "csv", path.stat().st_size, 0))
    known: list[int] = []

    def told(cells: pl.Series) -> Repeated:
        kind = cells.dtype
        assert isinstance(kind, pl.Categorical)
        known.append(len(kind.categories.to_series()))
        return of_categories(cells)

    of_categories = Repeated.of_categories
    monkeypatch.setattr(Repeated, "of_categories", told)
    monkeypatch.setattr(csv_rows, "FIRST_BYTES", 700)
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", 700)
    heights = [rows.height for rows, _ in reading.batches()]
    assert sum(heights) == 200
    assert max(known) <= max(heights) < 100


def test_a_file_of_other_line_ends_is_not_read_for_its_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"2026-10,100,{GUID},Teams,1.5,x"
    path = tmp_path / "workload_revenue.csv"
    path.write_bytes("\r".join([",".join(HEADER), *[line] * 3, ""]).encode())
    reading = batches.open_file(SourceFile("workload_revenue", path, path.name, "csv", path.stat().st_size, 0))
    monkeypatch.setattr(csv_rows, "_HEADER_BYTES", 20)
    assert sum(rows.height for rows, _ in reading.batches()) == 3

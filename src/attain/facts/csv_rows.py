"""A contract table in CSV as batches of text: quickly as long as every line is plain, and with care from the first other one on."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow
import pyarrow.csv

from attain.errors import AttainError
from attain.facts.ahead import ahead, each_ahead
from attain.facts.guid_bytes import are_guids, arrow_of
from attain.facts.plain_csv import (
    has_all_cells,
    is_plain_header,
    line_of_bad_byte,
    lines_of,
    parsed,
    parsed_in_quotes,
    usual,
    without_quotes,
)
from attain.facts.schema import MOSTLY_GUIDS, TABLES
from attain.facts.text_rows import ROW, Repeated, TextRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.facts.batches import Reading
    from attain.facts.folder import SourceFile
    from attain.facts.plain_csv import Lines

# pyarrow ships no types.
arrow: Any = pyarrow
arrow_csv: Any = pyarrow.csv
FIRST_BYTES, GROWTH, BLOCK_BYTES = 1 << 16, 8, 1 << 24
"""Blocks of lines begin small, so that the work on them begins at once; of larger ones the system hands out the memory anew each time."""
ARROW_BYTES = 8 << 20
_HEADER_BYTES = 1 << 20
Columns = tuple[int, dict[str, "pl.Series | Repeated"], frozenset[str]]
"""A number of rows, their columns, and the names of those that are GUIDs throughout."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row with more or fewer cells than the header."""

    row: int
    expected: int
    actual: int
    text: str


def csv_header(file: SourceFile) -> list[str]:
    """Give the names in the first row. Raises AttainError `no-header`, and `wrong-encoding` where the file begins with other text."""
    with file.path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    try:
        text = head.decode("utf-8-sig", errors="strict" if len(head) == file.size else "ignore")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(file, head.count(b"\n", 0, error.start) + 1) from error
    rows = csv.reader(io.StringIO(text, newline=""))
    header: list[str] = next(rows, list[str]())
    if not any(header):
        raise AttainError(
            "no-header",
            "the first row is empty; it must name the columns",
            where=f"{file.name}, row 1",
            hint=f"expected {', '.join(column.name for column in TABLES[file.table].columns)}",
        )
    return [name.strip() for name in header]


def _wrong_encoding(file: SourceFile, line: int) -> AttainError:
    return AttainError("wrong-encoding", "the text is not UTF-8", where=f"{file.name}, line {line}", hint="save it as CSV UTF-8")


def csv_batches(reading: Reading) -> Iterator[tuple[TextRows, int]]:
    """Give the rows of a CSV file: by blocks of lines as long as these are plain, and from the first other one on as Arrow reads them."""
    reading.ragged.clear()
    start, above = 0, 0
    with reading.file.path.open("rb") as stream:
        header = stream.readline(_HEADER_BYTES)
    if is_plain_header(header, ","):
        start, above = len(header), 1
        blocks = lines_of(reading.file.path, start, FIRST_BYTES, BLOCK_BYTES, GROWTH)
        for found, end in each_ahead(lambda lines: _plain_rows(reading, lines), blocks):
            if found is None:
                # the rest has to be read with care
                break
            count, columns, guids = found
            numbers = pl.int_range(above + 1, above + count + 1, dtype=pl.Int64, eager=True).alias(ROW)
            start, above = end, above + count
            yield TextRows(numbers, columns, guids), end
        else:
            return
    if start and _begins_with_mark(reading.file, start):
        # Arrow would leave out the mark, which begins a cell
        for rows, end in careful_batches(reading, 0, 0):
            yield rows.slice(int((rows.numbers <= above).sum())), end
        return
    yield from careful_batches(reading, start, above)


def _begins_with_mark(file: SourceFile, start: int) -> bool:
    with file.path.open("rb") as stream:
        stream.seek(start)
        return stream.read(len(BOM_UTF8)) == BOM_UTF8


def _kinds(reading: Reading) -> dict[str, pl.DataType]:
    """Say as what each column of a block is read. Categories of all columns, or of all blocks, each would have to know."""
    return {
        str(place): pl.Categorical(pl.Categories.random()) if _repeats(reading.file.table, name) else pl.String()
        for place, name in enumerate(reading.header)
    }


def _plain_rows(reading: Reading, lines: Lines) -> tuple[Columns | None, int]:
    """Give the columns of some lines, None where these are not plain, and where they end."""
    kinds = _kinds(reading)
    block = usual(lines.content()) if lines.whole else None
    if block is None:
        return None, lines.end
    cells = parsed(block, ",", kinds)
    found = None if cells is None else _columns_of(reading, cells, quoted=b'"' in block)
    if found is None and b'"' in block:
        # cells with marks within them
        cells = parsed_in_quotes(block, ",", kinds)
        found = None if cells is None else _columns_of(reading, cells, quoted=False)
    return found if cells is not None and has_all_cells(cells, block, ",") else None, lines.end


def _columns_of(reading: Reading, cells: pl.DataFrame, *, quoted: bool) -> Columns | None:
    """Give the columns of some rows; None where marks stand elsewhere than around cells (`quoted`)."""
    mostly = _mostly_guids(reading.file.table)
    columns: dict[str, pl.Series | Repeated] = {}
    guids: set[str] = set()
    for name, cell in zip(reading.header, cells.iter_columns(), strict=True):
        if isinstance(cell.dtype, pl.Categorical):
            repeated = Repeated.of_categories(cell)
            texts = without_quotes(repeated.texts) if quoted else repeated.texts
            found = None if texts is None else Repeated(texts, repeated.places)
        elif name in mostly and are_guids(arrow_of(cell)):
            guids.add(name)
            found = cell
        else:
            found = without_quotes(cell) if quoted else cell
        if found is None:
            return None
        columns[name] = found
    return cells.height, columns, frozenset(guids)


def careful_batches(reading: Reading, start: int, above: int) -> Iterator[tuple[TextRows, int]]:
    """Give the rows from a byte of the file on, `above` rows below its top, whatever they are."""
    file, names = reading.file, [f"{place}" for place in range(len(reading.header))]
    kinds = {name: _arrow_type(file.table, column) for name, column in zip(names, reading.header, strict=True)}

    def set_aside(row: Any) -> str:
        number = above + int(row.number)
        reading.ragged.append(Ragged(number, int(row.expected_columns), int(row.actual_columns), str(row.text)))
        return "skip"

    # Arrow reads into the memory of the block before; Python would ask the system for new memory each time
    with arrow.OSFile(str(file.path)) as stream:
        stream.seek(start)
        try:
            reader = arrow_csv.open_csv(
                stream,
                read_options=arrow_csv.ReadOptions(use_threads=False, block_size=ARROW_BYTES, column_names=names),
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=set_aside),
                convert_options=arrow_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
            )
            next_row, ragged_seen = above + 1, 0
            for count, columns, guids in ahead(_columns(batch, reading) for batch in reader):
                numbers, next_row, ragged_seen = _numbers(count, next_row, reading.ragged, ragged_seen)
                rows = TextRows(numbers, columns, guids)
                # the header is no row
                yield rows.slice(1) if rows.height and numbers[0] == 1 else rows, stream.tell()
        except (arrow.ArrowInvalid, arrow.ArrowException) as error:
            raise _broken_csv(file, str(error)) from error


def _repeats(table: str, name: str) -> bool:
    """Say whether the cells of a column come again and again, so that they are read as the distinct ones and their places."""
    column = next((column for column in TABLES[table].columns if column.name == name), None)
    return column is not None and (column.kind not in {"text", "guid", "money"} or name == "partner_id")


def _mostly_guids(table: str) -> frozenset[str]:
    return frozenset(column.name for column in TABLES[table].columns if column.kind == "guid" or column.name in MOSTLY_GUIDS)


def _arrow_type(table: str, name: str) -> Any:
    return arrow.dictionary(arrow.int32(), arrow.string()) if _repeats(table, name) else arrow.string()


def _columns(batch: Any, reading: Reading) -> Columns:
    named = dict(zip(reading.header, batch.columns, strict=True))
    guids = frozenset(name for name in _mostly_guids(reading.file.table) if name in named and are_guids(named[name]))
    return batch.num_rows, {name: _cells(cells) for name, cells in named.items()}, guids


def _cells(cells: Any) -> pl.Series | Repeated:
    if not arrow.types.is_dictionary(cells.type):
        return pl.Series(cells)
    return Repeated(pl.Series(cells.dictionary), pl.Series(cells.indices).cast(pl.UInt32))


def _numbers(height: int, first: int, ragged: list[Ragged], seen: int) -> tuple[pl.Series, int, int]:
    """Number the rows of a batch, stepping over the ragged rows between them."""
    last = first + height - 1
    skipped: list[int] = []
    while seen < len(ragged) and ragged[seen].row <= last + 1:
        skipped.append(ragged[seen].row)
        last += 1
        seen += 1
    if not skipped:
        return pl.int_range(first, last + 1, dtype=pl.Int64, eager=True).alias(ROW), last + 1, seen
    everything = pl.Series(ROW, range(first, last + 1), dtype=pl.Int64)
    return everything.filter(~everything.is_in(skipped)), last + 1, seen


def _broken_csv(file: SourceFile, words: str) -> AttainError:
    if "UTF8" in words:
        return _wrong_encoding(file, line_of_bad_byte(file.path))
    if "straddling" in words or "out of sync" in words:
        return AttainError(
            "open-quotation",
            "a cell runs on for millions of characters: a quotation mark is opened and never closed",
            where=file.name,
            hint="double each quotation mark inside a cell",
        )
    return AttainError(
        "broken-csv",
        f"the file cannot be read as CSV: {words}",
        where=file.name,
        hint="export it again as CSV UTF-8, cells separated by commas",
    )

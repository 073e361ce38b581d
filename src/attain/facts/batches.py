"""A file of a contract table as batches of text, each row with its number in the file. CSV and Parquet come out alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow
import pyarrow.parquet

from attain.errors import AttainError, misspelled, nearest
from attain.facts.csv_rows import Ragged, csv_batches, csv_header
from attain.facts.in_memory import as_in_files
from attain.facts.schema import TABLES
from attain.facts.text_rows import ROW, TextRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.facts.folder import SourceFile

# pyarrow ships no types.
arrow: Any = pyarrow
arrow_parquet: Any = pyarrow.parquet
BATCH_ROWS = 131_072
_CELL_BYTES = 65_536
_LONG_BYTES = 1_000
"""A cell of more bytes than this that runs over a line is taken for rows swallowed by a quotation mark."""
_BOMB_BYTES = 1 << 30
_BOMB_RATIO = 500


@dataclass(slots=True)
class Reading:
    """An opened file: the contract columns it has, those it has beyond them, and remarks. `ragged` fills while batches are read.

    `unread` are those of the `warnings` that tell of a column which seems meant to be read.
    """

    file: SourceFile
    columns: tuple[str, ...]
    header: tuple[str, ...]
    warnings: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])
    ragged: list[Ragged] = field(default_factory=list[Ragged])

    def batches(self) -> Iterator[tuple[TextRows, int]]:
        """Give rows of text with the bytes read so far. Raises AttainError where the file breaks off."""
        if self.file.format == "memory":
            return ((_text_rows(self.file.table, rows), read) for rows, read in _rows_in_memory(self))
        return _parquet_batches(self) if self.file.format == "parquet" else csv_batches(self)

    def as_held(self) -> Iterator[tuple[TextRows | pl.DataFrame, int]]:
        """Give what `batches` gives, but rows that are checked in memory as they are: frames with the columns of `in_memory.InMemory`."""
        return _rows_in_memory(self) if self.file.format == "memory" else self.batches()


def open_file(file: SourceFile) -> Reading:
    """Open a file and check its columns.

    Raises AttainError for a doubled header, a missing column, or a type that no cell can be read from.
    """
    if file.format == "memory":
        header = list(file.rows[0].frame.columns)
    else:
        header = _parquet_header(file) if file.format == "parquet" else csv_header(file)
    table = TABLES[file.table]
    known = [column.name for column in table.columns]
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise AttainError(
            "doubled-column",
            f"the header names {', '.join(repr(name) for name in doubled)} more than once",
            where=f"{file.name}, row 1",
            hint="rename or remove all but one",
        )
    unknown = [name for name in header if name not in known]
    missing = [name for name in table.indispensable if name not in header]
    if missing:
        what = f"the column {missing[0]} is missing" if len(missing) == 1 else f"the columns {', '.join(missing)} are missing"
        raise AttainError("missing-column", what, where=f"{file.name}, row 1", hint=_missing_hint(missing, header, unknown))
    reading = Reading(file, tuple(name for name in known if name in header), tuple(header))
    for name in unknown:
        lacking = [other for other in known if other not in header]
        meant = misspelled(name, lacking)
        near = meant or next(iter(nearest(name, lacking)), None)
        line = f"{file.name}: the column {name!r} is not read" + (f"; did you mean {near}?" if near else "")
        reading.warnings.append(line)
        if meant:
            reading.unread.append(line)
    return reading


def _missing_hint(missing: list[str], header: list[str], unknown: list[str]) -> str:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return "separate the cells by commas"
    for name in missing:
        near = nearest(name, unknown)
        if near:
            return f"is {near[0]!r} meant? rename it to {name}"
    return f"add {'it' if len(missing) == 1 else 'them'}; columns: {', '.join(header)}"


def _text_frame(batch: Any, header: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.DataFrame(batch)
    frame.columns = list(header)
    return frame


def _parquet_header(file: SourceFile) -> list[str]:
    metadata, schema = _parquet_footer(file)
    # Rows that are all alike take next to no bytes in the file, whatever it claims; in memory a cell takes eight or more.
    claimed = sum(metadata.row_group(place).total_byte_size for place in range(metadata.num_row_groups))
    unpacked = max(claimed, metadata.num_rows * metadata.num_columns * 8)
    if unpacked > max(_BOMB_BYTES, _BOMB_RATIO * file.size):
        raise AttainError(
            "zip-bomb",
            f"{file.size:,} bytes claim to hold {metadata.num_rows:,} rows, {unpacked:,} bytes when unpacked",
            where=file.name,
            hint="no export packs that tightly; find out where the file comes from",
        )
    known = {column.name: column.kind for column in TABLES[file.table].columns}
    for field_ in schema:
        if field_.name in known and not _readable(field_.type, known[field_.name]):
            raise AttainError(
                "wrong-type",
                f"the column {field_.name} is of type {field_.type}",
                where=file.name,
                hint="store it as text, or as a date, whole number or decimal where it is one",
            )
    return [str(name) for name in schema.names]


def _parquet_footer(file: SourceFile) -> tuple[Any, Any]:
    try:
        opened = arrow_parquet.ParquetFile(file.path)
        with opened:
            return opened.metadata, opened.schema_arrow
    except (arrow.ArrowException, OSError) as error:
        raise AttainError(
            "broken-parquet", f"the file cannot be read as Parquet: {error}", where=file.name, hint="copy or export it again"
        ) from error


def _readable(kind: Any, wanted: str) -> bool:
    types = arrow.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_floating(kind):
        return wanted in {"money", "count"}
    if types.is_date(kind) or types.is_timestamp(kind):
        return wanted in {"date", "month"}
    if types.is_boolean(kind) or types.is_nested(kind) or types.is_binary(kind) or types.is_large_binary(kind):
        return False
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_integer(kind)
        or types.is_decimal(kind)
        or types.is_null(kind)
    )


def _parquet_batches(reading: Reading) -> Iterator[tuple[TextRows, int]]:
    file = reading.file
    try:
        opened = arrow_parquet.ParquetFile(file.path)
        with opened:
            total, done = max(1, int(opened.metadata.num_rows)), 0
            for read in _own_frames(reading, total) if file.family else _frames(reading, opened):
                frame = _as_text(read)
                numbered = frame.with_columns(pl.int_range(done + 1, done + frame.height + 1, dtype=pl.Int64).alias(ROW))
                yield TextRows.of(numbered), file.size * (done + frame.height) // total
                done += frame.height
    except (arrow.ArrowException, pl.exceptions.PolarsError, OSError) as error:
        raise AttainError(
            "broken-parquet", f"the file cannot be read as Parquet: {error}", where=file.name, hint="copy or export it again"
        ) from error


def _frames(reading: Reading, opened: Any) -> Iterator[pl.DataFrame]:
    for batch in opened.iter_batches(batch_size=BATCH_ROWS, columns=list(reading.columns), use_threads=False):
        yield _text_frame(batch, tuple(batch.schema.names))


def _own_frames(reading: Reading, rows: int) -> Iterator[pl.DataFrame]:
    """Give the rows of a file that an import wrote, which holds nothing unusual: Polars reads it in half the time."""
    scan = pl.scan_parquet(reading.file.path, glob=False).select(reading.columns)
    for start in range(0, rows, BATCH_ROWS):
        yield scan.slice(start, BATCH_ROWS).collect()


def _rows_in_memory(reading: Reading) -> Iterator[tuple[TextRows | pl.DataFrame, int]]:
    file, done = reading.file, 0
    total = max(1, sum(rows.frame.height for rows in file.rows))
    for rows in file.rows:
        first, done = done + 1, done + rows.frame.height
        frame = rows.frame.with_columns(pl.int_range(first, done + 1, dtype=pl.Int64).alias(ROW))
        yield frame if rows.checked else _text_rows(file.table, frame), file.size * done // total


def _text_rows(table: str, rows: TextRows | pl.DataFrame) -> TextRows:
    """Give rows in memory, with ROW, as those of a file."""
    if isinstance(rows, TextRows):
        return rows
    return TextRows.of(_as_text(as_in_files(table, rows.drop(ROW))).with_columns(rows[ROW]))


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Write every cell as the text a CSV would hold: dates ISO, floats by their shortest exact digits, nulls empty."""
    texts: list[pl.Expr] = []
    for name, kind in frame.schema.items():
        cell = pl.col(name)
        if isinstance(kind, pl.Datetime):
            cell = cell.dt.date()
        texts.append(cell.cast(pl.String).fill_null(""))
    return frame.select(texts)


def oversize(rows: TextRows | pl.DataFrame, columns: Iterable[str]) -> tuple[int, str] | None:
    """Find a cell that swallowed the rows behind it (a quotation mark never closed): its row and column; None where there is none."""
    for name in columns:
        texts = rows.texts(name) if isinstance(rows, TextRows) else rows[name]
        most = texts.str.len_bytes().max()
        if not isinstance(most, int) or most <= _LONG_BYTES:
            continue
        frame = rows.frame() if isinstance(rows, TextRows) else rows
        long = frame.filter(
            (pl.col(name).str.len_bytes() > _LONG_BYTES) & pl.col(name).str.contains("\n", literal=True)
            | (pl.col(name).str.len_bytes() > _CELL_BYTES)
        )
        if long.height:
            return int(long.item(0, ROW)), name
    return None

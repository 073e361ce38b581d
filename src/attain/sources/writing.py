"""Writing rows of a contract table as Parquet, batch by batch."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pyarrow
from pyarrow import parquet

from attain.facts.in_memory import TYPES, as_in_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from attain.facts.schema import Table

ROWS_A_GROUP = 120_000
_REPEATED = ("month", "date", "name", "choice", "code_set")
"""Kinds of columns whose cells come again and again: a dictionary of ids that do not only costs time."""
_arrow: Any = pyarrow
_ParquetWriter: Any = parquet.ParquetWriter
"""pyarrow tells no types."""


def _type(kind: str) -> Any:
    types = {"month": _arrow.date32(), "date": _arrow.date32(), "money": _arrow.decimal128(28, 4), "count": _arrow.int64()}
    return types.get(kind, _arrow.string())


@lru_cache(maxsize=100_000)
def _day(cell: str) -> date:
    return date.fromisoformat(f"{cell}-01" if len(cell) == len("2026-10") else cell)


def cells_of(kind: str, column: tuple[object, ...]) -> Sequence[object]:
    """Give a column as Arrow and Polars take it; most columns need no look at their cells."""
    if kind in {"month", "date"}:
        return [_day(cell) if isinstance(cell, str) else cell for cell in column]
    return column


def write_rows(
    target: Path,
    table: Table,
    columns: tuple[str, ...],
    rows: Iterable[tuple[object, ...]],
    frames: Iterable[pl.DataFrame] = (),
) -> int:
    """Write rows (cells in the order of `columns`) and give their number: months as `2026-10`, dates ISO, money as Decimal of four places.

    `frames` come first, see `intake.Output`. Nothing is written where there is no row.
    """
    kinds = [table.column(column).kind for column in columns]
    types = [_type(kind) for kind in kinds]
    schema = _arrow.schema(list(zip(columns, types, strict=True)))
    told = (as_in_files(table.name, frame.select(columns)) for frame in frames)
    some, iterator = list(islice(told, 2)), iter(rows)
    # what the rows are may show in the frames: none is asked for before all of those are there
    batch = list(islice(iterator, ROWS_A_GROUP)) if len(some) <= 1 else []
    if len(some) == 1 and not batch:
        return _write_frame(target, some[0], columns, kinds)
    count = 0
    repeated = [column for column, kind in zip(columns, kinds, strict=True) if kind in _REPEATED or column == "partner_id"]
    writer: Any = _ParquetWriter(target, schema, compression="zstd", compression_level=1, use_dictionary=repeated)
    with writer:
        for frame in chain(some, told):
            # text as Arrow had it first is cast many times faster than the views of today
            written = cast("Any", frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
            writer.write_table(written.cast(schema), row_group_size=ROWS_A_GROUP)
            count += frame.height
        batch = batch or list(islice(iterator, ROWS_A_GROUP))
        while batch:
            cells = (cells_of(kind, column) for kind, column in zip(kinds, zip(*batch, strict=True), strict=True))
            arrays = [_arrow.array(column, type=kind) for column, kind in zip(cells, types, strict=True)]
            writer.write_table(_arrow.table(arrays, schema=schema))
            count += len(batch)
            batch = list(islice(iterator, ROWS_A_GROUP))
    if not count:
        target.unlink()
    return count


def _write_frame(target: Path, frame: pl.DataFrame, columns: tuple[str, ...], kinds: list[str]) -> int:
    """Write a frame that is all there is: Polars does so on all cores."""
    if frame.height:
        typed = frame.cast({column: TYPES.get(kind, pl.String()) for column, kind in zip(columns, kinds, strict=True)})
        typed.write_parquet(target, compression="zstd", compression_level=1, row_group_size=ROWS_A_GROUP, statistics=False)
    return frame.height

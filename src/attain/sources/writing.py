"""Writing rows of a contract table as Parquet, batch by batch."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from attain.facts.schema import Table

ROWS_A_GROUP = 120_000
_arrow: Any = pyarrow
"""pyarrow tells no types."""


def _type(kind: str) -> Any:
    types = {"month": _arrow.date32(), "date": _arrow.date32(), "money": _arrow.decimal128(28, 4), "count": _arrow.int64()}
    return types.get(kind, _arrow.string())


@lru_cache(maxsize=100_000)
def _day(cell: str) -> date:
    return date.fromisoformat(f"{cell}-01" if len(cell) == len("2026-10") else cell)


def _cells(kind: str, column: tuple[object, ...]) -> Sequence[object]:
    """Give a column as Arrow takes it; most columns need no look at their cells."""
    if kind in {"month", "date"}:
        return [_day(cell) if isinstance(cell, str) else cell for cell in column]
    return column


def write_rows(target: Path, table: Table, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
    """Write rows (cells in the order of `columns`; months as `2026-10`, dates ISO, money as Decimal of four places) and give their number.

    Nothing is written where there is no row.
    """
    kinds = [table.column(column).kind for column in columns]
    types = [_type(kind) for kind in kinds]
    schema = _arrow.schema(list(zip(columns, types, strict=True)))
    iterator = iter(rows)
    batch = list(islice(iterator, ROWS_A_GROUP))
    if not batch:
        return 0
    count = 0
    writer: Any = parquet.ParquetWriter(target, schema, compression="zstd")
    with writer:
        while batch:
            cells = (_cells(kind, column) for kind, column in zip(kinds, zip(*batch, strict=True), strict=True))
            arrays = [_arrow.array(column, type=kind) for column, kind in zip(cells, types, strict=True)]
            writer.write_table(_arrow.table(arrays, schema=schema))
            count += len(batch)
            batch = list(islice(iterator, ROWS_A_GROUP))
    return count

"""Money between its two forms, without arithmetic: whole ten-thousandths of a dollar, and decimals of four places."""

from __future__ import annotations

from typing import Any, cast

import polars as pl
import pyarrow

PLACES = 4
_arrow: Any = pyarrow  # ships no types
_WHOLE = _arrow.decimal128(19, 0)


def to_dollars(units: pl.Series) -> pl.Series:
    """Read Int64 ten-thousandths as decimals of four places."""
    return _as(units, _arrow.decimal128(18, PLACES))


def to_units(dollars: pl.Series) -> pl.Series:
    """Read decimals of four places as Int64 ten-thousandths."""
    cells = cast("Any", dollars.to_arrow())
    whole = _arrow.Array.from_buffers(_arrow.decimal128(18, 0), len(cells), cells.buffers(), cells.null_count, cells.offset)
    return pl.Series(dollars.name, whole.cast(_arrow.int64()), dtype=pl.Int64)


def _as(units: pl.Series, kind: Any) -> pl.Series:
    whole = cast("Any", units.to_arrow()).cast(_WHOLE)
    cells = _arrow.Array.from_buffers(kind, len(whole), whole.buffers(), whole.null_count, whole.offset)
    return pl.Series(units.name, cells, dtype=pl.Decimal(18, PLACES))

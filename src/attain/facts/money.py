"""Money between its two forms, without arithmetic: whole ten-thousandths of a dollar, and decimals of four places."""

from __future__ import annotations

from typing import Any, cast

import polars as pl
import pyarrow

PLACES = 4
DIGITS = 18
_arrow: Any = pyarrow  # ships no types
_WHOLE = pl.Decimal(38, 0)


def to_dollars(units: pl.Series) -> pl.Series:
    """Read Int64 ten-thousandths as decimals of four places."""
    whole = cast("Any", units.cast(_WHOLE).to_arrow())
    cells = _arrow.Array.from_buffers(_arrow.decimal128(DIGITS, PLACES), len(whole), whole.buffers(), whole.null_count, whole.offset)
    # a frame of a record batch is taken over as it is, a series of an array only with a part of Arrow that takes long to load
    return pl.DataFrame(_arrow.record_batch([cells], names=[units.name])).to_series()


def to_units(dollars: pl.Series) -> pl.Series:
    """Read decimals of four places as Int64 ten-thousandths."""
    return dollars.to_physical().cast(pl.Int64)

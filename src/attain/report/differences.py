"""Differences of scores as rows: one per line, for a file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.explaining.lines import COLUMNS
from attain.scoring.rationals import cut
from attain.scoring.result import decimals

if TYPE_CHECKING:
    from attain.explaining.lines import Difference

NUMBERS = ("before", "after", "points")
DATES = ("from", "to")


def difference_frame(found: Difference) -> pl.DataFrame:
    """Give the lines of a difference as one frame with `COLUMNS`: numbers as decimals cut at six places, `exact` as text such as 20/3."""
    records = found.records()
    columns: dict[str, pl.Series] = {}
    for name in COLUMNS:
        values = [record[name] for record in records]
        if name in NUMBERS:
            micro = [cut(value) for value in values if isinstance(value, Fraction)]
            columns[name] = decimals(pl.Series(name, micro, dtype=pl.Int64))
        else:
            columns[name] = pl.Series(name, values, dtype=pl.Date if name in DATES else pl.String)
    return pl.DataFrame(columns)

"""Microsoft's numbers beside ours as rows, for a file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.explaining.reconciliation import COLUMNS
from attain.scoring.rationals import cut
from attain.scoring.result import decimals

if TYPE_CHECKING:
    from attain.explaining.reconciliation import Reconciliation

NUMBERS = ("reported_value", "value", "reported_points", "points", "difference")


def reconciliation_frame(found: Reconciliation) -> pl.DataFrame:
    """Give the compared numbers as one frame with `COLUMNS`: decimals cut at six places, empty cells null."""
    records = found.records()
    columns: dict[str, pl.Series] = {}
    for name in COLUMNS:
        values = [record[name] for record in records]
        if name in NUMBERS:
            micro = [cut(value) if isinstance(value, Fraction) else None for value in values]
            columns[name] = decimals(pl.Series(name, micro, dtype=pl.Int64))
        else:
            kind = pl.Date if name == "as_of" else pl.Boolean if name == "agrees" else pl.String
            columns[name] = pl.Series(name, values, dtype=kind)
    return pl.DataFrame(columns)

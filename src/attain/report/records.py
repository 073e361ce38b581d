"""Rows of any result as a frame: plain values by column, exact numbers as decimals with six places."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from attain.scoring.rationals import cut
from attain.scoring.result import decimals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from attain.advise.columns import ColumnKind

TYPES: dict[str, pl.DataType] = {"text": pl.String(), "count": pl.Int64(), "day": pl.Date(), "yes": pl.Boolean()}
AT_ONCE = 2_000
"""Records that become a frame together, where all of them need not be in memory."""


def record_frames(columns: Mapping[str, ColumnKind], records: Iterable[Mapping[str, object]]) -> Iterator[pl.DataFrame]:
    """Make frames of some thousand records each, one at least; see `record_frame`."""
    left = iter(records)
    lot = list(islice(left, AT_ONCE))
    while True:
        yield record_frame(columns, lot)
        if not (lot := list(islice(left, AT_ONCE))):
            return


def record_frame(columns: Mapping[str, ColumnKind], records: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Make a frame of `records`, which have the `columns`; amounts are fractions (cut at six decimals), or None."""
    found: dict[str, pl.Series] = {}
    for name, kind in columns.items():
        values = [record[name] for record in records]
        if kind == "amount":
            found[name] = decimals(
                pl.Series(name, [cut(value) if isinstance(value, Fraction) else None for value in values], dtype=pl.Int64)
            )
        else:
            found[name] = pl.Series(name, values, dtype=TYPES[kind])
    return pl.DataFrame(found)

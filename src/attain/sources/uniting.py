"""Rows of one usage with several attributions, or with flagged twins, united by column as `attribution.united` does row by row (I-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.schema import ASSOCIATIONS
from attain.sources.attribution import DUPLICATE
from attain.sources.twins import TWIN

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = "#key"
"""A number a row, equal where the key is."""
KINDS = "associations"
"""Associations by bit, see `kinds_of`."""
_HOME = "#home"


def kinds_of(codes: Sequence[str]) -> pl.Series:
    """Give each attribution a number with the bit of its association, 0 where it has none that is known."""
    return pl.Series([1 << ASSOCIATIONS.index(code) if code in ASSOCIATIONS else 0 for code in codes], dtype=pl.UInt16)


def codes_in(kinds: int) -> set[str]:
    """Give the associations whose bits are set."""
    return {code for bit, code in enumerate(ASSOCIATIONS) if kinds >> bit & 1}


def united(rows: pl.DataFrame, values: Sequence[str], parts: Sequence[str], ranks: dict[str, pl.Series]) -> pl.DataFrame:
    """Give the value of each key once: rows with NUMBER, `attribution`, `parts` and what tells twins, if anything does.

    Rows of one attribution are added up, a flagged twin counted once; across attributions the larger counts. What `parts` tell apart
    (locations, of revenue) is added up after that, where it is at home; `ranks` are the places of these texts in their order, by number.
    """
    by = [NUMBER, *parts]
    if "flag" in rows.columns:
        # rows of files that flag none have no digests, and are one
        twins = [*by, "attribution", *TWIN]
        rows = rows.group_by(*twins, "flag").agg(_added(values))
        for part in parts:
            rows = _at_home(rows, part, ranks[part])
        rows = rows.group_by(twins).agg(pl.col(values).max())
    rows = rows.group_by(*by, "attribution").agg(_added(values)).group_by(by).agg(pl.col(values).max())
    return rows.group_by(NUMBER).agg(_added(values)) if parts else rows


def _added(values: Sequence[str]) -> list[pl.Expr]:
    """Add up values; what no row knows stays unknown."""
    return [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in values]


def _at_home(rows: pl.DataFrame, part: str, rank: pl.Series) -> pl.DataFrame:
    """Leave out flagged rows whose twin is at another location; where the twin is not there, the first location has the row."""
    twin = [NUMBER, *TWIN]
    own = pl.col("flag") != DUPLICATE
    first = pl.col(_HOME) == pl.col(_HOME).min().over(twin)
    at_home = own.any().over(*twin, part) | (~own.any().over(twin) & first)
    return rows.with_columns(rank.gather(rows[part]).alias(_HOME)).filter(at_home)

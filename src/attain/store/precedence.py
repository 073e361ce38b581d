"""Rows that several sources give: the partner's own Insights file wins over the distributor's, that over billing (I-10)."""

from __future__ import annotations

import polars as pl

from attain.facts.rows import BARE, FILE
from attain.facts.schema import TABLES

RANKS = (
    *("contract", "insights", "insights_dynamics_usage", "insights_power_bi_usage", "insights_subscriptions", "insights_customers"),
    *("distributor", "skilling", "billing", "cost"),
)
"""Families of sources, best first. Tables of the contract are the user's own word. A family that is not named is as good as its group
(`insights` of `insights_office_usage`), or comes last; rows of equally good families are united."""
RANK = "#rank"
LOCATION = "#location"
"""Where partners are rolled up: the location that a row names."""


def ranked(rows: pl.DataFrame) -> pl.DataFrame:
    """Add RANK, the place of each row's `source`: the smaller one wins."""
    places = {family: _place(family) for family in rows["source"].unique().to_list()}
    return rows.with_columns(pl.col("source").replace_strict(places, default=len(RANKS), return_dtype=pl.Int32).alias(RANK))


def _place(family: str) -> int:
    named = next((name for name in (family, family.partition("_")[0]) if name in RANKS), None)
    return len(RANKS) if named is None else RANKS.index(named)


def best_rows(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Keep, of the rows of several sources under one key, those of the best source.

    Rows of one source stay as they are; those of sources of one rank are taken once, associations united and each amount the larger. Of
    Azure usage, a row without a subscription speaks of all of a tenant's: it meets every row of the same service, whatever subscription
    or offer that names. Certificates are taken from one rank for each partner: sources know people by other ids.
    """
    if rows["source"].n_unique() < 2:
        return rows
    key = [name for name in TABLES[table].key if name in rows.columns]
    kept = _won(ranked(rows), ["partner_id"] if table == "certifications" else key)
    if table == "azure_usage":
        wide = [name for name in key if name not in {"subscription_id", "offer"}]
        kept = _won(kept, wide, pl.col("subscription_id").is_null())
    return _once(kept.drop(RANK), [*key, *(name for name in (LOCATION,) if name in rows.columns)])


def _once(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Take each key once, where several sources of one rank give it."""
    repeated = rows.select(pl.struct(key).hash()).to_series().is_duplicated()
    if not repeated.any():
        return rows
    several = rows.filter(repeated)
    takes: list[pl.Expr] = []
    for name, kind in several.schema.items():
        if name in key:
            continue
        cell = pl.col(name)
        if name == "associations":
            takes.append(cell.bitwise_or())
        elif name == BARE:
            takes.append(cell.all())
        elif kind.is_numeric() and name not in {FILE, "load_id"}:
            takes.append(cell.max())
        else:
            takes.append(cell.drop_nulls().first())
    merged = several.sort("source").group_by(key, maintain_order=True).agg(takes)
    return pl.concat([rows.filter(~repeated), merged.select(rows.columns)])


def _won(rows: pl.DataFrame, key: list[str], vague: pl.Expr | None = None) -> pl.DataFrame:
    """Leave out rows of which a better source has the key; with `vague`, only where one of the two is vague."""
    best = pl.col(RANK).min().over(key)
    if vague is None:
        return rows.filter(pl.col(RANK) == best)
    # a vague row yields to any better one, and any row yields to a better vague one
    best_vague = pl.when(vague).then(pl.col(RANK)).min().over(key)
    yields = (vague & (pl.col(RANK) > best)) | (pl.col(RANK) > best_vague).fill_null(value=False)
    return rows.filter(~yields)


def merged_cells(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Give one row a key: of each cell the best source's that is filled, then the latest load's."""
    key = TABLES[table].key[0]
    columns = [column.name for column in TABLES[table].columns if column.name != key]
    order = ranked(rows).sort(key, RANK, "load_id", descending=[False, False, True])
    return order.group_by(key, maintain_order=True).agg(pl.col(name).drop_nulls().first() for name in columns)

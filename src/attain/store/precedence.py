"""Rows that several sources give: the partner's own Insights file wins over the distributor's, that over billing (I-10)."""

from __future__ import annotations

import polars as pl

from attain.facts.schema import TABLES

RANKS = ("contract", "insights", "distributor", "billing", "cost")
"""Families of sources, best first. Tables of the contract are the user's own word; a family that is not named comes last."""
RANK = "#rank"


def ranked(rows: pl.DataFrame) -> pl.DataFrame:
    """Add RANK, the place of each row's `source`: the smaller one wins."""
    places = {family: place for place, family in enumerate(RANKS)}
    return rows.with_columns(pl.col("source").replace_strict(places, default=len(RANKS), return_dtype=pl.Int32).alias(RANK))


def best_rows(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Keep, of the rows of several sources under one key, those of the best source.

    Rows of one source stay as they are. Of Azure usage, a row without a subscription speaks of all of a tenant's: it meets every row of
    the same service, whatever subscription or offer that names.
    """
    if rows["source"].n_unique() < 2:
        return rows
    key = [name for name in TABLES[table].key if name in rows.columns]
    kept = _won(ranked(rows), key)
    if table == "azure_usage":
        wide = [name for name in key if name not in {"subscription_id", "offer"}]
        kept = _won(kept, wide, pl.col("subscription_id").is_null())
    return kept.drop(RANK)


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

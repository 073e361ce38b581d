"""Rows that several sources give in a store: each is counted once, by the word of the better source (I-10)."""

from __future__ import annotations

import polars as pl

from attain.facts.families import left_over, place_of, yields_to
from attain.facts.order import in_order
from attain.facts.rows import BARE, FILE
from attain.facts.schema import TABLES

LOCATION = "#location"
"""Where partners are rolled up: the location that a row names."""


def best_rows(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out rows (their family in `source`) of which a better family tells, see `attain.facts.families`.

    Of families that are as good as each other a key is taken once, associations united and each amount the larger.
    """
    families: list[str] = sorted(rows["source"].unique().to_list())
    if len(families) < 2:
        return rows
    kept: list[pl.DataFrame] = []
    for family in families:
        left = rows.filter(pl.col("source") == family)
        for way in yields_to(family, table):
            if better := way.among(families):
                left = left_over(left.lazy(), rows.filter(pl.col("source").is_in(better)).lazy(), way).collect()
        kept.append(left)
    key = [name for name in (*TABLES[table].key, LOCATION) if name in rows.columns]
    return _once(pl.concat(kept), key)


def _once(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Take each key once, where several families give it."""
    hashes = rows.select(pl.struct(key).hash()).to_series()
    if hashes.n_unique() == rows.height:
        return rows
    repeated = hashes.is_duplicated()
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


def merged_cells(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Give one row a key: of each cell the best family's that is filled, then the latest load's."""
    key = TABLES[table].key[0]
    columns = [column.name for column in TABLES[table].columns if column.name != key]
    in_a_row = in_order(rows, [key])
    if not (in_a_row[key] == in_a_row[key].shift(1)).any():
        return in_a_row.select(key, *columns)
    places = {family: place_of(family) for family in rows["source"].unique().to_list()}
    rank = pl.col("source").replace_strict(places, return_dtype=pl.Int32).alias("#rank")
    order = rows.with_columns(rank).sort(key, "#rank", "load_id", descending=[False, False, True])
    return order.group_by(key, maintain_order=True).agg(pl.col(name).drop_nulls().first() for name in columns)

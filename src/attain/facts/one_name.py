"""Rows of one import whose names the catalog takes for one by now: they add up, as an import of the same file does (`sources.spelled`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.rows import BARE, EMPTY
from attain.facts.schema import ASSOCIATIONS, TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence


def added_up(table: str, rows: pl.DataFrame, beside: Sequence[str]) -> pl.DataFrame:
    """Give each key of a usage table once, of typed rows that tell of different usage; `beside` are columns that are of the key, too.

    What rows of one association say adds up and, of several, the larger counts and all are united, measure by measure, as for the rows of
    a report (I-10): each row is all that its associations tell of its name. Other cells are those of the first row.
    """
    key = [*TABLES[table].key, *beside]
    hashes = rows.select(pl.struct(key).hash()).to_series()
    if hashes.n_unique() == rows.height:
        return rows
    repeated = hashes.is_duplicated()
    measures = {column.name for column in TABLES[table].columns if column.kind in {"money", "count"}}
    takes: list[pl.Expr] = []
    for name in rows.columns:
        if name in key:
            continue
        if name in measures:
            takes.append(_most_of_one(name))
        elif name == "associations":
            takes.append(pl.col(name).bitwise_or())
        elif name == BARE or name.startswith(EMPTY):
            takes.append(pl.col(name).all())
        else:
            takes.append(pl.col(name).first())
    together = rows.filter(repeated).group_by(key, maintain_order=True).agg(takes)
    return pl.concat([rows.filter(~repeated), together.select(rows.columns)])


def _most_of_one(measure: str) -> pl.Expr:
    """Give the largest of what rows of each association, and those of none, sum up to."""
    masks = pl.col("associations")
    sums: list[pl.Expr] = []
    for of_one in (masks == 0, *((masks & (1 << bit)) != 0 for bit in range(len(ASSOCIATIONS)))):
        sums.append(pl.when(of_one.any()).then(pl.col(measure).filter(of_one).sum()))
    return pl.max_horizontal(sums).alias(measure)

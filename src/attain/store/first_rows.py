"""Rows of usage as the first pass of an import gave them, on their way to the conformed tables: they are typed already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import packed, runs_in_order
from attain.facts.rows import BARE, EMPTY, FILE, GIVEN, PAID
from attain.facts.schema import BASES, TABLES
from attain.store.detail import ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.facts.coding import Coder
    from attain.facts.spellings import Spellings


def in_detail_order(table: str, rows: pl.DataFrame, spellings: Spellings) -> pl.DataFrame:
    """Sort rows of one month of a usage table as `detail.ordered` sorts the detail rows that they are written as."""
    lead = [name for name in ORDER if name in rows.columns]
    rest = _ranks(table, rows, spellings)
    run = runs_in_order(rows, lead)
    key = None if run is None else packed([run, *rest])
    if key is None:
        # no name of a column begins with the mark but these
        beside = [rank.alias(f"#rank {place}") for place, rank in enumerate(rest)]
        order = rows.hstack(beside).select(pl.arg_sort_by([*lead, *(rank.name for rank in beside)], nulls_last=False, maintain_order=True))
        return rows[order.to_series()]
    if key.is_sorted():
        return rows
    return rows[key.to_frame().select(pl.arg_sort_by(key.name, maintain_order=True)).to_series()]


def _ranks(table: str, rows: pl.DataFrame, spellings: Spellings) -> list[pl.Series]:
    """Give the places of the other cells of the key in the order of their texts, an empty cell before all."""
    found: list[pl.Series] = []
    for column in TABLES[table].columns:
        if column.name not in TABLES[table].key or column.name in ORDER or column.kind == "month":
            continue
        if column.kind == "name":
            ranks = spellings.texts(column.name).rank("dense").cast(pl.UInt32)
            found.append(ranks.gather(rows[f"{GIVEN}{column.name}"]).fill_null(0))
        else:
            # the basis, the one choice in a key of usage
            ranks = pl.Series([sorted(BASES).index(basis) for basis in BASES], dtype=pl.UInt32)
            found.append(ranks.gather(rows[column.name]))
    return found


def typed(table: str, rows: pl.DataFrame, load: int, family: str, spellings: Spellings, coders: Mapping[str, Coder]) -> pl.DataFrame:
    """Give rows, all of one family, as `detail.to_typed` gives the detail rows that they are written as."""
    columns: list[pl.Expr | pl.Series] = []
    for column in TABLES[table].columns:
        if column.kind == "name":
            given, coder = rows[f"{GIVEN}{column.name}"], coders[column.name]
            codes = spellings.each(column.name, spellings.used(column.name, given), coder.code).gather(given)
            if column.name == "offer" and codes.null_count():
                codes = codes.fill_null(coder.code(PAID))
            columns.append(codes.alias(column.name))
        else:
            columns.append(rows[column.name])
        if column.kind == "code_set":
            columns.append(rows[BARE])
    return rows.select(columns).with_columns(pl.lit(load, dtype=pl.Int32).alias(FILE), pl.lit(family).alias("source"))


def names(rows: pl.DataFrame, column: str, spellings: Spellings) -> set[str]:
    """Give the texts in a column of names, of offers that which an empty cell stands for too."""
    given = rows[f"{GIVEN}{column}"]
    found = set(spellings.used(column, given))
    return found | {PAID} if column == "offer" and given.null_count() else found


def empty_counts(table: str, rows: pl.DataFrame) -> dict[str, int]:
    """Count the empty cells of each column of counts."""
    return {column.name: int(rows[f"{EMPTY}{column.name}"].sum()) for column in TABLES[table].columns if column.kind == "count"}

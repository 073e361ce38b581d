"""Rows of usage as the first pass of an import gave them, on their way to the conformed tables: they are typed already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import LEAD, OWNER
from attain.facts.rows import BARE, EMPTY, FILE, GIVEN, PAID
from attain.facts.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.facts.coding import Coder
    from attain.facts.spellings import Spellings


def typed(table: str, rows: pl.DataFrame, load: int, family: str, spellings: Spellings, coders: Mapping[str, Coder]) -> pl.DataFrame:
    """Give rows, all of one family, as `detail.to_typed` gives the detail rows that they are written as; OWNER and LEAD stay beside."""
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
    beside = [name for name in (OWNER, LEAD) if name in rows.columns]
    return rows.select(*columns, *beside).with_columns(pl.lit(load, dtype=pl.Int32).alias(FILE), pl.lit(family).alias("source"))


def names(rows: pl.DataFrame, column: str, spellings: Spellings) -> set[str]:
    """Give the texts in a column of names, of offers that which an empty cell stands for too."""
    given = rows[f"{GIVEN}{column}"]
    found = set(spellings.used(column, given))
    return found | {PAID} if column == "offer" and given.null_count() else found


def empty_counts(table: str, rows: pl.DataFrame) -> dict[str, int]:
    """Count the empty cells of each column of counts."""
    return {column.name: int(rows[f"{EMPTY}{column.name}"].sum()) for column in TABLES[table].columns if column.kind == "count"}

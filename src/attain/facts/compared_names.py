"""Names in files of a facts folder or store as they are compared: two spellings, or two names, of one entry of the catalog are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.rows import PAID
from attain.facts.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.facts.coding import Coder

BY = "#by "
"""Before the name of a column: its cells as they are compared."""


def is_name(table: str, column: str) -> bool:
    """Say whether a column of a table holds names of the catalog."""
    return TABLES[table].column(column).kind == "name"


def codes_of(rows: pl.LazyFrame, column: str, coders: Mapping[str, Coder]) -> pl.Expr:
    """Give the code of each name in a column (Int32; null where the cell is empty, but for offers), which `rows` need not have."""
    empty = coders[column].code(PAID) if column == "offer" else None
    if column not in rows.collect_schema():
        return pl.lit(empty, dtype=pl.Int32)
    distinct: list[str] = rows.select(pl.col(column).unique()).collect(engine="streaming")[column].drop_nulls().to_list()
    found = {text: coders[column].code(text) if text else empty for text in sorted(distinct)}
    if not found:
        return pl.lit(empty, dtype=pl.Int32)
    return pl.col(column).replace_strict(list(found), list(found.values()), default=empty, return_dtype=pl.Int32)


def beside(rows: pl.LazyFrame, table: str, columns: Iterable[str], coders: Mapping[str, Coder]) -> pl.LazyFrame:
    """Put cells as they are compared beside rows, below BY: names by their codes, all else as it is."""
    cells = (codes_of(rows, name, coders) if is_name(table, name) else pl.col(name) for name in columns)
    return rows.with_columns(cell.alias(f"{BY}{name}") for name, cell in zip(columns, cells, strict=True))

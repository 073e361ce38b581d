"""How a table's rows look before they are written: the contract's columns in their order, money in whole ten-thousandths."""

from __future__ import annotations

import polars as pl

from attain.facts.schema import TABLES

UNIT = 10_000
"""Ten-thousandths in a dollar: money is a whole number of them until it is written."""
_TYPES: dict[str, pl.DataType] = {"month": pl.Date(), "date": pl.Date(), "count": pl.Int64(), "money": pl.Int64()}


def contract_columns(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Select the contract's columns of `table` in their order, the missing ones empty; money stays in Int64 ten-thousandths."""
    columns: list[pl.Expr] = []
    for column in TABLES[table].columns:
        value = pl.col(column.name) if column.name in frame.columns else pl.lit(None)
        columns.append(value.cast(_TYPES.get(column.kind, pl.String())).alias(column.name))
    return frame.select(columns)


def dollars(units: pl.Expr) -> pl.Expr:
    """Read Int64 ten-thousandths as decimals of four places: by a product with one ten-thousandth, which leaves nothing to round."""
    return (units.cast(pl.Decimal(18, 4)) * pl.lit("0.0001").cast(pl.Decimal(18, 4))).cast(pl.Decimal(18, 4))

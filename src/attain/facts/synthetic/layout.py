"""How a table's rows look before they are written: the contract's columns in their order, money in whole ten-thousandths."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

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


def dollars(units: pl.Series) -> pl.Series:
    """Read ten-thousandths as decimals of four places by giving the same integers another scale: no arithmetic, so nothing can round."""
    wide = units.to_arrow().cast(pa.decimal128(19, 0))
    chunks = wide.chunks if isinstance(wide, pa.ChunkedArray) else [wide]
    scaled = [pa.Array.from_buffers(pa.decimal128(18, 4), len(chunk), chunk.buffers(), offset=chunk.offset) for chunk in chunks]
    return pl.Series(units.name, pa.chunked_array(scaled, type=pa.decimal128(18, 4)))

"""Rows of a contract table that a reader has in memory, so that they are not written to a file and read from it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.cells import COUNT_LIMIT, FIRST_MONTH, LAST_MONTH, MONEY_LIMIT, NUL
from attain.facts.money import PLACES, to_dollars
from attain.facts.schema import TABLES

if TYPE_CHECKING:
    from attain.facts.schema import Column

TYPES: dict[str, pl.DataType] = {"month": pl.Date(), "date": pl.Date(), "money": pl.Decimal(28, PLACES), "count": pl.Int64()}
"""The types of cells that are no text, by kind of column, in rows that are not checked: those of a file."""


@dataclass(frozen=True, slots=True, eq=False)
class InMemory:
    """Some rows of a table, with the columns of the contract that their reader fills.

    Where `checked`, no cell has a fault: months are year * 12 + month - 1 and money is in ten-thousandths of a dollar; all else but dates
    and counts is text that `facts.cells` reads as it stands (GUIDs in lower case, ids that no spreadsheet shortened, association codes
    joined by `+`), without blanks around it; names, choices and associations may be an Enum of such texts. An empty cell is null, or empty
    text in an Enum, and none is empty that may not be. Other rows are read as a file's.
    """

    frame: pl.DataFrame
    checked: bool

    @classmethod
    def of_checked(cls, table: str, frame: pl.DataFrame) -> InMemory:
        """Take rows that are checked but for how large a month, an amount or a count is, and what text is; empty text is an empty cell."""
        texts = [name for name, kind in frame.schema.items() if kind == pl.String()]
        empty = frame.select((pl.col(texts) == "").any()).row(0) if texts else ()
        cleared = [name for name, is_empty in zip(texts, empty, strict=True) if is_empty]
        frame = frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in cleared)
        for column in TABLES[table].columns:
            if column.name in frame.columns and _is_out_of_bounds(column, frame[column.name]):
                return cls(as_in_files(table, frame), checked=False)
        return cls(frame, checked=True)


def _is_out_of_bounds(column: Column, cells: pl.Series) -> bool:
    """Say whether any cell is out of the bounds of its column, or may be."""
    if column.kind in {"month", "money"}:
        least, most = (FIRST_MONTH, LAST_MONTH) if column.kind == "month" else (1 - MONEY_LIMIT, MONEY_LIMIT - 1)
        return not cells.is_between(least, most).all()
    if column.kind == "count":
        return not cells.is_between(0, COUNT_LIMIT - 1).all()
    if column.kind not in {"text", "name"}:
        return False
    if isinstance(kind := cells.dtype, pl.Enum):
        cells = kind.categories
    if cells.str.contains(NUL, literal=True).any():
        return True
    if column.longest is not None and (cells.str.len_bytes() > column.longest).any():
        return True
    return column.kind == "text" and column.name.endswith("_id") and bool(cells.str.contains("+", literal=True).any())


def as_in_files(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Give rows, checked or not, as files have them: months as dates, money as decimals."""
    columns: list[pl.Expr | pl.Series] = []
    for name, kind in frame.schema.items():
        cell, column = pl.col(name), TABLES[table].column(name)
        if column.kind == "month" and kind == pl.Int32():
            columns.append(pl.date(cell // 12, cell % 12 + 1, 1).alias(name))
        elif column.kind == "money" and kind == pl.Int64():
            columns.append(to_dollars(frame[name]))
        elif isinstance(kind, pl.Enum):
            columns.append(cell.cast(pl.String))
        else:
            columns.append(cell)
    return frame.select(columns)

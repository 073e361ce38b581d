"""Rows of text as a file gives them. Cells of a column that repeats are kept as the distinct texts and each row's place among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

ROW = "#row"
"""Column of row numbers. In CSV the header is row 1; in Parquet the first row is row 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """Cells of a column: `texts`, each of which a row has, and by row the `places` among them."""

    texts: pl.Series
    places: pl.Series

    @classmethod
    def of(cls, cells: pl.Series) -> Repeated:
        """Find the distinct texts of some cells."""
        if len(cells) and (cells == cells[0]).all():
            # most columns of most files have one cell in long stretches of rows
            return cls(cells.head(1), pl.Series([0], dtype=pl.UInt32).new_from_index(0, len(cells)))
        texts = cells.unique()
        numbers = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
        return cls(texts, cells.replace_strict(texts, numbers, return_dtype=pl.UInt32) if len(texts) else numbers)

    @classmethod
    def of_enum(cls, cells: pl.Series, kind: pl.Enum) -> Repeated:
        """Take over the numbers of cells that are told by number already (an Enum, none of them null)."""
        places = cells.to_physical().cast(pl.UInt32)
        # of the texts that there may be, those that a row has
        return cls(kind.categories, places).used(places)

    @classmethod
    def of_categories(cls, cells: pl.Series) -> Repeated:
        """Take over the numbers of a Categorical column, an empty cell of which is null; other columns do not know its categories."""
        kind = cells.dtype
        assert isinstance(kind, pl.Categorical)
        texts, places = kind.categories.to_series(), cells.to_physical().cast(pl.UInt32)
        if places.null_count():
            # the empty text comes behind all others
            places = places.fill_null(len(texts))
            texts = pl.concat([texts, pl.Series([""])])
        return cls(texts, places).used(places)

    def as_met(self) -> list[str]:
        """Give the texts in the order in which rows have them first."""
        return self.texts.gather(self.places.unique(maintain_order=True)).to_list()

    def spread(self, values: pl.Series) -> pl.Series:
        """Give each row the value of its text."""
        return values.new_from_index(0, len(self.places)) if len(values) == 1 else values.gather(self.places)

    def used(self, places: pl.Series) -> Repeated:
        """Give the cells of some of the rows, of which these are the places."""
        there = places.unique().sort()
        if len(there) == len(self.texts):
            return Repeated(self.texts, places)
        return Repeated(self.texts.gather(there), there.search_sorted(places).cast(pl.UInt32))


@dataclass(frozen=True, slots=True, eq=False)
class TextRows:
    """Some rows of a file: the number of each, and by name the cells of all columns of the file, none of them null.

    `guids` names columns of which every cell is known to be a GUID with hyphens in lower case.
    """

    numbers: pl.Series
    columns: Mapping[str, pl.Series | Repeated]
    guids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, frame: pl.DataFrame) -> TextRows:
        """Take a frame of text with ROW."""
        return cls(frame[ROW], {name: frame[name] for name in frame.columns if name != ROW})

    @property
    def height(self) -> int:
        """Count the rows."""
        return len(self.numbers)

    def cells(self, name: str) -> pl.Series:
        """Give the cells of a column, row by row."""
        column = self.columns[name]
        return column.spread(column.texts) if isinstance(column, Repeated) else column

    def texts(self, name: str) -> pl.Series:
        """Give texts of a column among which each cell is at least once, and nothing else."""
        column = self.columns[name]
        return column.texts if isinstance(column, Repeated) else column

    def frame(self) -> pl.DataFrame:
        """Give all cells as text, with ROW."""
        return pl.DataFrame([*(self.cells(name).alias(name) for name in self.columns), self.numbers.alias(ROW)])

    def filter(self, taken: pl.Series) -> TextRows:
        """Give some of the rows."""
        columns = {
            name: column.used(column.places.filter(taken)) if isinstance(column, Repeated) else column.filter(taken)
            for name, column in self.columns.items()
        }
        return TextRows(self.numbers.filter(taken), columns, self.guids)

    def slice(self, first: int) -> TextRows:
        """Leave out the first rows."""
        columns = {
            name: column.used(column.places.slice(first)) if isinstance(column, Repeated) else column.slice(first)
            for name, column in self.columns.items()
        }
        return TextRows(self.numbers.slice(first), columns, self.guids)

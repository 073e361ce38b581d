"""Names as files spell them, numbered as they come: rows carry the number, which is compared and copied faster than the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable


class Spellings:
    """The spellings in the columns of names of some files, by the name of the column."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}

    def number(self, column: str, text: str) -> int | None:
        """Give the number of a text, None for an empty one."""
        if not text:
            return None
        numbers = self._numbers.setdefault(column, {})
        return numbers.setdefault(text, len(numbers))

    def texts(self, column: str) -> pl.Series:
        """Give the texts of a column by their number."""
        return pl.Series(column, list(self._numbers.get(column, ())), dtype=pl.String())

    def used(self, column: str, numbers: pl.Series) -> list[str]:
        """Give the texts of some numbers (None among them is left out), in the order of the texts."""
        return sorted(self.texts(column).gather(numbers.unique().drop_nulls()).to_list())

    def each(self, column: str, among: list[str], find: Callable[[str], int]) -> pl.Series:
        """Give what `find` says of the texts `among` some, asked in that order, by their number: Int32, null for all others."""
        found = {text: find(text) for text in among}
        return pl.Series(column, [found.get(text) for text in self._numbers.get(column, ())], dtype=pl.Int32())

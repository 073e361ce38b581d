"""Which rows of a block are read by column: those of which everything is plain. All others go the way of single rows, which decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.facts.text_rows import Repeated

_TAKEN = "#taken"


class PlainRows:
    """What is said of the rows of one block, row by row, until `settled` tells which are plain."""

    def __init__(self, height: int) -> None:
        self._height = height
        self._conditions: list[pl.Series] = []
        self._due: list[tuple[Repeated, pl.Series]] = []

    def only(self, *conditions: pl.Series) -> None:
        """Leave rows of which a condition does not hold to the single way."""
        # of nearly every condition all rows are as they should be
        self._conditions += [condition for condition in conditions if not condition.all()]

    def first_singly(self, labels: Repeated, due: pl.Series) -> None:
        """Leave the first plain row of each text that a warning is `due` for to the single way, which gives it."""
        if due.any():
            self._due.append((labels, due))

    @property
    def begins_plain(self) -> bool:
        """Say whether all that is said of the first row holds, but for warnings that it may give."""
        return self._height > 0 and all(condition[0] for condition in self._conditions)

    def settled(self) -> pl.Series | None:
        """Say which rows are plain; None where all are."""
        if not self._conditions and not self._due:
            return None
        plain = together(self._conditions)
        if plain is None:
            plain = all_of(self._height)
        warning: list[pl.Series] = []
        for labels, due in self._due:
            rows = pl.DataFrame({"text": labels.places, "plain": plain & labels.spread(due)}).with_row_index("row")
            warning.append(rows.filter("plain").unique("text", keep="first")["row"])
        for first in warning:
            plain = plain.scatter(first, values=False)
        return plain


def together(conditions: Iterable[pl.Series]) -> pl.Series | None:
    """Say of which rows all conditions hold; None where there are none."""
    found: pl.Series | None = None
    for condition in conditions:
        found = condition if found is None else found & condition
    return found


def none_of(height: int) -> pl.Series:
    """Say that no row is taken by column."""
    return pl.Series(_TAKEN, [False]).new_from_index(0, height)


def all_of(height: int) -> pl.Series:
    """Say that all rows are taken by column."""
    return pl.Series(_TAKEN, [True]).new_from_index(0, height)

"""Partners and customers that a file names beside its facts: the latest name stands, an empty cell never wipes a filled one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.gather import Gather
from attain.sources.intake import Output

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Dated = tuple[str, str]
"""A cell and the month it is from, the month first."""


class Dimension:
    """Rows of one dimension table, gathered cell by cell: of two values that of the later month stands, then the later in the alphabet."""

    def __init__(self, table: str, key: str, columns: tuple[str, ...], scratch: Path) -> None:
        self.table, self.columns = table, (key, *columns)
        self._cells: Gather[Dated] = Gather(max, scratch)
        self._seen: set[tuple[str, ...]] = set()

    def add(self, key: str, month: str, *cells: str) -> None:
        """Note what a row of `month` says of `key`."""
        if (key, month, *cells) in self._seen:
            return
        if len(self._seen) < 1_000_000:
            self._seen.add((key, month, *cells))
        self._cells.add((key,), ("",), (month, key))
        for column, cell in zip(self.columns[1:], cells, strict=True):
            if cell:
                self._cells.add((key,), (column,), (month, cell))

    def output(self) -> Output:
        """Give the table."""
        return Output(self.table, self.columns, self._rows())

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for (key,), cells in self._cells.items():
            yield (key, *(cells[(column,)][1] if (column,) in cells else None for column in self.columns[1:]))

"""Partners and customers that a file names beside its facts: the latest name stands, an empty cell never wipes a filled one."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.ahead import begun
from attain.sources.gather import Gather
from attain.sources.intake import Output
from attain.sources.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Dated = tuple[str, str]
"""A cell and the month it is from, the month first."""
_AT_ONCE = 100_000


class Dimension:
    """Rows of one dimension table, gathered cell by cell: of two values that of the later month stands, then the later in the alphabet."""

    def __init__(self, table: str, key: str, columns: tuple[str, ...], scratch: Path) -> None:
        self.table, self.columns = table, (key, *columns)
        self._cells: Gather[Dated] = Gather(max, scratch)
        self._seen: set[tuple[str, ...]] = set()
        self._latest = Latest(key, columns, scratch)
        self._by_column = False

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

    def add_columns(self, rows: pl.DataFrame) -> None:
        """Note what whole rows of text say: the key, `month` such as `2026-10`, and any of the columns, empty where a row says nothing."""
        self._latest.add(rows)
        self._by_column = True

    def output(self) -> Output:
        """Give the table."""
        if not self._by_column:
            return Output(self.table, self.columns, self._rows())
        # beside whatever is made of the rows meanwhile
        return Output(self.table, self.columns, iter(()), frames=begun(self._frames()))

    def _frames(self) -> Iterator[pl.DataFrame]:
        """Give what rows said singly and by column, together."""
        single = (
            (key, *("".join(cells[(column,)]) if (column,) in cells else None for column in self.columns[1:]))
            for (key,), cells in self._cells.items()
        )
        while some := list(islice(single, _AT_ONCE)):
            self._latest.add_dated(pl.DataFrame(some, schema=dict.fromkeys(self.columns, pl.String()), orient="row"))
        yield from self._latest.frames()

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for (key,), cells in self._cells.items():
            yield (key, *(cells[(column,)][1] if (column,) in cells else None for column in self.columns[1:]))

"""What tells twins in rows of Insights reports apart: a digest of the cells that they share, however each of them was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.sources.files import Row

TWIN = ("twin", "twin too")
"""Columns of what tells twins: two digests of the cells that they share."""
SINGLES_AT_ONCE = 10_000
"""Rows read singly whose digests are found together."""


class Twins:
    """Brings together digests of rows read by column and of rows read singly, which are made in another way."""

    def __init__(self) -> None:
        self._singles: list[tuple[list[str], str]] = []
        """Cells and digest of rows that were read singly."""
        self._by_row: dict[tuple[int, ...], str] = {}
        """Their digests as rows by column have them, and as they have them."""

    def note_single(self, row: Row, detail: Sequence[int], digest: str) -> None:
        """Note a row that was read singly with its digest; `detail` are the places of the cells that twins share."""
        self._singles.append(([row[place] for place in detail], digest))
        if len(self._singles) >= SINGLES_AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Find the digests by column of rows that were read singly: one row has both."""
        for width in {len(rest) for rest, _ in self._singles}:
            some = [(rest, digest) for rest, digest in self._singles if len(rest) == width]
            cells = {str(place): pl.Series([rest[place] for rest, _ in some], dtype=pl.String) for place in range(width)}
            for twin, (_, digest) in zip(zip(*twin_digests(pl.DataFrame(cells)), strict=True), some, strict=True):
                self._by_row[twin] = digest
        self._singles.clear()

    def name(self, digests: tuple[int, ...]) -> str:
        """Give what a row with some digests by column shares with its twins, as a row read singly has it; no digests give nothing."""
        return self._by_row.get(digests) or "-".join(f"{digest:016x}" for digest in digests)


def twin_digests(rest: pl.DataFrame) -> list[pl.Series]:
    """Give two whole numbers a row, TWIN, that are equal where all cells are, in whatever frame, and of others as good as never."""
    if not rest.width:
        return [pl.Series(name, [0], dtype=pl.UInt64).new_from_index(0, rest.height) for name in TWIN]
    return [
        rest.select(pl.sum_horizontal(cells.hash(len(TWIN) * place + number) for place, cells in enumerate(rest))).to_series().alias(name)
        for number, name in enumerate(TWIN)
    ]

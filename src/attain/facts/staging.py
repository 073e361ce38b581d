"""Typed rows kept on disk between the two passes, a month apart from the next, so that memory does not grow with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

SPILL_ROWS = 1_000_000
BUCKET_ROWS = 2_000_000


class Staging:
    """Rows of one usage table, by month. `add` takes them in any order; `months` and `frames` give them back."""

    def __init__(self, folder: Path, spread: tuple[str, ...]) -> None:
        self._folder = folder
        self._spread = pl.coalesce(spread)
        self._held: dict[int, list[pl.DataFrame]] = {}
        self._held_rows = 0
        self._files: dict[int, list[Path]] = {}
        self._rows: dict[int, int] = {}

    def add(self, rows: pl.DataFrame) -> None:
        """Take typed rows with a month each."""
        for (month,), part in rows.partition_by("month", as_dict=True).items():
            self._held.setdefault(int(month), []).append(part)
            self._rows[int(month)] = self._rows.get(int(month), 0) + part.height
        self._held_rows += rows.height
        if self._held_rows >= SPILL_ROWS:
            self._spill()

    def _spill(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for month, parts in self._held.items():
            files = self._files.setdefault(month, [])
            path = self._folder / f"{month}-{len(files)}.arrow"
            pl.concat(parts).write_ipc(path, compression="lz4")
            files.append(path)
        self._held.clear()
        self._held_rows = 0

    @property
    def months(self) -> list[int]:
        """List the months that have rows, in order."""
        return sorted(self._rows)

    def rows(self, month: int) -> int:
        """Count the rows of a month."""
        return self._rows[month]

    def parts(self, month: int) -> int:
        """Say in how many parts `frame` gives a month, so that each fits into memory."""
        return -(-self._rows[month] // BUCKET_ROWS)

    def frame(self, month: int, part: int) -> pl.DataFrame:
        """Give one part of a month. Rows of one subscription (without one: of one tenant) are in the same part."""
        parts = self.parts(month)
        sources = [held.lazy() for held in self._held.get(month, ())] + [pl.scan_ipc(path) for path in self._files.get(month, ())]
        if parts > 1:
            sources = [rows.filter(self._spread.hash(seed=0) % parts == part) for rows in sources]
        return pl.concat(pl.collect_all(sources))

    def drop(self, month: int) -> None:
        """Forget a month that has been dealt with."""
        self._held.pop(month, None)
        for path in self._files.pop(month, ()):
            path.unlink()

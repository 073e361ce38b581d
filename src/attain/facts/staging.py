"""Typed rows kept on disk between the two passes, a month apart from the next, so that memory does not grow with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.memory import rows_at_once

if TYPE_CHECKING:
    from pathlib import Path

SPILL_ROWS = rows_at_once()
BUCKET_ROWS = rows_at_once()


class Staging:
    """Rows of one usage table, by month. `add` takes them in any order; `frame` gives a month back, a part at a time where it is large.

    A column that some rows lack is null in these.
    """

    def __init__(self, folder: Path, spread: tuple[str, ...]) -> None:
        self._folder = folder
        self._spread = pl.coalesce(spread)
        self._held: dict[int, list[pl.DataFrame]] = {}
        self._held_rows = 0
        self._files: dict[tuple[int, int], list[Path]] = {}
        self._rows: dict[int, int] = {}
        self._schema = pl.DataFrame()

    def add(self, rows: pl.DataFrame) -> None:
        """Take typed rows with a month each."""
        self._schema = rows.clear()
        months = rows["month"]
        # most batches are of one month, and parting them copies all rows
        alone = rows.height > 0 and months.min() == months.max() and not months.null_count()
        parts = {(months[0],): rows} if alone else rows.partition_by("month", as_dict=True)
        for (month,), part in parts.items():
            self._held.setdefault(int(month), []).append(part)
            self._rows[int(month)] = self._rows.get(int(month), 0) + part.height
        self._held_rows += rows.height
        if self._held_rows > SPILL_ROWS:
            self._spill()

    def _spill(self) -> None:
        for month, frames in self._held.items():
            self._store(month, 0, pl.concat(frames, how="diagonal"))
        self._held.clear()
        self._held_rows = 0

    def _store(self, month: int, part: int, rows: pl.DataFrame) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        files = self._files.setdefault((month, part), [])
        path = self._folder / f"{month}-{part}-{len(files)}.arrow"
        rows.write_ipc(path, compression="lz4")
        files.append(path)

    @property
    def months(self) -> list[int]:
        """List the months that have rows, in order."""
        return sorted(self._rows)

    def parts(self, month: int) -> int:
        """Say in how many parts `frame` gives a month, so that each fits into memory."""
        return -(-self._rows[month] // BUCKET_ROWS)

    def frame(self, month: int, part: int) -> pl.DataFrame:
        """Give one part of a month, once. Rows of one subscription (without one: of one tenant) are in the same part."""
        if part == 0 and self.parts(month) > 1:
            self._split(month, self.parts(month))
        files = self._files.pop((month, part), [])
        frames = [*self._held.pop(month, []), *(pl.read_ipc(path.read_bytes()) for path in files)]
        for path in files:
            path.unlink()
        if len(frames) == 1:
            return frames[0].rechunk()
        # rows in one piece are sorted and picked from many times faster than those of each block
        return pl.concat(frames, how="diagonal", rechunk=True) if frames else self._schema.clear()

    def _split(self, month: int, parts: int) -> None:
        """Deal a large month out to its parts, a file at a time: a filtered frame would keep the text of all the others alive."""
        self._spill()
        whole = self._files.pop((month, 0), [])
        for number, path in enumerate(whole):
            moved = path.rename(path.with_suffix(f".{number}.whole"))
            rows = pl.read_ipc(moved.read_bytes()).with_columns((self._spread.hash(seed=0) % parts).alias("#part"))
            for (part,), some in rows.partition_by("#part", as_dict=True, include_key=False).items():
                self._store(month, int(part), some)
            moved.unlink()

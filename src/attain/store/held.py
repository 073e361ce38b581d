"""Rows of an import on their way into the store: kept in memory while they are few, and put down in its scratch folder beyond that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.memory import rows_at_once
from attain.facts.spellings import Spellings

if TYPE_CHECKING:
    from pathlib import Path

IN_MEMORY = rows_at_once() * 5 // 4
"""Rows kept before others are put down. A month of usage that is conformed in one part fits, with its customers."""


@dataclass(slots=True)
class Room:
    """How many more rows may be kept in memory."""

    rows: int = field(default_factory=lambda: IN_MEMORY)

    def takes(self, rows: int) -> bool:
        """Say whether there is room for some rows, and if so give it to them."""
        if rows > self.rows:
            return False
        self.rows -= rows
        return True


@dataclass(frozen=True, slots=True)
class Held:
    """Some rows: a frame, or the file that has it."""

    frame: pl.DataFrame | None
    path: Path | None = None

    @classmethod
    def of(cls, frame: pl.DataFrame, room: Room, path: Path) -> Held:
        """Keep a frame, in `path` where there is no room for it."""
        if room.takes(frame.height):
            return cls(frame)
        path.parent.mkdir(parents=True, exist_ok=True)
        # not packed: it is read once, straight from the disk
        frame.write_ipc(path)
        return cls(None, path)

    def rows(self) -> pl.DataFrame:
        """Give the rows."""
        if self.frame is not None:
            return self.frame
        assert self.path is not None
        return pl.read_ipc(self.path)


@dataclass(slots=True)
class JustWritten:
    """The rows of detail files that this import has written, so that they need not be read again, as far as there is room.

    They are detail rows, or rows of the first pass (with `spellings`) that were written as such.
    """

    spellings: Spellings = field(default_factory=Spellings)
    room: Room = field(default_factory=Room)
    frames: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])

    def has_room(self, rows: int) -> bool:
        """Say whether so many more rows would be kept."""
        return rows <= self.room.rows

    def keep(self, path: str, rows: pl.DataFrame) -> None:
        """Keep the rows of a file, by its path below its table."""
        if self.room.takes(rows.height):
            self.frames[path] = rows

    def take(self, path: str) -> pl.DataFrame | None:
        """Give the rows of a file, once."""
        return self.frames.pop(path, None)

"""Whole numbers behind rows, put aside on disk and read again some at a time: those of somebody with very many customers."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Shelf:
    """A file without a name, which is gone once nobody holds it or what stands on it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when nobody holds it

    def __del__(self) -> None:
        self._file.close()

    def put(self, parts: Iterable[pl.DataFrame]) -> OnDisk:
        """Put parts of rows at the end of the file."""
        places: list[tuple[int, int]] = []
        rows = 0
        for part in parts:
            # Texts as Arrow had them first: a part of a column of views would take the texts of the whole column with it.
            content = io.BytesIO()
            part.write_ipc(content, compat_level=pl.CompatLevel.oldest())
            places.append((self._file.seek(0, os.SEEK_END), self._file.write(content.getbuffer())))
            rows += part.height
        self._file.flush()
        return OnDisk(self, tuple(places), rows)

    def take(self, start: int, size: int) -> pl.DataFrame:
        """Read a part again, without moving the place in the file: several threads may read at once."""
        return pl.read_ipc(io.BytesIO(os.pread(self._file.fileno(), size, start)))


@dataclass(frozen=True)
class OnDisk:
    """Parts of rows on a shelf."""

    shelf: Shelf
    places: tuple[tuple[int, int], ...]
    rows: int

    def __len__(self) -> int:
        """Count the rows."""
        return self.rows

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Read part after part."""
        return (self.shelf.take(start, size) for start, size in self.places)

"""Bringing the rows of one key together in bounded memory: what does not fit goes to scratch files by key and is merged at the end."""

from __future__ import annotations

import pickle
import zlib
from typing import IO, TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Key = tuple[str, ...]
Value = TypeVar("Value")

IN_MEMORY = 1_000_000
"""Entries held before they are put aside: a few hundred megabytes."""
PARTITIONS = 64


class Gather(Generic[Value]):
    """Values by (key, part of the key), merged as they come: `add` and then `items`, which gives each key once with all its parts.

    `merge` must not care about order. `scratch` is a folder that the caller removes afterwards. Keys come sorted where nothing was put
    aside, else sorted within each of a fixed number of partitions: the same order on every run.
    """

    def __init__(self, merge: Callable[[Value, Value], Value], scratch: Path, in_memory: int | None = None) -> None:
        self._merge, self._scratch, self._limit = merge, scratch, in_memory or IN_MEMORY
        self._held: dict[Key, dict[Key, Value]] = {}
        self._entries = 0
        self._aside: list[Path] = []

    def add(self, key: Key, part: Key, value: Value) -> None:
        """Merge one value into its key and part."""
        parts = self._held.setdefault(key, {})
        if part in parts:
            parts[part] = self._merge(parts[part], value)
            return
        parts[part] = value
        self._entries += 1
        if self._entries >= self._limit:
            self._put_aside()

    def items(self) -> Iterator[tuple[Key, dict[Key, Value]]]:
        """Give every key once, with its parts."""
        if not self._aside:
            yield from sorted(self._held.items(), key=lambda item: item[0])
            return
        self._put_aside()
        for path in self._aside:
            yield from self._merged(path)

    def _put_aside(self) -> None:
        if not self._aside:
            self._scratch.mkdir(parents=True, exist_ok=True)
            self._aside = [self._scratch / f"{id(self)}-{partition}" for partition in range(PARTITIONS)]
        streams: list[IO[bytes]] = []
        try:
            streams.extend(path.open("ab") for path in self._aside)
            for key, parts in self._held.items():
                # Python's own hash of text differs from run to run
                pickle.dump((key, parts), streams[zlib.crc32("\0".join(key).encode()) % PARTITIONS])
        finally:
            for stream in streams:
                stream.close()
        self._held, self._entries = {}, 0

    def _merged(self, path: Path) -> Iterator[tuple[Key, dict[Key, Value]]]:
        held: dict[Key, dict[Key, Value]] = {}
        with path.open("rb") as stream:
            while stream.peek(1):
                key, parts = pickle.load(stream)
                known = held.setdefault(key, {})
                for part, value in parts.items():
                    known[part] = self._merge(known[part], value) if part in known else value
        yield from sorted(held.items(), key=lambda item: item[0])

"""SHA-256 of files, worked out in a thread beside whatever else is done; who asks for one waits for it."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future
    from pathlib import Path


class Hashed:
    """Files of which the SHA-256 is known once it is asked for, or has been begun and ended meanwhile."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._coming: list[Future[str]] = []

    def begin(self) -> None:
        """Begin to hash the files, one after the other. Best where what comes next leaves a core free."""
        if self._coming:
            return
        beside = ThreadPoolExecutor(1, "hashing")
        self._coming = [beside.submit(_sha256, path) for path in self._paths]
        beside.shutdown(wait=False)

    def digest(self, place: int = 0) -> str:
        """Give the SHA-256 of one of the files, hexadecimal. Raises OSError where it cannot be read."""
        self.begin()
        return self._coming[place].result()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""SHA-256 of files, worked out in a thread beside whatever else is done; who asks for one waits for it."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future
    from pathlib import Path


class Hashed:
    """Files as they are now, of which the SHA-256 is known once it is asked for, or has been begun and ended meanwhile.

    It may be begun when a file has been read: one that has changed since would be known by rows that nobody read.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._files = [(path, _state(path)) for path in paths]
        self._coming: list[Future[str]] = []

    def begin(self) -> None:
        """Begin to hash the files, one after the other. Best where what comes next leaves a core free."""
        if self._coming:
            return
        beside = ThreadPoolExecutor(1, "hashing")
        self._coming = [beside.submit(_sha256, path, state) for path, state in self._files]
        beside.shutdown(wait=False)

    def digest(self, place: int = 0) -> str:
        """Give the SHA-256 of one of the files, hexadecimal. Raises OSError where it cannot be read, AttainError where it has changed."""
        self.begin()
        return self._coming[place].result()


def _state(path: Path) -> tuple[int, int] | None:
    """Give the size of a file and when it was last written; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _sha256(path: Path, state: tuple[int, int] | None) -> str:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if _state(path) != state:
        raise AttainError("file-changed", "the file has changed while it was read", str(path), "import it again")
    return digest

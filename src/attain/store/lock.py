"""One import at a time into a store on this machine: the second waits, and says for whom."""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

LOCK_FILE = ".attain-lock"
WAIT_SECONDS = 3600
_PAUSE = 0.1

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def only_one(path: Path) -> Generator[bool]:
    """Say whether this is the only process that holds a lock file, and hold it until the block ends; nobody waits.

    The system lets go of it when a process ends, however that ends.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _try(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def only_import(folder: Path, say: Callable[[str], None], wait: int = WAIT_SECONDS) -> Generator[None]:
    """Hold the lock of a store's folder. The system lets go of it when a process ends, however that ends: no lock is ever left over.

    `say` is told once for whom this one waits. Raises AttainError `import-running` after `wait` seconds.
    """
    path = folder / LOCK_FILE
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        pauses = 0
        while not _try(descriptor):
            holder = _holder(path)
            if not pauses:
                say(f"another import into this store is running ({holder}); waiting for it to end")
            pauses += 1
            if pauses * _PAUSE >= wait:
                hint = "wait for it to end, or end it"
                raise AttainError("import-running", f"another import into this store is running ({holder})", str(folder), hint)
            time.sleep(_PAUSE)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") or "it has just begun"
    except OSError:
        return "unknown process"

"""What a process keeps in memory may name people: it ends when somebody is erased, by whichever process of this machine."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

STAMP = "erased"
"""A file in ATTAIN_HOME that is written anew by every erasure: its time is what the processes look at."""

_lock = Lock()
_keepers: list[Callable[[], None]] = []
_seen: list[int] = []


def forget_when_erased(forget: Callable[[], None]) -> None:
    """Have something done in this process after somebody was erased, before it answers from memory again."""
    _keepers.append(forget)


def tell_erased() -> None:
    """Tell every process of this machine that somebody was erased, this one at once."""
    (Path(settings.HOME) / STAMP).write_bytes(b"")
    look()


def look() -> None:
    """Forget what is in memory where somebody was erased since the last look; costs one question to the file system."""
    try:
        stamp = (Path(settings.HOME) / STAMP).stat().st_mtime_ns
    except FileNotFoundError:
        stamp = 0
    with _lock:
        if _seen and _seen[-1] != stamp:
            for forget in _keepers:
                forget()
        _seen[:] = [stamp]

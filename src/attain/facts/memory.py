"""How many rows of usage a load may have in memory at once: by the memory of the machine, or of the container that it runs in."""

from __future__ import annotations

import os
from pathlib import Path

LEAST = 2_000_000
"""Rows that any machine has room for: about 1.5 GiB while they are read, sorted and written."""
_BYTES_A_ROW = 1_000
_SHARE = 4
"""One part in so many of the memory may be taken: others are at work too, and a load is not the only thing that a server does."""
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def rows_at_once(memory: int | None = None) -> int:
    """Give the rows that fit into a quarter of `memory` bytes (unless given: of this machine), LEAST at the least."""
    return max(LEAST, (memory_of_machine() if memory is None else memory) // _SHARE // _BYTES_A_ROW)


def memory_of_machine() -> int:
    """Give the bytes of memory that this process may come to use, 0 where the system does not say."""
    try:
        page, pages = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0
    if page <= 0 or pages <= 0:
        return 0
    found = [page * pages]
    for name in _LIMITS:
        try:
            said = Path(name).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if said.isdecimal():
            found.append(int(said))
    return min(found)

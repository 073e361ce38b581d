"""Reading ahead: the next part of a file is made ready on another core while the one before is worked on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = TypeVar("Part")


def ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """Give parts while the next one is made in a thread, beside whatever is done with the one before; raises what making one raises."""
    with ThreadPoolExecutor(1, "reading") as beside:
        coming = beside.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = beside.submit(next, parts, None)
            yield part

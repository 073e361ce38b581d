"""Reading ahead: the next part of a file is made ready on another core while the one before is worked on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

Part = TypeVar("Part")


def ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """Give parts while the next one is made in a thread, beside whatever is done with the one before; raises what making one raises."""
    yield from begun(parts)


def begun(parts: Iterator[Part]) -> Iterator[Part]:
    """Give parts as `ahead` does, of which the first is being made from now on, before anybody asks for it."""
    beside = ThreadPoolExecutor(1, "reading")
    return _each(parts, beside, beside.submit(next, parts, None))


def _each(parts: Iterator[Part], beside: ThreadPoolExecutor, coming: Future[Part | None]) -> Iterator[Part]:
    with beside:
        while (part := coming.result()) is not None:
            coming = beside.submit(next, parts, None)
            yield part

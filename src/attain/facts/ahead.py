"""Reading ahead: the next parts of a file are made ready on other cores while the one before is worked on."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

Part = TypeVar("Part")
Made = TypeVar("Made")
AT_ONCE = 2
"""So many parts are made side by side: what of a part runs on one core alone fills the gaps of another."""


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


def each_ahead(make: Callable[[Part], Made], parts: Iterable[Part]) -> Iterator[Made]:
    """Give what is made of each part, in order; the next ones are made in threads meanwhile. Raises what making one raises."""
    coming: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(AT_ONCE, "reading") as beside:
        try:
            for part in parts:
                coming.append(beside.submit(make, part))
                if len(coming) > AT_ONCE:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for one in coming:
                one.cancel()

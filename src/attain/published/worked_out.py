"""Answers that take a while, worked out beside the requests that ask for them and kept in this process.

A request waits a moment and then gives up: the page says that the answer is being worked out and asks again. Of several server processes
each works an answer out for itself.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, TypeVar

from attain.published.erased import forget_when_erased, look

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
KEPT = 64
"""Answers kept in this process, those asked for last; one that is still being worked out is never dropped."""
LARGE_KEPT = 6
"""Large answers kept in this process."""
AT_ONCE = 2
PATIENCE = 1.0
"""Seconds that a request waits."""
_lock = threading.Lock()
_kept: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_large: set[Hashable] = set()
_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="worked-out")


def worked_out(question: Hashable, work_out: Callable[[], T], *, patience: float = PATIENCE, large: bool = False) -> T | None:
    """Give the answer to a question, which names the facts that it is about too; None while it is being worked out.

    Of `large` answers, which hold a row for each of many partners, only the last `LARGE_KEPT` are kept.

    `work_out` runs in a thread of its own and must not ask the database. What it raises is raised here, once; an AttainError stays what
    it is, anything else too, for the server's log.
    """
    look()
    with _lock:
        found = _kept.get(question)
        if found is None:
            found = _kept[question] = _pool.submit(work_out)
            if large:
                _large.add(question)
            done = [key for key, one in _kept.items() if one.done() and key != question]
            large_done = [key for key in done if key in _large]
            for old in {*done[: max(len(_kept) - KEPT, 0)], *large_done[: max(len(_large) - LARGE_KEPT, 0)]}:
                del _kept[old]
                _large.discard(old)
        _kept.move_to_end(question)
    wait([found], timeout=patience)
    if not found.done():
        return None
    if found.exception() is not None:
        with _lock:
            _kept.pop(question, None)
            _large.discard(question)
    return found.result()


def _forget() -> None:
    with _lock:
        _kept.clear()
        _large.clear()


forget_when_erased(_forget)

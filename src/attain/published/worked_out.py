"""Answers that take a while, worked out beside the requests that ask for them and kept in this process.

A request waits a moment and then gives up: the page says that the answer is being worked out and asks again. Of several server processes
each works an answer out for itself.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, TypeVar

from attain.facts.kept import Kept
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


def _is_under_way(answer: Future[Any]) -> bool:
    return not answer.done()


_small: Kept[Future[Any]] = Kept(KEPT, stays=_is_under_way)
_large: Kept[Future[Any]] = Kept(LARGE_KEPT, stays=_is_under_way)
_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="worked-out")


def worked_out(
    question: Hashable,
    work_out: Callable[[], T],
    *,
    about: Hashable = None,
    state: Hashable = None,
    patience: float = PATIENCE,
    large: bool = False,
) -> T | None:
    """Give the answer to a question about something in a state, which names its facts; None while it is being worked out.

    Of `large` answers, which hold a row for each of many partners, only the last `LARGE_KEPT` are kept.

    `work_out` runs in a thread of its own and must not ask the database. What it raises is raised here, once; an AttainError stays what
    it is, anything else too, for the server's log.
    """
    look()
    kept = _large if large else _small
    found: Future[T] = kept.answer(question, lambda: _pool.submit(work_out), about=about, state=state)
    wait([found], timeout=patience)
    if not found.done():
        return None
    if found.exception() is not None:
        kept.drop(question, about=about, state=state)
    return found.result()


def _forget() -> None:
    _small.forget()
    _large.forget()


forget_when_erased(_forget)

"""What is kept in this process for the next who asks: the answers asked for last, and none of facts that have given way to others.

With every import there is another state of the facts, and nobody asks for the former again, but for requests under way.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock, RLock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
STATES = 2
"""Of so many states of one subject answers are kept: of the newest, and of the one before for requests under way."""
_Place = tuple["Hashable", "Hashable", "Hashable"]
"""A subject, one of its states, and a question about it."""


def _one(_found: object) -> int:
    return 1


def _never(_found: object) -> bool:
    return False


class Kept(Generic[T]):
    """Answers of one kind. Threads may share it; who asks for what another thread is finding out waits for that, and others do not wait.

    Attributes:
        most: the weight of all answers together; those asked for longest ago make place. One that is heavier alone is not kept.
    """

    def __init__(self, most: int, *, weigh: Callable[[T], int] = _one, stays: Callable[[T], bool] = _never) -> None:
        """Keep answers up to the weight of `most`; each weighs 1 unless `weigh` says otherwise. While one `stays` it makes no place."""
        self.most = most
        self._weigh, self._stays = weigh, stays
        self._forgotten()
        self._lock = Lock()

    def _forgotten(self) -> None:
        self._kept: OrderedDict[_Place, tuple[T, int]] = OrderedDict()
        self._states: dict[Hashable, OrderedDict[Hashable, set[_Place]]] = {}
        self._working: dict[_Place, RLock] = {}
        self._weight = 0

    def answer(self, question: Hashable, find: Callable[[], T], *, about: Hashable = None, state: Hashable = None) -> T:
        """Give what is kept, or find it and keep it.

        `state` is what the answer follows from beside the question, and changes: the digest of the facts. Of each subject (`about`) the
        answers of the last `STATES` states asked for are kept. What `find` raises is raised here, and nothing is kept then.
        """
        place = (about, state, question)
        with self._lock:
            if place in self._kept:
                return self._again(place)
            kept = self._kept
            working = self._working.setdefault(place, RLock())
        with working:
            with self._lock:
                if place in self._kept:
                    return self._again(place)
            try:
                found = find()
            finally:
                with self._lock:
                    self._working.pop(place, None)
            with self._lock:
                # What was begun before everything was forgotten is given once more and not kept.
                if kept is self._kept:
                    self._keep(place, found)
            return found

    def get(self, question: Hashable, *, about: Hashable = None, state: Hashable = None) -> T | None:
        """Give what is kept; None where nothing is."""
        place = (about, state, question)
        with self._lock:
            return self._again(place) if place in self._kept else None

    def drop(self, question: Hashable, *, about: Hashable = None, state: Hashable = None) -> None:
        """Keep an answer no longer."""
        with self._lock:
            self._drop((about, state, question))

    def forget(self) -> None:
        """Keep nothing of what was asked for so far, nor what is being found now."""
        with self._lock:
            self._forgotten()

    def __len__(self) -> int:
        """Count the answers kept."""
        return len(self._kept)

    def _again(self, place: _Place) -> T:
        self._kept.move_to_end(place)
        self._states[place[0]].move_to_end(place[1])
        return self._kept[place][0]

    def _keep(self, place: _Place, found: T) -> None:
        about, state, _ = place
        self._drop(place)
        weight = self._weigh(found)
        self._kept[place] = found, weight
        self._weight += weight
        states = self._states.setdefault(about, OrderedDict())
        states.setdefault(state, set()).add(place)
        states.move_to_end(state)
        for former in list(states)[:-STATES]:
            for one in [one for one in states[former] if not self._stays(self._kept[one][0])]:
                self._drop(one)
        if self._weight > self.most:
            for one in [one for one, (answer, _) in self._kept.items() if not self._stays(answer)]:
                if self._weight <= self.most:
                    break
                self._drop(one)

    def _drop(self, place: _Place) -> None:
        found = self._kept.pop(place, None)
        if found is None:
            return
        self._weight -= found[1]
        about, state, _ = place
        states = self._states[about]
        states[state].remove(place)
        if not states[state]:
            del states[state]
        if not states:
            del self._states[about]

"""Parts made ahead in threads come in order, few at a time, and no thread outlives an error or an early end."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Generator, Iterator

import pytest

from attain.facts.ahead import AT_ONCE, ahead, begun, each_ahead

Way = Callable[[Iterator[int]], Iterator[int]]
WAYS: list[Way] = [ahead, begun, lambda parts: each_ahead(lambda part: part, parts)]


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("reading")]


def _breaking(parts: int) -> Iterator[int]:
    yield from range(parts)
    message = "it breaks off"
    raise OSError(message)


@pytest.mark.parametrize("way", WAYS)
def test_all_parts_come_in_order(way: Way) -> None:
    for count in range(AT_ONCE + 3):
        assert list(way(iter(range(count)))) == list(range(count))
    assert not _threads()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", [0, 1, AT_ONCE + 3])
def test_what_reading_raises_is_raised_and_its_threads_end(way: Way, before: int) -> None:
    found: list[int] = []
    with pytest.raises(OSError, match="breaks off"):
        found.extend(way(_breaking(before)))
    assert not _threads()


def test_what_making_a_part_raises_comes_after_the_parts_before() -> None:
    found: list[int] = []
    with pytest.raises(ZeroDivisionError):
        found.extend(each_ahead(lambda part: 6 // (3 - part), range(10)))
    assert found == [2, 3, 6]
    assert not _threads()


@pytest.mark.parametrize("way", WAYS)
def test_who_stops_early_leaves_no_thread_and_no_more_is_read_than_a_few_parts(way: Way) -> None:
    taken: list[int] = []

    def counted() -> Iterator[int]:
        for part in itertools.count():
            taken.append(part)
            yield part

    parts = way(counted())
    assert [next(parts) for _ in range(3)] == [0, 1, 2]
    assert isinstance(parts, Generator)
    parts.close()
    assert not _threads()
    assert len(taken) <= 3 + AT_ONCE

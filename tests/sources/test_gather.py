from __future__ import annotations

import operator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.sources.gather import Gather

ENTRIES = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("xyz"), st.integers(-9, 9)))


@given(entries=ENTRIES, in_memory=st.integers(1, 8))
def test_what_is_put_aside_comes_back_merged(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, str, int]], in_memory: int
) -> None:
    expected: dict[str, dict[str, int]] = {}
    gather: Gather[int] = Gather(operator.add, tmp_path_factory.mktemp("scratch"), in_memory)
    for key, part, value in entries:
        gather.add((key,), (part,), value)
        parts = expected.setdefault(key, {})
        parts[part] = parts.get(part, 0) + value
    found = [(key, {part: value for (part,), value in parts.items()}) for (key,), parts in gather.items()]
    assert len(found) == len(expected)
    assert dict(found) == expected


def test_keys_come_sorted_where_all_fits(tmp_path: Path) -> None:
    gather: Gather[int] = Gather(max, tmp_path)
    for key in ("b", "c", "a"):
        gather.add((key,), ("",), 1)
    assert [key for key, _ in gather.items()] == [("a",), ("b",), ("c",)]
    assert list(tmp_path.iterdir()) == []

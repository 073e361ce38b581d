"""Rows that are in memory at once follow the memory there is: that of the machine, or less where a container may use less."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.facts import memory
from attain.facts.memory import LEAST, memory_of_machine, rows_at_once

A_ROW = 4_000
"""Bytes of memory for one row more: a quarter of them may be taken."""


@pytest.mark.parametrize(
    ("there", "rows"),
    [
        (0, LEAST),
        (LEAST * A_ROW - 1, LEAST),
        (LEAST * A_ROW, LEAST),
        (LEAST * A_ROW + A_ROW - 1, LEAST),
        (LEAST * A_ROW + A_ROW, LEAST + 1),
        (24 << 30, (24 << 30) // A_ROW),
    ],
)
def test_rows_fit_into_a_quarter_of_the_memory(there: int, rows: int) -> None:
    assert rows_at_once(there) == rows


@pytest.mark.parametrize(("said", "counts"), [("1000000\n", True), ("max\n", False), ("99999999999999999999\n", False), (None, False)])
def test_a_container_may_use_less_than_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, *, counts: bool
) -> None:
    monkeypatch.setattr(memory, "_LIMITS", ())
    machine = memory_of_machine()
    assert machine > 1_000_000
    limit = tmp_path / "memory.max"
    if said is not None:
        limit.write_text(said, encoding="ascii")
    monkeypatch.setattr(memory, "_LIMITS", (str(limit),))
    assert memory_of_machine() == (1_000_000 if counts else machine)


def test_where_the_system_does_not_say_few_rows_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_name: str) -> int:
        return -1

    monkeypatch.setattr(memory.os, "sysconf", unknown)
    assert rows_at_once() == LEAST

"""The same tries on every run, a few of each kind; `python -m bench fuzz` goes on from there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.fuzz.mangling import TOKENS, mangled
from tests.fuzz.targets import TARGETS, once

TRIES = {"source": 150, "workbook": 100, "facts": 25, "rulebook": 60, "typed": 400, "archive": 30}
MOST_SECONDS = 20.0
"""Of work for one try: hundreds of times what any takes, and far below a hang."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_the_bytes_a_reader_takes_them_or_says_why_not(target: str, place: Path) -> None:
    taken, slowest = 0, 0.0
    for seed in range(TRIES[target]):
        start = time.process_time()
        try:
            taken += once(target, seed, place)
        except BaseException as fault:
            fault.add_note(f"fuzz target {target}, seed {seed}")
            raise
        slowest = max(slowest, time.process_time() - start)
    assert slowest < MOST_SECONDS
    # Both ends are reached: files that are still good, and files that are not.
    assert 0 < taken < TRIES[target]


def test_the_same_seed_changes_a_file_in_the_same_way() -> None:
    import random

    content = b"a,b\n1,2\n"
    made = {mangled(random.Random(seed), content) for seed in range(50)}
    assert len(made) > 25
    assert made == {mangled(random.Random(seed), content) for seed in range(50)}
    assert len(TOKENS) == len(set(TOKENS))

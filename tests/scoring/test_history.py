"""Many days at once give what day by day gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

import attain
from attain.facts.facts import Facts
from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import load_book
from attain.scoring import history as module
from attain.scoring import values
from attain.scoring.history import history
from attain.scoring.options import Chosen
from attain.scoring.result import Scores
from attain.scoring.run import scores

DAYS = [
    # Two days of one month with different certificates, every edition of 2024 to 2026, one day before some designations' first edition.
    dt.date(2026, 11, 24),
    dt.date(2026, 11, 4),
    dt.date(2026, 8, 31),
    dt.date(2026, 7, 30),
    dt.date(2025, 12, 20),
    dt.date(2025, 6, 30),
    dt.date(2024, 12, 31),
    dt.date(2023, 6, 1),
]
CHOSEN = ["security", "modern-work"]
"""Named designations must have rules on every day: the last one is too early for Modern Work."""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("history")
    write_demo(DemoPlan(partners=24, seed=5, tenants=300, azure_rows=15_000, usage_rows=9_000, certificates=1_500), folder)
    return attain.load(folder)


def assert_equal(together: Sequence[Scores], one_by_one: Sequence[Scores]) -> None:
    assert len(together) == len(one_by_one)
    for found, expected in zip(together, one_by_one, strict=True):
        assert found.as_of == expected.as_of
        assert found.gaps == expected.gaps
        assert found.frame.equals(expected.frame), f"{found.as_of} differs"


def test_history_equals_day_by_day(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    book = load_book()
    one_by_one = [scores(book, facts, day) for day in DAYS]
    monkeypatch.setattr(module, "AT_ONCE", 7)
    assert_equal(history(book, facts, DAYS), one_by_one)


def test_partners_in_parts_equal_all_at_once(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    book = load_book()
    at_once = [scores(book, facts, day) for day in DAYS]
    monkeypatch.setattr(values, "AT_ONCE", 5)
    assert_equal([scores(book, facts, day) for day in DAYS], at_once)


def test_history_of_some_partners_and_designations(facts: Facts) -> None:
    book, partners, options = load_book(), ["1000003", "1000001"], Chosen(refresh_day=5)
    together = history(book, facts, DAYS[:-1], partners=partners, designations=CHOSEN, options=options)
    assert_equal(together, [scores(book, facts, day, partners=partners, designations=CHOSEN, options=options) for day in DAYS[:-1]])


def test_history_of_no_day_is_empty(facts: Facts) -> None:
    assert history(load_book(), facts, []) == []

"""The engine against the naive scorer on random facts: every edition, track and metric, and not one cell that differs.

`ATTAIN_RANDOM_SEEDS=40 python -m pytest tests/scoring/test_against_oracle.py` draws forty sets of facts for each edition, instead of the
few that every run draws, and `ATTAIN_FIRST_SEED=1000` begins at another one. A set has a dozen partners.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import figures
from tests.oracle.random_facts import random_facts
from tests.scoring.against_oracle import differences

PARTNERS = 12
SEEDS = int(os.environ.get("ATTAIN_RANDOM_SEEDS", "2"))
FIRST_SEED = int(os.environ.get("ATTAIN_FIRST_SEED", "0"))
EDITIONS = [(designation, edition) for designation in figures.DESIGNATIONS for edition, _ in figures.EDITIONS[designation]]
WITHIN = 150
"""Days after an edition's start among which a day is drawn."""
LAST_DAY = date(2026, 11, 24)


def day_within(designation: str, edition: str, seed: int) -> date:
    """A day on which the edition is in effect: its first one for seed 0, its last one now and then."""
    starts = dict(figures.EDITIONS[designation])
    later = [start for start in starts.values() if start > starts[edition]]
    end = min(later) - timedelta(days=1) if later else LAST_DAY
    if seed % 5 == 4:
        return end
    return min(starts[edition] + timedelta(days=seed * 37 % WITHIN), end)


def assert_equal(seed: int, day: date, designation: str, folder: Path, **options: Any) -> None:
    facts = random_facts(seed, partners=PARTNERS, designation=designation, edition_day=day)
    found = differences(facts, day, designation, folder, **options)
    assert not found, f"seed {seed}, {designation} on {day}, {options}: {len(found)} differences, first {found[:3]}"


def test_the_days_lie_within_their_editions() -> None:
    for designation, edition in EDITIONS:
        days = {day_within(designation, edition, seed) for seed in range(50)}
        assert {figures.edition_on(designation, day) for day in days} == {edition}
        assert len(days) > 10


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SEEDS))
@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_every_edition(designation: str, edition: str, seed: int, tmp_path: Path) -> None:
    # Neighbors in the list draw different facts.
    drawn = seed * len(EDITIONS) + EDITIONS.index((designation, edition))
    assert_equal(drawn, day_within(designation, edition, seed), designation, tmp_path)


@pytest.mark.parametrize("refresh_day", [1, 10, 31])
@pytest.mark.parametrize("designation", figures.DESIGNATIONS)
def test_another_refresh_day(designation: str, refresh_day: int, tmp_path: Path) -> None:
    day = LAST_DAY - timedelta(days=refresh_day)
    assert_equal(FIRST_SEED + 500 + refresh_day, day, designation, tmp_path, refresh_day=refresh_day)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("designation", ["security", "data-ai"])
def test_another_basis(designation: str, seed: int, tmp_path: Path) -> None:
    assert_equal(FIRST_SEED + 600 + seed, LAST_DAY, designation, tmp_path, basis="billed")


@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_another_edition_than_the_day_has(designation: str, edition: str, tmp_path: Path) -> None:
    """Earlier editions on today's facts, and the latest edition on facts of a month before it began."""
    start = dict(figures.EDITIONS[designation])[edition]
    day = start - timedelta(days=30) if edition == figures.edition_on(designation, LAST_DAY) else LAST_DAY
    assert_equal(FIRST_SEED + 700 + EDITIONS.index((designation, edition)), day, designation, tmp_path, edition=edition)

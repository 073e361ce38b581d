"""A hypothesis goes through the same score: no change gives no difference, alone, together, in memory and on disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

import attain
from attain.advise.hypothesis import Hypotheses, score_of_facts
from attain.advise.partner_facts import PartnerFacts
from attain.errors import AttainError
from attain.rulebook.load import load_book
from attain.scoring.rationals import cut
from tests.advise.drawn import drawn_facts, hypotheses_of, numbers
from tests.scoring.test_against_oracle import EDITIONS, SEEDS


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_no_change_gives_no_difference(designation: str, edition: str, seed: int, tmp_path: Path) -> None:
    facts, day = drawn_facts(designation, edition, seed, tmp_path)
    frame = attain.score(facts, on=day, designations=[designation]).frame
    for hypotheses in hypotheses_of(facts, day, designation):
        current = numbers(hypotheses.current)
        public = frame.filter(pl.col("partner_id") == hypotheses.account, pl.col("metric") != "total")
        shown = {(row["track"], row["metric"]): row["points"] for row in public.iter_rows(named=True)}
        selected, points, _, _ = current[designation]
        assert {(track, name): cut(exact) for track, metrics in points.items() for name, exact in metrics.items()} == shown
        assert set(public.filter("selected")["track"]) == {selected}
        again = hypotheses.today.with_frames({table: frame.clone() for table, frame in hypotheses.today.frames.items()})
        assert again.digest == hypotheses.today.digest
        for scores in (*hypotheses.score_many([hypotheses.today, again, hypotheses.today]), score_of_facts(hypotheses, again)):
            assert numbers(scores) == current


@pytest.mark.parametrize("seed", range(max(SEEDS // 2, 1)))
@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_together_is_one_by_one_and_as_on_disk(designation: str, edition: str, seed: int, tmp_path: Path) -> None:
    """Hypotheses that lose a tenant each, or half of the rows, or every association, do not disturb each other."""
    facts, day = drawn_facts(designation, edition, seed, tmp_path)
    moved = 0
    for hypotheses in hypotheses_of(facts, day, designation):
        changed = list(_changed(hypotheses.today))
        together = [numbers(scores) for scores in hypotheses.score_many(changed)]
        for one, scores in zip(changed, together, strict=True):
            assert numbers(score_of_facts(hypotheses, one)) == scores
            moved += scores != numbers(hypotheses.current)
    assert moved


def _changed(today: PartnerFacts) -> list[PartnerFacts]:
    usage = [table for table in ("azure_usage", "workload_usage", "workload_revenue") if table in today.frames]
    tenants = sorted({tenant for table in usage for tenant in today.frames[table]["tenant_id"]})[:3]
    found = [today.with_frames({table: today.frames[table].filter(pl.col("tenant_id") != tenant) for table in usage}) for tenant in tenants]
    found.append(today.with_frames({table: today.frames[table].gather_every(2) for table in usage}))
    # A mask that no row had before, and one that recognizes nothing.
    found += [
        today.with_frames({table: today.frames[table].with_columns(pl.lit(mask, pl.Int32).alias("associations")) for table in usage})
        for mask in (0, 511)
    ]
    if "certifications" in today.frames:
        found.append(today.with_frames({"certifications": today.frames["certifications"].clear()}))
    if "customers" in today.frames:
        other = today.frames["customers"].with_columns(pl.lit("enterprise").alias("segment"))
        found.append(today.with_frames({"customers": other}))
    return found


def test_other_months_are_another_plan(tmp_path: Path) -> None:
    facts, day = drawn_facts("security", "2026-07", 1, tmp_path)
    hypotheses = next(hypotheses_of(facts, day, "security"))
    today = hypotheses.today
    last = hypotheses.plan.windows["azure_usage"].data_month
    before = {
        table: {basis: tuple(one for one in months if one < last) for basis, months in bases.items()}
        for table, bases in today.months.items()
    }
    fewer = today.with_frames({}, months=before)
    scores = hypotheses.score_many([today, fewer, today])
    assert numbers(scores[0]) == numbers(scores[2]) == numbers(hypotheses.current)
    assert scores[1].plan.windows["azure_usage"].data_month == last - 1
    assert numbers(scores[1]) == numbers(score_of_facts(hypotheses, fewer))


def test_another_day_is_scored_by_its_rules(tmp_path: Path) -> None:
    facts, day = drawn_facts("security", "2026-07", 0, tmp_path)
    hypotheses = next(hypotheses_of(facts, day, "security"))
    later = date(day.year + 1, day.month, day.day)
    there = Hypotheses(load_book(), facts, hypotheses.account, later, designations=["security"])
    assert numbers(hypotheses.score(hypotheses.today, later)) == numbers(there.current)


def test_an_unknown_partner_is_named_with_the_nearest(tmp_path: Path) -> None:
    facts, day = drawn_facts("security", "2026-07", 0, tmp_path)
    account = next(hypotheses_of(facts, day, "security")).account
    with pytest.raises(AttainError, match=f"did you mean {account}"):
        Hypotheses(load_book(), facts, f"{account}x", day)

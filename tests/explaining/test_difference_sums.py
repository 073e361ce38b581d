"""The lines of a difference add up exactly to what the score changed by: every edition, track and metric, on random facts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import attain
from attain.engine.backends import PolarsBackend
from attain.explaining.lines import Difference
from attain.facts.facts import Facts
from attain.rulebook.load import load_book
from attain.rulebook.resolve import edition_on
from attain.scoring.exact import ExactScore, exact_scores
from attain.scoring.options import Chosen
from tests.oracle.random_facts import random_facts
from tests.scoring.disk import write_facts
from tests.scoring.test_against_oracle import EDITIONS, FIRST_SEED, SEEDS, day_within

ZERO = Fraction(0)
PARTNERS = 3
EXAMPLES = 4 * SEEDS
TRACKS = ("single", "enterprise", "smb")


def restate(tables: dict[str, list[dict[str, Any]]], seed: int) -> dict[str, list[dict[str, Any]]]:
    """The same facts as they may have been known before: rows missing, other amounts, other users, people who were still there."""
    rng = random.Random(seed)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, rows in tables.items():
        kept = [row for row in rows if name not in {"azure_usage", "workload_usage", "certifications"} or rng.random() > 0.1]
        found[name] = [dict(row) for row in kept or rows]
        for row in found[name]:
            if rng.random() < 0.2:
                if "acr_usd" in row:
                    row["acr_usd"] += Decimal("12.34")
                if row.get("active_users") is not None:
                    row["active_users"] += 3
                if name == "certifications":
                    row["status"] = rng.choice(["active", "left", "not_linked"])
    return found


def exact(facts: Facts, day: date, partner: str, designation: str) -> ExactScore:
    found = exact_scores(load_book(), facts, day, partner, designations=[designation], options=Chosen(), engine=PolarsBackend())
    return found.of[designation]


def check_sums(found: Difference, scores: tuple[ExactScore, ExactScore], designation: str, track: str | None = None) -> None:
    """Compare with the scores themselves, which know nothing of lines."""
    told = found.of(designation)
    tracks = [track if track in score.points else score.selected for score in scores]
    points = [score.points[taken] for score, taken in zip(scores, tracks, strict=True)]
    assert (told.before.track, told.after.track) == tuple(tracks)
    assert (told.before.total, told.after.total) == tuple(sum(one.values(), ZERO) for one in points)
    assert {metric.metric for metric in told.metrics} >= points[0].keys() | points[1].keys()
    for metric in told.metrics:
        assert (metric.before, metric.after) == tuple(one.get(metric.metric, ZERO) for one in points), metric.metric
        assert sum((line.points for line in metric.lines), ZERO) == metric.after - metric.before, f"{metric.metric}: {metric.lines}"
        assert all(line.points and line.reason and "None" not in line.reason for line in metric.lines), metric.lines
        assert all(line.metric == metric.metric for line in metric.lines)
    assert sum((line.points for line in told.lines), ZERO) == told.change


def earlier_days(designation: str, day: date, seed: int) -> Iterator[date]:
    """A day some weeks before, and one by the rules before these, where there are any."""
    yield max(day - timedelta(days=20 + seed * 41 % 300), load_book().designation(designation).editions[0].from_)
    start = edition_on(load_book().designation(designation), day).from_
    if start > load_book().designation(designation).editions[0].from_:
        yield start - timedelta(days=1)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + max(SEEDS // 2, 1)))
@pytest.mark.parametrize(("designation", "edition"), EDITIONS)
def test_lines_add_up(designation: str, edition: str, seed: int, tmp_path: Path) -> None:
    day = day_within(designation, edition, seed)
    drawn = 900 + seed * len(EDITIONS) + EDITIONS.index((designation, edition))
    tables = random_facts(drawn, partners=PARTNERS, designation=designation, edition_day=day)
    facts = attain.load(write_facts(tables, tmp_path / "now"))
    known_before = attain.load(write_facts(restate(tables, drawn), tmp_path / "before"))
    kinds: Counter[str] = Counter()
    for partner in ("P0000", "P0001"):
        for other in earlier_days(designation, day, seed):
            scores = exact(facts, other, partner, designation), exact(facts, day, partner, designation)
            asked: dict[str, Any] = {"partner": partner, "designations": [designation]}
            found = attain.difference(facts, from_=other, to=day, **asked)
            check_sums(found, scores, designation)
            assert attain.difference(facts, from_=day, to=other, **asked) == found.turned()
            check_sums(found.turned(), (scores[1], scores[0]), designation)
            for track in TRACKS if partner == "P0000" else ():
                if any(track in score.points for score in scores):
                    check_sums(attain.difference(facts, from_=other, to=day, track=track, **asked), scores, designation, track)
            restated = attain.difference(facts, from_=other, to=day, before_facts=known_before, **asked)
            check_sums(restated, (exact(known_before, other, partner, designation), scores[1]), designation)
            kinds.update(line.kind for line in (*found.of(designation).lines, *restated.of(designation).lines))
        same = attain.difference(facts, from_=day, to=day, partner=partner, designations=[designation])
        assert same.of(designation).lines == ()
    assert kinds


@given(
    drawn=st.integers(0, 10_000),
    edition=st.sampled_from(EDITIONS),
    days=st.tuples(st.integers(0, 500), st.integers(0, 500)),
    refresh_day=st.sampled_from([None, 1, 31]),
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_two_days_add_up(
    drawn: int, edition: tuple[str, str], days: tuple[int, int], refresh_day: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any days from the first edition on, across editions and beyond what the facts cover."""
    designation = edition[0]
    last = day_within(*edition, drawn % 5)
    tables = random_facts(drawn, partners=1, designation=designation, edition_day=last)
    facts = attain.load(write_facts(tables, tmp_path_factory.mktemp("facts")))
    first = load_book().designation(designation).editions[0].from_
    from_, to = (max(last - timedelta(days=back), first) for back in days)
    asked: dict[str, Any] = {"partner": "P0000", "designations": [designation], "refresh_day": refresh_day}
    found = attain.difference(facts, from_=from_, to=to, **asked)
    options = Chosen(refresh_day=refresh_day)
    scores = tuple(
        exact_scores(load_book(), facts, day, "P0000", designations=[designation], options=options, engine=PolarsBackend()).of[designation]
        for day in (from_, to)
    )
    check_sums(found, (scores[0], scores[1]), designation)
    assert attain.difference(facts, from_=to, to=from_, **asked) == (found.turned() if from_ != to else found)

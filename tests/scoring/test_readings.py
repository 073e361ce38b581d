"""Scores by another reading of an interpretation: worked by hand, and the same in lines of a difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.errors import AttainError
from attain.facts.facts import Facts
from attain.scoring.rationals import MICRO, cut
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, covered, seats
from tests.scoring.disk import write_facts

Load = Callable[[dict[str, list[Any]]], Facts]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load facts given by hand."""
    return lambda tables: attain.load(write_facts(tables, tmp_path))


def points(facts: Facts, designation: str, metric: str, track: str, reading: str | None = None) -> Decimal:
    scores = attain.score(facts, on=AS_OF, designations=[designation], partners=[PARTNER], reading=reading)
    (found,) = [row.points for row in scores.rows() if row.metric == metric and row.track == track]
    return found


def test_whole_steps(load: Load) -> None:
    facts = load(covered(azure_usage=[azure(M, 1, "1125"), azure(P, 1, "1000")]))
    assert points(facts, "data-ai", "usage_growth", "enterprise") == Decimal("12.5")
    assert points(facts, "data-ai", "usage_growth", "enterprise", "whole-steps") == 12


def test_net_pools(load: Load) -> None:
    """Two customers won in Azure, one lost in Microsoft 365: 8 points, or 4 where the loss counts against the gain."""
    facts = load(covered(azure_usage=[azure(M, 1, "700"), azure(M, 2, "700")], workload_usage=[seats(P, 3, 30)]))
    assert points(facts, "security", "net_customer_adds", "smb") == 8
    assert points(facts, "security", "net_customer_adds", "smb", "net-pools") == 4
    capped = load(covered(azure_usage=[azure(M, number, "700") for number in range(9)], workload_usage=[seats(P, 3, 30)]))
    assert points(capped, "security", "net_customer_adds", "smb", "net-pools") == 20
    lost = load(covered(azure_usage=[], workload_usage=[seats(P, 3, 30)]))
    assert points(lost, "security", "net_customer_adds", "smb", "net-pools") == 0


def test_no_promotion(load: Load) -> None:
    facts = load(covered(azure_usage=[], workload_usage=[seats(P, 1, 250), seats(M, 1, 400), seats(M, 2, 50), seats(M, 3, 50)]))
    assert points(facts, "security", "net_customer_adds", "smb") == 8
    assert points(facts, "security", "net_customer_adds", "smb", "no-promotion") == 4


def test_growth_from_the_baseline_month(load: Load) -> None:
    """Associated in M alone: no growth by I-7, 100 of 500 users by the other reading."""
    facts = load(covered(workload_usage=[seats(M, 1, 200, 100)]))
    assert points(facts, "modern-work", "usage_growth", "smb") == 0
    assert points(facts, "modern-work", "usage_growth", "smb", "growth-from-baseline-month") == 6


def test_deployed_before_the_association(load: Load) -> None:
    facts = load(covered(workload_usage=[seats(M, 1, 200, 100)]))
    assert points(facts, "modern-work", "deployments", "smb") == 0
    assert points(facts, "modern-work", "deployments", "smb", "deployed-before-counts") == 5


def test_segments_of_2025(load: Load) -> None:
    tables = covered(azure_usage=[azure(M - 12 - 4, number, "100") for number in range(4)])
    tables["azure_usage"] += [azure(month, number, "100") for month in range(M - 20, M - 15) for number in range(4)]
    rows = {(row["month"], row["tenant_id"], row["partner_id"]): row for row in tables["azure_usage"]}
    tables["azure_usage"] = list(rows.values())
    tables["customers"] = [{"tenant_id": azure(M, number, "1")["tenant_id"], "segment": "smc_corporate"} for number in range(4)]
    facts = load(tables)

    def track(reading: str | None) -> str:
        day = date(2025, 8, 1)
        return attain.score(facts, on=day, designations=["data-ai"], reading=reading).total(PARTNER, "data-ai").track

    assert (track(None), track("smc-corporate-is-smb")) == ("enterprise", "smb")


@pytest.mark.parametrize("reading", ["whole-steps", "net-pools", "no-promotion"])
def test_a_difference_by_another_reading_adds_up(load: Load, reading: str) -> None:
    usage = [seats(P, 1, 250), seats(M, 1, 400, 30), seats(M - 1, 2, 50), seats(M - 1, 4, 50, 10), seats(P, 3, 50)]
    facts = load(covered(azure_usage=[azure(M, 7, "1234.5")], workload_usage=usage))
    asked: dict[str, Any] = {"partner": PARTNER, "designations": ["security"], "track": "smb", "reading": reading}
    found = attain.difference(facts, from_=date(2026, 10, 24), to=AS_OF, **asked).of("security")
    for metric in found.metrics:
        assert sum((line.points for line in metric.lines), Fraction(0)) == metric.after - metric.before
        assert Fraction(cut(metric.after), MICRO) == Fraction(points(facts, "security", metric.metric, "smb", reading))
    assert found.lines


def test_an_unknown_reading_is_refused(load: Load) -> None:
    with pytest.raises(AttainError, match="did you mean net-pools"):
        points(load(covered(azure_usage=[])), "security", "deployments", "smb", "net-pols")

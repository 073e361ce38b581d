"""What the facts lack is named: the months of a metric's window, and those that decide which track counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.scoring.result import ASSIGNMENT, Gap, ScoreRow, Scores
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, covering, revenue
from tests.oracle.months import month_name
from tests.scoring.disk import write_facts


@pytest.mark.parametrize(
    ("edition", "back", "undecided"),
    [
        # Twelve months of revenue decide, up to the data month.
        ("2025", 11, True),
        ("2025", 12, False),
        # The customer base of the data month alone decides.
        ("2026-07", 1, False),
        ("2026-07", 11, False),
    ],
)
def test_the_months_that_decide_the_track_are_named(tmp_path: Path, edition: str, back: int, undecided: bool) -> None:
    months = [month for month in range(M - 24, M + 1) if month != M - back]
    usage = [row for month in months for row in covering("azure_usage", range(month, month + 1))]
    facts = {"partners": [{"partner_id": PARTNER, "account": "global"}], "azure_usage": [azure(M, 1, "5"), *usage]}
    scores = attain.score(attain.load(write_facts(facts, tmp_path)), on=AS_OF, designations=["data-ai"], edition=edition)
    found = [str(gap) for gap in scores.gaps if gap.metric == ASSIGNMENT]
    lacking = f"azure_usage has no rows for {month_name(M - back)}"
    assert found == ([f"data-ai, which track counts: undecided, {lacking}"] if undecided else [])
    assert any(lacking in str(gap) for gap in scores.gaps if gap.metric != ASSIGNMENT)


@pytest.mark.parametrize(("lacking", "named"), [(P - 1, False), (P, True), (P + 1, True), (M - 5, True), (M - 1, True), (M, False)])
def test_every_month_by_which_a_customer_is_found_ready_is_named(tmp_path: Path, lacking: int, named: bool) -> None:
    """Deployments count the data month against that of a year before, and look at every month between for those already deployed (I-8)."""
    months = [month for month in range(M - 14, M + 1) if month != lacking]
    usage = [row for month in months for row in covering("workload_usage", range(month, month + 1))]
    facts = {"partners": [{"partner_id": PARTNER, "account": "global"}], "workload_usage": usage}
    scores = attain.score(attain.load(write_facts(facts, tmp_path)), on=AS_OF, designations=["modern-work"])
    found = {gap.metric: str(gap) for gap in scores.gaps if f"for {month_name(lacking)}" in str(gap)}
    assert ("deployments" in found) is named, found


@pytest.mark.parametrize(
    ("lacking", "words"),
    [([1], "{1}"), ([2, 1], "{2} to {1}"), ([5, 4, 3], "{5} to {3}"), ([5, 3, 2], "{5}, {3} to {2}"), ([5, 4, 1], "{5} to {4}, {1}")],
)
def test_months_that_follow_each_other_are_named_by_the_first_and_the_last(lacking: list[int], words: str) -> None:
    gap = Gap("security", "smb", "usage_growth", "azure_usage", tuple(M - back for back in lacking))
    names = {back: month_name(M - back) for back in range(6)}
    said = words.replace("{", "{names[").replace("}", "]}").format(names=names)
    assert str(gap) == f"security, smb track, usage_growth: incomplete, azure_usage has no rows for {said}"


WORKLOADS = ("Sales", "Finance", "HR", "Commerce", "Field Service")
ENROLLED = date(2026, 9, 1)
"""Decided by the last days of April to August and by that day: data months M - 7 (March) to M - 3 (July), and the months a year before."""


def enrolled(
    folder: Path, months: Iterable[int], track: str | None, small: int | None = None, designation: str = "business-applications"
) -> tuple[Scores, dict[str, ScoreRow]]:
    """Score a partner enrolled on ENROLLED with five large workloads in each of `months` (four in `small`); give its totals too."""
    sold = [revenue(month, 1, "6000", workload) for month in months for workload in (WORKLOADS[:-1] if month == small else WORKLOADS)]
    facts: dict[str, Any] = {
        "partners": [{"partner_id": PARTNER, "account": "global"}],
        "workload_revenue": sold,
        "workload_usage": [row for month in (P, M) for row in covering("workload_usage", range(month, month + 1))],
        "certifications": [],
        "enrollments": [{"partner_id": PARTNER, "designation": designation, "enrolled_on": ENROLLED, "track": track}],
    }
    scores = attain.score(attain.load(write_facts(facts, folder)), on=AS_OF, designations=["business-applications"])
    return scores, {row.track: row for row in scores.rows() if row.metric == "total" and row.partner_id == PARTNER}


@pytest.mark.parametrize(
    ("months", "track", "selected", "certain"),
    [
        # Recorded: nothing is asked of the facts.
        (range(P, M + 1), "smb", "smb", True),
        (range(P, M + 1), "enterprise", "enterprise", True),
        # Thirteen months: no deciding day has a month of a year before, which looks like smb, but is nothing.
        (range(P, M + 1), None, "enterprise", False),
        # One deciding day is covered, all but one, and all.
        (range(P - 3, M + 1), None, "enterprise", False),
        (range(P - 6, M + 1), None, "enterprise", False),
        (range(P - 7, M + 1), None, "enterprise", True),
    ],
)
def test_a_kept_track_is_not_made_up_from_months_that_the_facts_do_not_cover(
    tmp_path: Path, months: range, track: str | None, selected: str, certain: bool
) -> None:
    """I-11: an enrollment keeps the track of six monthly rows; where the facts do not cover them no total is complete, and it is named."""
    scores, totals = enrolled(tmp_path, months, track)
    assert [name for name, row in totals.items() if row.selected] == [selected]
    assert {row.complete for row in totals.values()} == {certain}
    assert scores.undecided == (frozenset() if certain else {(PARTNER, "business-applications")})
    gaps = [gap for gap in scores.gaps if gap.metric == ASSIGNMENT]
    lacking = tuple(month for month in range(P - 7, P - 2) if month not in months)
    assert [(gap.table, gap.months) for gap in gaps] == ([] if certain else [("workload_revenue", lacking)])


def test_an_enrollment_that_nobody_recorded_keeps_no_track(tmp_path: Path) -> None:
    """Section 6: another designation's fee would enroll it on qualifying. That follows from scores, and a score follows from no score."""
    kept = range(P - 7, M + 1)
    for name, designation, selected in (("own", "business-applications", "smb"), ("other", "security", "enterprise")):
        _, totals = enrolled(tmp_path / name, kept, "smb", designation=designation)
        assert [(track, row.complete) for track, row in totals.items() if row.selected] == [(selected, True)]


@pytest.mark.parametrize(("small", "track", "certain"), [(M - 3, "smb", True), (M - 2, "enterprise", False)])
def test_one_deciding_day_that_says_smb_settles_it(tmp_path: Path, small: int, track: str, certain: bool) -> None:
    """Section 3.1: smb if it was smb on any of the rows: a covered one that says so leaves no doubt, whatever the others would say."""
    _, totals = enrolled(tmp_path, [P - 3, P - 2, P, M - 3, M - 2, M], None, small)
    assert [(name, row.complete) for name, row in totals.items() if row.selected] == [(track, certain)]

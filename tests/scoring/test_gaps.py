"""What the facts lack is named: the months of a metric's window, and those that decide which track counts."""

from __future__ import annotations

from pathlib import Path

import pytest

import attain
from attain.scoring.result import ASSIGNMENT, Gap
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, covering
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

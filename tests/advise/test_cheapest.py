"""The cheapest path against trying every set of actions, and the promises of plans against the score."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest

from attain.advise import cheapest as module
from attain.advise.action_costs import ActionCosts, default_takes, read_costs
from attain.advise.actions import Action, actions
from attain.advise.applying import apply_changes
from attain.advise.cheapest import assumed_on, cheapest, recommendations, total_of
from attain.advise.hypothesis import Hypotheses
from attain.errors import AttainError
from tests.advise.drawn import drawn_facts, hypotheses_of
from tests.advise.small import DAY, small

BY = date(2027, 5, 24)
FEW = 6


def least_cost(future: Hypotheses, name: str, found: list[Action], target: Fraction) -> Fraction | None:
    """Try every set of actions through the score."""
    sets = [some for size in range(len(found) + 1) for some in combinations(found, size)]
    scores = future.score_many([apply_changes(future, [change for action in some for change in action.changes]) for some in sets])
    reached = [
        sum((action.cost for action in some), Fraction(0))
        for some, score in zip(sets, scores, strict=True)
        if total_of(score.of[name]) >= target and all(points > 0 for points in score.of[name].points[score.of[name].selected].values())
    ]
    return min(reached, default=None)


@pytest.mark.parametrize("target", [Fraction(25)])
@pytest.mark.parametrize(
    ("designation", "edition", "seed"),
    [("security", "2026-07", 0), ("infrastructure", "2026-07", 1)],
)
def test_as_cheap_as_any_set_of_actions(
    designation: str, edition: str, seed: int, target: Fraction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, day = drawn_facts(designation, edition, seed, tmp_path)
    every = actions

    def few(future: Hypotheses, name: str, start: date, costs: ActionCosts) -> list[Action]:
        # Of each kind some, so that each of them is tried.
        found = every(future, name, start, costs)
        kinds = sorted({action.kind for action in found})
        own = {kind: [action for action in found if action.kind == kind] for kind in kinds}
        return [action for place in range(FEW) for kind in kinds for action in own[kind][place : place + 1]][:FEW]

    monkeypatch.setattr(module, "actions", few)
    by = date(day.year + 1, day.month, min(day.day, 28))
    for hypotheses in hypotheses_of(facts, day, designation):
        found = cheapest(hypotheses, designation, target=target, by=by)
        future = assumed_on(hypotheses, designation, by)
        least = least_cost(future, designation, few(future, designation, day, ActionCosts()), target)
        if found.proven:
            assert (found.plans[0].cost if found.plans else None) == least
        elif found.plans:
            assert least is not None
            assert found.plans[0].cost >= least


def test_plans_keep_their_promise_and_differ(tmp_path: Path) -> None:
    hypotheses = small(tmp_path)
    found = cheapest(hypotheses, "security", target=Fraction(1, 10), by=BY)
    future = assumed_on(hypotheses, "security", BY)
    for place, plan in enumerate(found.plans):
        score = future.score(apply_changes(future, plan.scenario.changes)).of["security"]
        assert total_of(score) == plan.total >= found.target
        assert all(points > 0 for points in score.points[score.selected].values())
        assert plan.cost == sum(action.cost for action in plan.actions)
        assert all(action.acts_on <= BY for action in plan.actions)
        assert all(not earlier.kinds <= plan.kinds for earlier in found.plans[:place])


def test_recommendations_gain_what_they_say(tmp_path: Path) -> None:
    hypotheses = small(tmp_path)
    found = recommendations(hypotheses, "security", by=BY)
    assert 0 < len(found) <= 5
    future = assumed_on(hypotheses, "security", BY)
    before = total_of(future.current.of["security"])
    for one in found:
        assert total_of(future.score(apply_changes(future, one.scenario.changes)).of["security"]) - before == one.points > 0


def test_a_day_before_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="lies before"):
        cheapest(small(tmp_path), "security", by=date(DAY.year, 1, 1))


def test_costs_are_read_strictly(tmp_path: Path) -> None:
    good = tmp_path / "costs.yaml"
    good.write_text("certify: {cost_usd: '99.50', days: 10, likelihood_percent: 80}\n", encoding="utf-8")
    costs = read_costs(good)
    assert costs.of("certify").cost_usd == Fraction(199, 2)
    assert costs.of("link_pal") == default_takes("link_pal")
    bad = tmp_path / "bad.yaml"
    bad.write_text("certfy: {cost_usd: 1, days: 10, likelihood_percent: 80}\n", encoding="utf-8")
    with pytest.raises(AttainError, match=r"bad\.yaml:1"):
        read_costs(bad)

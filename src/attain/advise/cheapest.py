"""The cheapest path: actions of least cost after which the score reaches a target by a day, each plan replayed through the score."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations
from typing import TYPE_CHECKING

from attain.advise.action_costs import ActionCosts
from attain.advise.actions import Action, actions
from attain.advise.ahead import continued, known_on
from attain.advise.applying import apply_changes
from attain.advise.hypothesis import Hypotheses
from attain.advise.plan_model import Choice, PlanModel
from attain.advise.scenario import Scenario
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.scoring.exact import ExactScore

ZERO = Fraction(0)
PLANS = 3
TOGETHER = 3
"""So many actions of one customer or person are combined at most."""
TRIES = 40
AHEAD_DAYS = 180
BEST = 5


@dataclass(frozen=True)
class CheapPlan:
    """Actions that reach the target, by the score.

    Attributes:
        total, metrics: what the score gives with them on the day, on `track`.
        cost: of all of them; `bound` is the least that the model allows, `optimal` true where no cheaper ones reach the target in it.
        likelihood: of all coming off together, if each does without regard to the others; shown, not optimized.
        worth_it: false where the cost is more than the result is worth.
    """

    actions: tuple[Action, ...]
    track: str
    total: Fraction
    metrics: dict[str, Fraction]
    cost: Fraction
    bound: Fraction
    optimal: bool
    likelihood: Fraction
    worth_it: bool

    @property
    def scenario(self) -> Scenario:
        """Give the changes as a scenario, to simulate on the day's assumed facts."""
        return Scenario(changes=tuple(change for action in self.actions for change in action.changes))

    @property
    def kinds(self) -> frozenset[str]:
        """Name the kinds of action."""
        return frozenset(action.kind for action in self.actions)


@dataclass(frozen=True)
class Paths:
    """The cheapest plan first, then others that lack at least one kind of each before. `before` is the total with no action."""

    partner_id: str
    designation: str
    as_of: dt.date
    by: dt.date
    target: Fraction
    before: Fraction
    considered: int
    worth: Fraction
    plans: tuple[CheapPlan, ...]
    proven: bool
    """False where the search gave up after so many solutions that the score did not bear out: cheaper or further plans may exist."""


def cheapest(
    hypotheses: Hypotheses, designation: str, *, target: Fraction | None = None, by: dt.date | None = None, costs: ActionCosts | None = None
) -> Paths:
    """Find the cheapest actions after which a designation reaches `target` (the qualifying total unless given) with every metric earning.

    Usage is held until `by` (180 days on unless given). Raises AttainError where `by` lies before the day of the hypotheses, and for an
    unknown designation.
    """
    name = hypotheses.book.designation(designation).id
    by = by or hypotheses.on + dt.timedelta(days=AHEAD_DAYS)
    if by < hypotheses.on:
        raise AttainError("bad-day", f"{by} lies before {hypotheses.on}", "--by", "give a later day")
    costs = costs or ActionCosts()
    future = assumed_on(hypotheses, name, by)
    programme = hypotheses.book.programme.on(hypotheses.on)
    aim = programme.qualifying_total if target is None else target
    worth = programme.fee_usd if costs.worth_usd is None else costs.worth_usd
    found = actions(future, name, hypotheses.on, costs)
    search = _Search(future, name, found, aim, worth)
    return Paths(
        hypotheses.account,
        name,
        hypotheses.on,
        by,
        aim,
        total_of(future.current.of[name]),
        len(found),
        worth,
        search.plans(),
        not search.gave_up,
    )


def assumed_on(hypotheses: Hypotheses, designation: str, by: dt.date) -> Hypotheses:
    """Give the hypotheses of a day to come, usage held until then."""
    ahead = continued(hypotheses, known_on(hypotheses.today, hypotheses.on), by)
    return Hypotheses(hypotheses.book, ahead.facts, hypotheses.account, by, designations=[designation], options=hypotheses.options)


def total_of(score: ExactScore) -> Fraction:
    """Add up the points of the track that counts."""
    return sum(score.points[score.selected].values(), ZERO)


class _Search:
    def __init__(self, future: Hypotheses, name: str, found: Sequence[Action], target: Fraction, worth: Fraction) -> None:
        self.future, self.name, self.target, self.worth = future, name, target, worth
        self.sets: list[tuple[Action, ...]] = []
        self.gave_up = False
        groups: dict[str, list[Action]] = {}
        for action in found:
            groups.setdefault(action.group, []).append(action)
        for some in groups.values():
            self.sets.extend(chain.from_iterable(combinations(some, size) for size in range(1, min(len(some), TOGETHER) + 1)))
        held = [apply_changes(future, [change for action in some for change in action.changes]) for some in self.sets]
        numbers = [row for _, row in future.numbers([future.today, *held])]
        self.base = numbers[0]
        own = [(some, row) for some, row in zip(self.sets, numbers[1:], strict=True) if row != self.base]
        self.sets = [some for some, _ in own]
        self.choices = [
            Choice(some[0].group, frozenset(action.kind for action in some), sum((action.cost for action in some), ZERO), row)
            for some, row in own
        ]

    def plans(self) -> tuple[CheapPlan, ...]:
        """Find plans one after the other, each without some kind of those before."""
        made: list[CheapPlan] = []
        while len(made) < PLANS:
            best = min(filter(None, (self._on_track(track, made) for track in self._tracks())), key=lambda plan: plan.cost, default=None)
            if best is None:
                break
            made.append(best)
            if not best.kinds:
                break
        return tuple(made)

    def _tracks(self) -> list[str]:
        return list(self.future.current.of[self.name].plan.metrics)

    def _on_track(self, track: str, before: Sequence[CheapPlan]) -> CheapPlan | None:
        score = self.future.current.of[self.name]
        model = PlanModel(score.metrics(track), self.base, self.choices, self.target)
        for plan in before:
            model.without_all(plan.kinds)
        for _ in range(TRIES):
            solved = model.solve()
            if solved is None:
                return None
            chosen = [action for place in solved.chosen for action in self.sets[place]]
            if self._reaches(chosen) is not None:
                return self._made(self._needed(chosen), solved.bound, optimal=solved.optimal)
            model.cut(solved.chosen)
        self.gave_up = True
        return None

    def _reaches(self, chosen: Sequence[Action]) -> ExactScore | None:
        """Replay actions through the score: it decides."""
        changes = [change for action in chosen for change in action.changes]
        score = self.future.score(apply_changes(self.future, changes)).of[self.name]
        points = score.points[score.selected]
        return score if total_of(score) >= self.target and all(value > 0 for value in points.values()) else None

    def _needed(self, chosen: list[Action]) -> list[Action]:
        """Leave out what the target is reached without, the dearest first: actions that cost nothing may be there for no reason."""
        for action in sorted(chosen, key=lambda one: -one.cost):
            fewer = [one for one in chosen if one is not action]
            if self._reaches(fewer) is not None:
                chosen = fewer
        return chosen

    def _made(self, chosen: list[Action], bound: float, *, optimal: bool) -> CheapPlan:
        score = self._reaches(chosen)
        assert score is not None
        cost = sum((action.cost for action in chosen), ZERO)
        likelihood = Fraction(1)
        for action in chosen:
            likelihood *= Fraction(action.likelihood_percent, 100)
        least = min(Fraction(bound).limit_denominator(100), cost)
        points = score.points[score.selected]
        return CheapPlan(tuple(chosen), score.selected, total_of(score), points, cost, least, optimal, likelihood, cost <= self.worth)


@dataclass(frozen=True)
class Recommendation:
    """One action by itself: what the total gains by the day, and the scenario to simulate."""

    action: Action
    points: Fraction
    by: dt.date

    @property
    def scenario(self) -> Scenario:
        """Give its changes as a scenario."""
        return Scenario(name=self.action.words, changes=self.action.changes)


def recommendations(
    hypotheses: Hypotheses, designation: str, *, by: dt.date | None = None, costs: ActionCosts | None = None
) -> tuple[Recommendation, ...]:
    """Give the actions that gain most points by themselves by a day (180 days on unless given), at most five."""
    name = hypotheses.book.designation(designation).id
    by = by or hypotheses.on + dt.timedelta(days=AHEAD_DAYS)
    future = assumed_on(hypotheses, name, by)
    found = actions(future, name, hypotheses.on, costs or ActionCosts())
    scores = future.score_many([apply_changes(future, action.changes) for action in found])
    before = total_of(future.current.of[name])
    gains = [(action, total_of(score.of[name]) - before) for action, score in zip(found, scores, strict=True)]
    best = sorted((one for one in gains if one[1] > 0), key=lambda one: (-one[1], one[0].cost, one[0].words))
    return tuple(Recommendation(action, points, by) for action, points in best[:BEST])

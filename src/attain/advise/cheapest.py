"""The cheapest path: actions of least cost after which the score reaches a target by a day, each plan played through the score."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.advise.action_costs import ActionCosts
from attain.advise.actions import actions
from attain.advise.ahead import continued, known_on
from attain.advise.applying import apply_changes
from attain.advise.choices import choices
from attain.advise.hypothesis import Hypotheses
from attain.advise.plan_model import PlanModel
from attain.advise.plans import CheapPlan, Paths
from attain.advise.solver import Solver
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attain.advise.choices import Choices
    from attain.advise.plans import Action
    from attain.rulebook.load import Book
    from attain.scoring.exact import ExactScore

ZERO = Fraction(0)
PLANS = 3
TRIES = 64
"""So many solutions that the score does not bear out are cut off for each plan and track before the search gives up."""
SECONDS = 10
"""HiGHS looks for so long at most each time; then its gap is told."""
AHEAD_DAYS = 180


def aim_of(book: Book, on: dt.date, *, target: Fraction | None = None, by: dt.date | None = None) -> tuple[dt.date, Fraction]:
    """Give the day and the points to reach, as they hold where none are said; what `cheapest` refuses of them needs no facts.

    Raises AttainError `bad-day` and `bad-target`.
    """
    by = by or on + dt.timedelta(days=AHEAD_DAYS)
    if by < on:
        raise AttainError("bad-day", f"{by} lies before {on}", "by", "give a later day")
    programme = book.programme.on(by)
    aim = programme.qualifying_total if target is None else target
    if not ZERO <= aim <= programme.points_cap:
        raise AttainError("bad-target", f"{aim} points cannot be reached", "target", f"give a number from 0 to {programme.points_cap}")
    return by, aim


def cheapest(
    hypotheses: Hypotheses, designation: str, *, target: Fraction | None = None, by: dt.date | None = None, costs: ActionCosts | None = None
) -> Paths:
    """Find the cheapest actions after which a designation reaches `target` (the qualifying total unless given) with every metric earning.

    Usage is held until `by` (180 days on unless given), and the best track is taken. Raises AttainError where `by` lies before the day of
    the hypotheses, for an unknown designation, and for a target beyond all points that there are.
    """
    name = hypotheses.book.designation(designation).id
    by, aim = aim_of(hypotheses.book, hypotheses.on, target=target, by=by)
    costs = costs or ActionCosts()
    future = assumed_on(hypotheses, name, by)
    programme = hypotheses.book.programme.on(by)
    worth = programme.fee_usd if costs.worth_usd is None else costs.worth_usd
    found = actions(future, name, hypotheses.on, costs)
    plans, proven = search(future, name, choices(future, name, found), aim, worth)
    current = future.current.of[name]
    gaps = [gap for track in (current.selected, *(plan.track for plan in plans)) for gap in current.gaps(track)]
    return Paths(
        partner_id=hypotheses.account,
        designation=name,
        name=hypotheses.book.designation(name).name,
        as_of=hypotheses.on,
        by=by,
        target=aim,
        track_before=current.selected,
        before=total_of(current),
        considered=tuple(found),
        fee=programme.fee_usd,
        worth=worth,
        plans=plans,
        proven=proven,
        notes=tuple(dict.fromkeys(str(gap) for gap in gaps)),
    )


def search(future: Hypotheses, designation: str, found: Choices, target: Fraction, worth: Fraction) -> tuple[tuple[CheapPlan, ...], bool]:
    """Find plans among choices; the second is false where the search gave up before it could say that there is no further one."""
    searching = _Search(future, designation, found, target, worth)
    return searching.plans(), not searching.gave_up


def assumed_on(hypotheses: Hypotheses, designation: str, by: dt.date) -> Hypotheses:
    """Give the hypotheses of a day to come, usage held until then."""
    ahead = continued(hypotheses, known_on(hypotheses.today, hypotheses.on), by)
    return Hypotheses(hypotheses.book, ahead.facts, hypotheses.account, by, designations=[designation], options=hypotheses.options)


def total_of(score: ExactScore) -> Fraction:
    """Add up the points of the track that counts."""
    return sum(score.points[score.selected].values(), ZERO)


def reaches(score: ExactScore, target: Fraction, above: Fraction) -> bool:
    """Say whether the track that counts has the target with every metric earning."""
    return total_of(score) >= target and all(points > above for points in score.points[score.selected].values())


class _Search:
    def __init__(self, future: Hypotheses, name: str, found: Choices, target: Fraction, worth: Fraction) -> None:
        self.future, self.name, self.found, self.target, self.worth = future, name, found, target, worth
        self.gave_up = False
        score = future.current.of[name]
        lock = future.locked_track(name)
        tracks = [track for track in score.points if lock in {None, track}]
        self.models = [PlanModel(found, track, target, locked=lock is not None) for track in tracks if score.metrics(track)]
        self._scores: dict[tuple[Action, ...], ExactScore] = {}

    def plans(self) -> tuple[CheapPlan, ...]:
        """Find plans one after the other, each without some kind of every one before; those with nothing to do end the list."""
        made: list[CheapPlan] = []
        if reaches(self.future.current.of[self.name], self.target, self._above):
            return (self._made([], ZERO, proven=True),)
        while len(made) < PLANS:
            best = self._next()
            if best is None:
                break
            made.append(best)
            for model in self.models:
                model.without_one_of(best.kinds)
        return tuple(made)

    @property
    def _above(self) -> Fraction:
        return self.found.plan.programme.metric_above

    def _next(self) -> CheapPlan | None:
        """Find the cheapest plan of all tracks; a track is looked through for what is cheaper than that of the tracks before."""
        best: list[Action] | None = None
        cost = 0
        bounds: list[int] = []
        for model in self.models:
            ceiling = model.ceiling if best is None else cost - 1
            found, found_cost, bound = self._on_track(model, ceiling)
            if found is not None and (best is None or found_cost < cost):
                best, cost = found, found_cost
            if bound is not None:
                bounds.append(bound)
        if best is None:
            self.gave_up = self.gave_up or bool(bounds)
            return None
        chosen = self._needed(best)
        paid = sum((action.cost for action in chosen), ZERO)
        bound = self.models[0].dollars(min(min(bounds, default=cost), cost))
        return self._made(chosen, min(bound, paid), proven=bound >= paid)

    def _on_track(self, model: PlanModel, ceiling: int) -> tuple[list[Action] | None, int, int | None]:
        """Solve until the score bears a solution out: actions, their cost, and what anything still unknown costs at least."""
        if ceiling < 0:
            return None, 0, None
        solver = Solver(model.program)
        bound = 0
        for _ in range(TRIES):
            solved = solver.solve(SECONDS, ceiling)
            if solved.bound is None:
                return None, 0, None
            bound = max(bound, solved.bound)
            if solved.values is None:
                break
            picked = model.chosen(solved.values)
            taken = [action for choice in picked for action in choice.actions]
            if reaches(self._played(taken), self.target, self._above):
                cost = model.cost_of(picked)
                return taken, cost, cost if solved.finished else bound
            model.cut(solved.values)
        return None, 0, bound

    def _played(self, taken: Iterable[Action]) -> ExactScore:
        """Play actions through the score: it decides."""
        key = tuple(taken)
        if key not in self._scores:
            changes = [change for action in key for change in action.changes]
            self._scores[key] = self.future.score(apply_changes(self.future, changes)).of[self.name]
        return self._scores[key]

    def _needed(self, chosen: list[Action]) -> list[Action]:
        """Leave out what the target is reached without, the dearest first: what costs nothing may be there for no reason."""
        for action in sorted(chosen, key=lambda one: (-one.cost, not one.to_be_found)):
            fewer = [one for one in chosen if one is not action]
            if reaches(self._played(fewer), self.target, self._above):
                chosen = fewer
        return chosen

    def _made(self, chosen: Sequence[Action], bound: Fraction, *, proven: bool) -> CheapPlan:
        score = self._played(chosen)
        before = self.future.current.of[self.name]
        cost = sum((action.cost for action in chosen), ZERO)
        likelihood = Fraction(1)
        for action in chosen:
            likelihood *= Fraction(action.likelihood_percent, 100)
        return CheapPlan(
            actions=tuple(chosen),
            track=score.selected,
            total=total_of(score),
            metrics=score.points[score.selected],
            metrics_before=before.points[score.selected],
            cost=cost,
            bound=bound,
            optimal=proven,
            likelihood=likelihood,
            worth_it=cost <= self.worth,
        )

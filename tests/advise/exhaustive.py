"""Plans against every set of actions: cases drawn at random, each small enough to play all sets through the score."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from itertools import chain

from attain.advise.action_costs import ActionCosts
from attain.advise.actions import actions
from attain.advise.applying import apply_changes
from attain.advise.cheapest import assumed_on, reaches, search, total_of
from attain.advise.choices import choices, combinations_of
from attain.advise.hypothesis import Hypotheses
from attain.advise.plans import Action, CheapPlan
from attain.errors import AttainError
from attain.rulebook.load import Book, load_book
from attain.rulebook.programme import Programme
from attain.scoring.exact import ExactScore

WORTH = Fraction(1000)
FIXED = (Fraction(0), Fraction(16), Fraction(25))
"""Targets asked in every case."""


@cache
def lenient_book() -> Book:
    """The rules, but a metric need not earn: few random partners have something in all of them, and most targets would be out of reach."""
    book = load_book()
    fields = {name: getattr(book.programme, name) for name in Programme.model_fields}
    fields["metric_above"] = tuple(entry.model_copy(update={"value": Fraction(-1)}) for entry in book.programme.metric_above)
    return replace(book, programme=Programme(**fields))


@dataclass(frozen=True)
class Tried:
    """Every set of some actions, and the score with each; sets that find nothing to change are none."""

    sets: list[tuple[Action, ...]]
    scores: list[ExactScore]

    def least(self, target: Fraction, above: Fraction, without: frozenset[str] = frozenset()) -> Fraction | None:
        """The least cost of a set that reaches the target; of those that do without some of the kinds, where kinds are named."""
        reaching = self._reaching(target, above)
        return min((paid(some) for some in reaching if not (without and without <= {action.kind for action in some})), default=None)

    def fewest_to_be_found(self, target: Fraction, above: Fraction, cost: Fraction) -> int:
        """The fewest people to be found that a set of this cost takes to reach the target."""
        return min(to_be_found(some) for some in self._reaching(target, above) if paid(some) == cost)

    def _reaching(self, target: Fraction, above: Fraction) -> Iterator[tuple[Action, ...]]:
        return (some for some, score in zip(self.sets, self.scores, strict=True) if reaches(score, target, above))

    def of(self, some: Iterable[Action]) -> ExactScore:
        """The score with exactly these actions."""
        wanted = {id(action) for action in some}
        return next(score for one, score in zip(self.sets, self.scores, strict=True) if {id(action) for action in one} == wanted)


def paid(some: Iterable[Action]) -> Fraction:
    """What actions cost together."""
    return sum((action.cost for action in some), Fraction(0))


def to_be_found(some: Iterable[Action]) -> int:
    """How many people actions ask for whom the facts do not have."""
    return len({action.group for action in some if action.to_be_found})


def every_set(future: Hypotheses, name: str, found: list[Action]) -> Tried:
    sets: list[tuple[Action, ...]] = [()]
    held = [future.today]
    for some in combinations_of(found):
        try:
            held.append(apply_changes(future, [change for action in some for change in action.changes]))
        except AttainError as error:
            assert error.code == "nothing-to-change"
            continue
        sets.append(some)
    return Tried(sets, [score.of[name] for score in future.score_many(held)])


def few_of(found: list[Action], drawn: random.Random, most: int) -> list[Action]:
    """Some of the actions, of as many kinds as there are, mostly on the same few customers and people, at costs of their own."""
    order = list(found)
    drawn.shuffle(order)
    kinds: dict[str, list[Action]] = {}
    for action in order:
        kinds.setdefault(action.kind, []).append(action)
    if drawn.random() < 0.5:
        groups = {action.group for some in kinds.values() for action in some[:1]}
        order = sorted(order, key=lambda action: action.group not in groups)
        picked = order[:most]
    else:
        width = max(map(len, kinds.values()), default=0)
        picked = list(chain.from_iterable(some[place : place + 1] for place in range(width) for some in kinds.values()))[:most]
    places = {id(action) for action in picked}
    dear = drawn.choice([1, 7, 4000])
    return [
        replace(action, cost=Fraction(drawn.randint(0, dear), drawn.choice([1, 3])) if dear > 1 else action.cost)
        for action in found
        if id(action) in places
    ]


@dataclass(frozen=True)
class Case:
    """One question with what the search found and what there is."""

    words: str
    target: Fraction
    plans: tuple[CheapPlan, ...]
    proven: bool
    tried: Tried
    above: Fraction

    def faults(self) -> list[str]:
        """All that is wrong with what was found."""
        least = self.tried.least(self.target, self.above)
        if not self.plans:
            return [f"{self.words}: a plan for {least} was missed"] if self.proven and least is not None else []
        found: list[str] = []
        excluded: list[frozenset[str]] = []
        for plan in self.plans:
            found.extend(self._broken(plan))
            costs = [self.tried.least(self.target, self.above, kinds) for kinds in excluded] or [least]
            # The plan does without a kind of each before, so no single one of those bounds lies above its cost.
            lowest = None if any(cost is None for cost in costs) else max(cost for cost in costs if cost is not None)
            if lowest is None or plan.cost < lowest:
                found.append(f"{self.words}: costs {plan.cost}, and the least is {lowest}")
            elif plan.bound > plan.cost or plan.optimal != (plan.bound == plan.cost):
                found.append(f"{self.words}: bound {plan.bound} of a cost of {plan.cost}")
            elif len(excluded) < 2 and plan.optimal and plan.cost != lowest:
                found.append(f"{self.words}: {plan.cost} is said to be the least, but {lowest} is")
            elif len(excluded) < 2 and plan.bound > lowest:
                found.append(f"{self.words}: {plan.bound} is said to be needed, but {lowest} is enough")
            elif (
                not excluded
                and plan.optimal
                and to_be_found(plan.actions) != (fewest := self.tried.fewest_to_be_found(self.target, self.above, plan.cost))
            ):
                found.append(f"{self.words}: asks for {to_be_found(plan.actions)} people to be found, and {fewest} are enough")
            excluded.append(plan.kinds)
        return found

    def _broken(self, plan: CheapPlan) -> Iterator[str]:
        """What a plan promises and does not keep, and each action that it could do without."""
        score = self.tried.of(plan.actions)
        if (total_of(score), score.selected) != (plan.total, plan.track) or not reaches(score, self.target, self.above):
            yield f"{self.words}: promises {plan.total} on {plan.track}, and {total_of(score)} on {score.selected} comes"
        for action in plan.actions:
            if reaches(self.tried.of(one for one in plan.actions if one is not action), self.target, self.above):
                yield f"{self.words}: {action.words} is not needed"


def drawn_cases(hypotheses: Hypotheses, name: str, seed: int, *, most: int = 7, targets: int = 4, hair: bool = False) -> Iterator[Case]:
    """Draw a day, some actions, their costs, and targets: some just reached, some just missed.

    With `hair` a few are missed by less than HiGHS can tell apart: then the search may give up, and may not claim a proof.
    """
    drawn = random.Random(seed)
    by = hypotheses.on + timedelta(days=drawn.choice([75, 180, 400, 500]))
    future = assumed_on(hypotheses, name, by)
    found = few_of(actions(future, name, hypotheses.on, ActionCosts()), drawn, most)
    tried = every_set(future, name, found)
    weighed = choices(future, name, found)
    above = weighed.plan.programme.metric_above
    totals = sorted({total_of(score) for score in tried.scores if reaches(score, Fraction(0), above)})
    misses = [Fraction(0), Fraction(0), Fraction(1, 100), Fraction(1, 10**9) if hair and drawn.random() < 0.1 else Fraction(0)]
    aims = [*FIXED, *totals[-1:], *(drawn.choice(totals) + drawn.choice(misses) for _ in range(targets if totals else 0))]
    for target in dict.fromkeys(aims):
        plans, proven = search(future, name, weighed, target, WORTH)
        words = f"{name} of {hypotheses.account} on {hypotheses.on} by {by}, seed {seed}, target {target}"
        yield Case(words, target, plans, proven, tried, above)

"""What a metric is made of on one day: the entities or people of each part, and how their points pass gate, floor and cap.

A part is a pool, an option, or the people of a metric of certificates. Its points go down a ladder: the plain sum over its rows, what the
gate lets through, the floor, the cap, whole steps. Each rung is exact, so the difference of two days can be told rung by rung.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.certificates import people_of_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.engine.backends import Backend
    from attain.explaining.certificates import StepPeople
    from attain.explaining.entities import Entities, Key
    from attain.explaining.verdicts import Verdict
    from attain.rulebook.programme import Increments
    from attain.scoring.plan import MetricPlan
    from attain.scoring.pools import PoolPlan

ZERO = Fraction(0)
Amounts = tuple[Fraction, Fraction]
"""What an entity adds now and a year ago."""


@dataclass(frozen=True)
class Ladder:
    """The points of a part after each rung."""

    raw: Fraction
    gated: Fraction
    floored: Fraction
    capped: Fraction
    whole: Fraction


@dataclass(frozen=True)
class UsagePart:
    """A pool or option: its entities' verdicts, and its ladder. `then` is the base of a percentage (None: not one)."""

    pool: PoolPlan
    verdicts: dict[Key, Verdict]
    ladder: Ladder
    now: Fraction
    then: Fraction | None
    gate_open: bool

    @property
    def id(self) -> str:
        """Name the pool or option."""
        return self.pool.rules.pool.id

    @property
    def rate(self) -> Fraction:
        """Give the points of one unit of the value."""
        return self.pool.rules.max_points / self.pool.rules.full_marks


@dataclass(frozen=True)
class PeoplePart:
    """The people of a metric of certificates, step by step."""

    steps: tuple[StepPeople, ...]
    ladder: Ladder
    gate_open: bool

    @property
    def id(self) -> str:
        """Name the part."""
        return "people"


Part = UsagePart | PeoplePart


@dataclass(frozen=True)
class MetricState:
    """A metric of one track on one day: its parts, the option that counts (None: parts add up), and its points."""

    plan: MetricPlan
    parts: tuple[Part, ...]
    option: str | None
    added: Fraction
    floored: Fraction
    points: Fraction

    def part(self, identity: str) -> Part:
        """Give the part called `identity`."""
        return next(part for part in self.parts if part.id == identity)


def metric_state(metric: MetricPlan, entities: Entities, engine: Backend, increments: Increments) -> MetricState:
    """Work out a metric from the rows of `entities`, which were made for it, by the rules of its plan."""
    if metric.steps:
        steps = people_of_steps(entities.plan, metric, entities.facts, entities.account, engine, entities.book)
        return _combined(metric, (_people_part(metric, tuple(steps)),), increments)
    return usage_state(metric, {pool.rules.pool.id: entities.verdicts(pool) for pool in metric.pools}, increments)


def usage_state(
    metric: MetricPlan, verdicts: Mapping[str, dict[Key, Verdict]], increments: Increments, *, recognized: bool = False
) -> MetricState:
    """Work out a metric of usage from the verdicts of each pool, by its id; with `recognized` as if an association recognized all of it."""
    return _combined(
        metric, tuple(_usage_part(pool, verdicts[pool.rules.pool.id], recognized=recognized) for pool in metric.pools), increments
    )


def _usage_part(pool: PoolPlan, verdicts: dict[Key, Verdict], *, recognized: bool) -> UsagePart:
    rules = pool.rules
    amounts = [verdict.amounts_of(verdict.seen_now, verdict.seen_then) if recognized else verdict.amounts for verdict in verdicts.values()]
    now, then = sum((one[0] for one in amounts), ZERO), sum((one[1] for one in amounts), ZERO)
    rate = rules.max_points / rules.full_marks
    gate_open = True
    if rules.pool.compare == "percent":
        gate_open = then > 0
        raw = (now - then) * 100 / then * rate if gate_open else ZERO
        floor = rules.base_floor
        gate_open = gate_open and (floor is None or (now if floor.side == "now" else then) >= floor.at_least)
    else:
        raw = (now - then) * rate
    gated = raw if gate_open else ZERO
    floored = max(gated, ZERO)
    capped = min(floored, rules.max_points)
    ladder = Ladder(raw, gated, floored, capped, capped)
    return UsagePart(pool, verdicts, ladder, now, then if rules.pool.compare == "percent" else None, gate_open)


def _people_part(metric: MetricPlan, steps: tuple[StepPeople, ...]) -> PeoplePart:
    """Add up people and met gates; a gate that is not met holds the people's points back, and leaves those of the gates that are."""
    gates = sum((one.step.rules.points for one in steps if one.step.rules.is_gate and one.is_met), ZERO)
    people = sum(((one.step.rules.points_per_person or ZERO) * one.holders for one in steps if not one.step.rules.is_gate), ZERO)
    gate_open = all(one.is_met for one in steps if one.step.rules.is_gate)
    raw, gated = gates + people, gates + (people if gate_open else ZERO)
    capped = min(gated, metric.rules.max_points)
    return PeoplePart(steps, Ladder(raw, gated, gated, capped, capped), gate_open)


def _combined(metric: MetricPlan, parts: tuple[Part, ...], increments: Increments) -> MetricState:
    """Put parts together as the metric says: the best option, or their sum held to the maximum."""
    combine = metric.rules.metric.combine
    if increments == "whole":
        parts = tuple(_in_whole_steps(part) for part in parts)
    if combine == "best":
        best = max(parts, key=lambda part: part.ladder.whole)
        points = best.ladder.whole
        return MetricState(metric, parts, best.id, points, points, points)
    if metric.rules.nets:
        parts = tuple(_netted(part) for part in parts)
    added = sum((part.ladder.whole for part in parts), ZERO)
    floored = max(added, ZERO)
    return MetricState(metric, parts, None, added, floored, min(floored, metric.rules.max_points))


def _netted(part: Part) -> Part:
    """Leave floor and cap to the sum of the parts (another reading of I-3)."""
    ladder = part.ladder
    return replace(part, ladder=Ladder(ladder.raw, ladder.gated, ladder.gated, ladder.gated, ladder.gated))


def _in_whole_steps(part: Part) -> Part:
    """Cut the points of growth downward to whole ones (I-2)."""
    if isinstance(part, PeoplePart) or part.pool.rules.pool.value != "sum":
        return part
    ladder = part.ladder
    return replace(part, ladder=replace(ladder, whole=Fraction(math.floor(ladder.capped))))

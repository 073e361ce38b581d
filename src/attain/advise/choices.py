"""What some actions on one customer or person do to the numbers that a score is made from: worked out exactly, on its rows alone.

Numbers of a score add up over customers and people, so what is done to one of them adds the same whatever is done to the others. Only
distinct services, which several customers may share, and distinct workloads do not; for services it is noted which ones are touched.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.advise.applying import apply_changes
from attain.advise.partner_facts import AZURE, CERTIFICATIONS, CUSTOMERS, USAGE, PartnerFacts, of_basis
from attain.engine.bounds import bounds
from attain.errors import AttainError
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.scans import value_name
from attain.scoring.windows import YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from attain.advise.action_costs import ActionKind
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.plans import Action
    from attain.scoring.plan import DesignationPlan, Plan
    from attain.scoring.pools import PoolPlan

ZERO = Fraction(0)
Touched = dict[str, frozenset[int]]
_ByMonth = dict[int, dict[int, int]]


@dataclass(frozen=True)
class Choice:
    """Some actions of one group taken together.

    Attributes:
        moves: column -> what its number changes by; columns that stay are left out.
        touched: column that counts distinct services -> the services whose amounts change.
    """

    actions: tuple[Action, ...]
    cost: Fraction
    kinds: frozenset[ActionKind]
    moves: Mapping[str, int]
    touched: Touched

    @property
    def likeness(self) -> tuple[object, ...]:
        """Name all that a model sees of it."""
        moves, touched = tuple(sorted(self.moves.items())), tuple(sorted(map(_named, self.touched.items())))
        return (self.cost, tuple(sorted(self.kinds)), moves, touched, self.to_be_found)

    @property
    def to_be_found(self) -> bool:
        """Say whether it asks for a person whom the facts do not have."""
        return any(action.to_be_found for action in self.actions)


@dataclass(frozen=True)
class Alike:
    """Groups whose choices do the same at the same cost (new people, say); of each group's choices at most one is taken.

    `members` has each group's choices in the same order, so that they can stand for each other.
    """

    members: tuple[tuple[Choice, ...], ...]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Give the choices, of which as many may be taken together as there are members."""
        return self.members[0]


@dataclass(frozen=True)
class Choices:
    """All there is to choose from: the plan of the score that names the columns, each number as it is, and the groups that are alike.

    `counted` has, by column that counts distinct services, the services that count with nothing done.
    """

    plan: Plan
    designation: DesignationPlan
    base: Mapping[str, int]
    counted: Touched
    alike: tuple[Alike, ...]
    actions: tuple[Action, ...] = field(default=())


def choices(future: Hypotheses, designation: str, actions: Sequence[Action]) -> Choices:
    """Work out every way to take actions, group by group; ways that change nothing, or what a cheaper one does, are left out."""
    groups: dict[tuple[str, str], list[Action]] = defaultdict(list)
    for action in actions:
        groups[action.tenant_id, action.group].append(action)
    empty = {table: future.today.frames[table].clear() for table in (*USAGE, CERTIFICATIONS) if table in future.today.frames}
    alone: list[PartnerFacts] = []
    ways: list[tuple[int, tuple[Action, ...], PartnerFacts]] = []
    for some in groups.values():
        own = _alone(future.today, some[0], empty)
        alone.append(own)
        for taken in combinations_of(some):
            held = _applied(future, taken, own)
            if held is not None:
                ways.append((len(alone) - 1, taken, held))
    plan, rows = future.numbers([future.today, *alone, *(held for *_, held in ways)])
    planned = next(one for one in plan.designations if one.rules.designation.id == designation)
    services = {value_name(pool.scan, pool.now): pool for pool in _service_pools(planned)}
    own_amounts = [{column: _amounts(plan, pool, one) for column, pool in services.items()} for one in alone]
    made: dict[int, list[Choice]] = defaultdict(list)
    for (group, taken, held), row in zip(ways, rows[1 + len(alone) :], strict=True):
        before = rows[1 + group]
        moves = {column: number - before[column] for column, number in row.items() if number != before[column]}
        touched: Touched = {}
        for column, pool in services.items():
            then, now = own_amounts[group][column], _amounts(plan, pool, held)
            keys = frozenset(key for key in {*then, *now} if then.get(key) != now.get(key))
            if keys:
                touched[column] = keys
        if moves or touched:
            cost = sum((action.cost for action in taken), ZERO)
            made[group].append(Choice(taken, cost, frozenset(action.kind for action in taken), moves, touched))
    counted = {column: _counted(pool, _amounts(plan, pool, future.today)) for column, pool in services.items()}
    return Choices(plan, planned, rows[0], counted, tuple(_alike(list(made.values()))), tuple(actions))


def combinations_of(actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
    """Give every way to take some of the actions, at most one of each lever, in the order given."""
    levers: dict[str, list[Action | None]] = defaultdict(lambda: [None])
    for action in actions:
        levers[f"{action.group} {action.lever}"].append(action)
    for taken in product(*levers.values()):
        chosen = {id(action) for action in taken if action is not None}
        if chosen:
            yield tuple(action for action in actions if id(action) in chosen)


def _named(item: tuple[str, frozenset[int]]) -> tuple[str, tuple[int, ...]]:
    return item[0], tuple(sorted(item[1]))


def _alone(held: PartnerFacts, action: Action, empty: Mapping[str, pl.DataFrame]) -> PartnerFacts:
    """Keep the rows of one customer or person alone; all others add the same with it and without."""
    frames = dict(empty)
    if action.tenant_id:
        mine = pl.col("tenant_id") == action.tenant_id
        frames |= {table: held.frames[table].filter(mine) for table in (*USAGE, CUSTOMERS) if table in held.frames}
    else:
        frames[CERTIFICATIONS] = held.frames[CERTIFICATIONS].filter(pl.col("person_id") == action.group)
    return held.with_frames(frames)


def _applied(future: Hypotheses, taken: Sequence[Action], own: PartnerFacts) -> PartnerFacts | None:
    """Apply the changes; None where one of them finds nothing to change, alone or after another one."""
    try:
        return apply_changes(future, [change for action in taken for change in action.changes], own)
    except AttainError as error:
        if error.code != "nothing-to-change":
            raise
        return None


def _service_pools(designation: DesignationPlan) -> Iterator[PoolPlan]:
    for metrics in designation.metrics.values():
        for metric in metrics:
            yield from (pool for pool in metric.pools if pool.rules.pool.entity == "service" and pool.rules.pool.value == "count")


def _amounts(plan: Plan, pool: PoolPlan, held: PartnerFacts) -> _ByMonth:
    """Give the amount of each service that a pool recognizes, by month of its window."""
    frame = held.frames.get(AZURE)
    if frame is None or not frame.height:
        return {}
    last = plan.windows[AZURE].data_month
    months = {"ttm": YEAR, "either_of_two_months": 2}.get(pool.rules.pool.window, 1)
    kept = of_basis(frame, plan.basis).filter(pl.col("month").is_between(last - months + 1, last))
    recognized = nw.from_native(kept).filter(plan.scans.selection(pool.rules).filter()).to_native()
    found: _ByMonth = defaultdict(dict)
    for service, month, amount in recognized.group_by("service", "month").agg(pl.col("acr").sum()).iter_rows():
        found[int(service)][int(month)] = int(amount)
    return dict(found)


def _counted(pool: PoolPlan, amounts: _ByMonth) -> frozenset[int]:
    rule = pool.rules.qualifies_if
    if rule is None:
        return frozenset(amounts)
    limits = bounds(rule, MONEY_SCALE)
    low = -math.inf if limits.low is None else limits.low
    high = math.inf if limits.high is None else limits.high
    either = pool.rules.pool.window == "either_of_two_months"
    return frozenset(
        service
        for service, months in amounts.items()
        if any(low <= amount <= high for amount in (months.values() if either else [sum(months.values())]))
    )


def _alike(groups: Sequence[Sequence[Choice]]) -> Iterator[Alike]:
    """Bring groups together whose choices look the same."""
    found: dict[tuple[object, ...], list[tuple[Choice, ...]]] = defaultdict(list)
    for some in groups:
        cheapest: dict[tuple[object, ...], Choice] = {}
        for choice in sorted(some, key=lambda one: (one.cost, len(one.actions))):
            cheapest.setdefault(choice.likeness[1:], choice)
        ordered = tuple(sorted(cheapest.values(), key=lambda one: repr(one.likeness)))
        found[tuple(choice.likeness for choice in ordered)].append(ordered)
    yield from (Alike(tuple(members)) for members in found.values())

"""From a partner's numbers to a metric's value, full marks and exact points."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.rationals import MICRO, SAFE, Rationals, added, capped, cut, exceeds, linear, patch, percentage, zeros
from attain.scoring.scans import value_name

if TYPE_CHECKING:
    from collections.abc import Hashable

    from attain.rulebook.programme import Increments
    from attain.scoring.plan import MetricPlan
    from attain.scoring.pools import PoolPlan

LARGEST = 2**63 - 1
"""The largest value of a 64-bit integer."""


@dataclass(frozen=True)
class MetricResult:
    """One metric over all partners: value and full marks in millionths (null = empty), and exact points."""

    value: pl.Series
    full_marks: pl.Series
    points: Rationals

    @cached_property
    def micro(self) -> pl.Series:
        """Give the points in millionths, cut downward."""
        return self.points.micro()


@dataclass(frozen=True)
class Results:
    """The metrics over one frame of `values`, each computed once: designations that ask the same of the same usage share it."""

    values: pl.DataFrame
    increments: Increments
    known: dict[Hashable, MetricResult] = field(default_factory=dict["Hashable", MetricResult])

    def of(self, plan: MetricPlan) -> MetricResult:
        """Give a metric's result; see `metric_result`."""
        key = _identity(plan)
        if key not in self.known:
            self.known[key] = metric_result(plan, self.values, self.increments)
        return self.known[key]


def _identity(plan: MetricPlan) -> Hashable:
    """Name all that a metric's result depends on."""
    rules = plan.rules
    pools = tuple(
        (
            pool.scan,
            pool.now,
            pool.then,
            pool.scale,
            pool.rules.full_marks,
            pool.rules.max_points,
            pool.rules.base_floor,
            pool.rules.pool.compare,
            pool.rules.pool.value,
        )
        for pool in plan.pools
    )
    steps = tuple((step.people, step.rules.people, step.rules.points, step.rules.points_per_person) for step in plan.steps)
    return (rules.max_points, rules.metric.combine, rules.nets, rules.metric.value_is, pools, steps)


def metric_result(plan: MetricPlan, values: pl.DataFrame, increments: Increments) -> MetricResult:
    """Compute a metric from `values`: one row a partner, columns as `value_name` says, and people by list.

    With `increments` whole, growth earns whole points only (I-2).
    """
    if plan.steps:
        return _certificates(plan, values)
    pools = [_pool(pool, values, increments) for pool in plan.pools]
    height = values.height
    if plan.rules.metric.combine == "best":
        return _best(pools)
    if plan.rules.nets:
        points = _netted(plan, values)
    else:
        points = pools[0].points if len(pools) == 1 else capped(added([pool.points for pool in pools]), plan.rules.max_points)
    mixed = plan.rules.metric.value_is == "mixed"
    value = _constant(None, height) if mixed else _plain_sum([pool.value for pool in pools])
    return MetricResult(value, _constant(None if mixed else _full_marks(plan), height), points)


def _netted(plan: MetricPlan, values: pl.DataFrame) -> Rationals:
    """Add up gains and losses of pools, then hold the sum between 0 and the maximum; row by row, for the few that ask for this reading."""
    sums = [Fraction(0)] * values.height
    for pool in plan.pools:
        rate = pool.rules.max_points / (pool.rules.full_marks * pool.scale)
        then = zeros(values.height) if pool.then is None else values[value_name(pool.scan, pool.then)]
        change = values[value_name(pool.scan, pool.now)] - then
        sums = [total + number * rate for total, number in zip(sums, change.to_list(), strict=True)]
    return Rationals(zeros(values.height), 1, {row: min(max(total, Fraction(0)), plan.rules.max_points) for row, total in enumerate(sums)})


def _full_marks(plan: MetricPlan) -> Fraction | None:
    """Give the value that earns the maximum: one pool's where each can earn it alone, the pools' together where they only can together."""
    fulls = [pool.rules.full_marks for pool in plan.pools]
    if all(pool.rules.max_points == plan.rules.max_points for pool in plan.pools):
        return fulls[0] if len(set(fulls)) == 1 else None
    return sum(fulls, Fraction(0))


def _constant(value: Fraction | None, height: int) -> pl.Series:
    return pl.Series([None if value is None else cut(value)], dtype=pl.Int64).new_from_index(0, height)


def _plain_sum(values: list[pl.Series]) -> pl.Series:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _pool(plan: PoolPlan, values: pl.DataFrame, increments: Increments) -> MetricResult:
    rules = plan.rules
    now = values[value_name(plan.scan, plan.now)]
    then = zeros(len(now)) if plan.then is None else values[value_name(plan.scan, plan.then)]
    full_marks = _constant(rules.full_marks, len(now))
    if rules.pool.compare == "percent":
        earns = pl.Series([True]).new_from_index(0, len(now))
        if rules.base_floor is not None:
            earns = (now if rules.base_floor.side == "now" else then) >= int(rules.base_floor.at_least * MONEY_SCALE)
        points = percentage(now, then, earns, rules.full_marks, rules.max_points)
        return MetricResult(_percent(now, then), full_marks, points.whole() if increments == "whole" else points)
    change = now - then
    points = linear(change, rules.full_marks * plan.scale, rules.max_points)
    if increments == "whole" and rules.pool.value == "sum":
        points = points.whole()
    return MetricResult(change * (MICRO // plan.scale), full_marks, points)


def _percent(now: pl.Series, then: pl.Series) -> pl.Series:
    """Give percent growth in millionths, further digits cut off; empty where there is nothing to grow from (I-6).

    Growth beyond what 64 bits hold in millionths, some nine million million percent, is shown as the largest number that they hold.
    """
    frame = pl.DataFrame({"now": now, "then": then})
    bound = SAFE // 100_000
    grows = pl.col("then") > 0
    times = (pl.col("now") // pl.col("then")).abs()
    usable = grows & (pl.col("then") < bound) & (pl.col("now").abs() < bound) & (times < bound // MICRO)
    base = pl.when(usable).then(pl.col("then")).otherwise(1)
    change = pl.when(usable).then((pl.col("now") - pl.col("then")) * 100).otherwise(0)
    parts = frame.select(change.abs().alias("size"), change.sign().alias("sign"), base.alias("base"), usable.alias("usable"), grows=grows)
    micro = Rationals(parts["size"], parts["base"]).micro() * parts["sign"]
    shown = pl.select(pl.when(parts["usable"]).then(micro)).to_series()
    beyond = (parts["grows"] & ~parts["usable"]).arg_true()
    large = {row: max(-LARGEST, min(cut(Fraction(now[row] - then[row], then[row]) * 100), LARGEST)) for row in beyond}
    return patch(shown, large)


def _best(options: list[MetricResult]) -> MetricResult:
    """Take the option with more points; the first named wins a tie (I-13)."""
    best = options[0]
    for option in options[1:]:
        wins = exceeds(option.points, best.points)
        scale_option, scale_best = option.points.denominator, best.points.denominator
        if not isinstance(scale_option, int) or not isinstance(scale_best, int):
            message = "options earn in proportion to a number, not to a percentage"
            raise TypeError(message)
        points = (option.points.numerator * scale_best).zip_with(wins, best.points.numerator * scale_option)
        value, full = option.value.zip_with(wins, best.value), option.full_marks.zip_with(wins, best.full_marks)
        best = MetricResult(value, full, Rationals(points, scale_option * scale_best))
    return best


def _certificates(plan: MetricPlan, values: pl.DataFrame) -> MetricResult:
    """Score certification steps: a met gate earns its own points; people score only when every gate is met."""
    maximum = plan.rules.max_points
    height = values.height
    open_ = pl.Series([True]).new_from_index(0, height)
    parts: list[Rationals] = []
    gate_points = Fraction(0)
    for step in plan.steps:
        if step.rules.is_gate:
            met = values[step.people] >= (step.rules.people or 0)
            open_ = open_ & met
            gate_points += step.rules.points
            parts.append(Rationals(met.cast(pl.Int64) * step.rules.points.numerator, step.rules.points.denominator))
    value = zeros(height)
    full_marks: Fraction | None = None
    for step in plan.steps:
        each = step.rules.points_per_person
        if each is not None:
            people = values[step.people].zip_with(open_, zeros(1))
            value = value + people
            parts.append(Rationals(people * each.numerator, each.denominator))
            full_marks = (maximum - gate_points) / each
    return MetricResult(value * MICRO, _constant(full_marks, height), capped(added(parts), maximum))

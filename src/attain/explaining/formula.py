"""The formula of a pool with its numbers filled in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.result import ExplainedRow, PoolSummary
from attain.explaining.words import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.scoring.pools import PoolPlan


def pool_summary(pool: PoolPlan, rows: Sequence[ExplainedRow]) -> PoolSummary:
    """Add up a pool's rows and say how they become points: value, full marks, maximum, floor and cap (I-2, I-3)."""
    rules = pool.rules
    maximum, full = rules.max_points, rules.full_marks
    change = sum((row.change for row in rows), Fraction(0))
    rate = f"{number(maximum)} points at {number(full)} {rules.pool.unit}"
    if rules.pool.compare != "percent":
        points = min(max(change, Fraction(0)), full) * maximum / full
        formula = f"{number(change)} of {number(full)} {rules.pool.unit} x {number(maximum)} = {number(points)} points"
        if change < 0:
            formula = f"{number(change)} {rules.pool.unit}: a loss earns 0 points ({rate})"
        elif change > full:
            formula += f" (capped: {number(change)} {rules.pool.unit})"
        return PoolSummary(rules.pool.id, rules.pool.name, formula, points)
    now = sum((row.after or Fraction(0) for row in rows), Fraction(0))
    then = sum((row.before or Fraction(0) for row in rows), Fraction(0))
    if then <= 0:
        return PoolSummary(
            rules.pool.id, rules.pool.name, f"{number(now)} now, {number(then)} a year ago: no percentage, 0 points (I-6)", Fraction(0)
        )
    percent = (now - then) * 100 / then
    grown = f"({number(now)} - {number(then)}) / {number(then)} = {number(percent)}%"
    floor = rules.base_floor
    if floor is not None and (now if floor.side == "now" else then) < floor.at_least:
        which = "now" if floor.side == "now" else "a year ago"
        have = now if floor.side == "now" else then
        short = floor.at_least - have
        formula = f"{grown}, but {number(have)} {which} is {number(short)} short of the {number(floor.at_least)} needed: 0 points"
        return PoolSummary(rules.pool.id, rules.pool.name, formula, Fraction(0))
    points = min(max(percent, Fraction(0)), full) * maximum / full
    return PoolSummary(rules.pool.id, rules.pool.name, f"{grown}: {number(points)} points ({rate})", points)

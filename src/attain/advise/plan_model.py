"""The least cost that reaches a target, as a mixed-integer model: what each customer's and person's actions add is exact and given.

HiGHS works in floats, so the model asks for a trifle less than the target; whether a solution reaches it, the score decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import highspy

from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.scans import value_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attain.scoring.plan import MetricPlan
    from attain.scoring.pools import PoolPlan

ZERO = Fraction(0)
TRIFLE = 1e-6
SECONDS = 20.0


@dataclass(frozen=True)
class Choice:
    """Some actions of one group taken together: their cost, kinds, and the numbers of the score with them alone."""

    group: str
    kinds: frozenset[str]
    cost: Fraction
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class Solved:
    """Choices by place, with the lower bound of the cost by the model. `optimal` is true where that is proven."""

    chosen: tuple[int, ...]
    bound: float
    optimal: bool


class PlanModel:
    """One track's model; solutions that the score does not bear out are cut off, and it is solved again."""

    def __init__(self, metrics: Sequence[MetricPlan], base: Mapping[str, int], choices: Sequence[Choice], target: Fraction) -> None:
        self.base, self.choices = base, choices
        self.model: Any = highspy.Highs()
        self.model.setOptionValue("output_flag", False)
        self.model.setOptionValue("time_limit", SECONDS)
        self.model.setOptionValue("mip_rel_gap", 0.0)
        self.taken = [self.model.addBinary() for _ in choices]
        groups: dict[str, list[Any]] = {}
        for choice, taken in zip(choices, self.taken, strict=True):
            groups.setdefault(choice.group, []).append(taken)
        for some in groups.values():
            self.model.addConstr(self.model.qsum(some) <= 1)
        points = [self._metric(metric) for metric in metrics]
        for metric in points:
            self.model.addConstr(metric >= TRIFLE)
        self.model.addConstr(self.model.qsum(points) >= float(target) - TRIFLE)
        self.kinds = {kind: self.model.addBinary() for kind in sorted({kind for choice in choices for kind in choice.kinds})}
        for choice, taken in zip(choices, self.taken, strict=True):
            for kind in choice.kinds:
                self.model.addConstr(self.kinds[kind] >= taken)

    def solve(self) -> Solved | None:
        """Find the least cost; None where the target is out of reach."""
        cost = self.model.qsum([taken * float(choice.cost) for choice, taken in zip(self.choices, self.taken, strict=True)])
        self.model.minimize(cost)
        status = self.model.getModelStatus()
        info = self.model.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        half = 0.5
        chosen = tuple(place for place, taken in enumerate(self.taken) if self.model.val(taken) > half)
        return Solved(chosen, float(info.mip_dual_bound), status == highspy.HighsModelStatus.kOptimal)

    def cut(self, chosen: Sequence[int]) -> None:
        """Leave out exactly this solution."""
        among = set(chosen)
        terms = [(1 - taken) if place in among else taken for place, taken in enumerate(self.taken)]
        self.model.addConstr(self.model.qsum(terms) >= 1)

    def without_all(self, kinds: frozenset[str]) -> None:
        """Ask for solutions that do without at least one of these kinds."""
        if kinds:
            self.model.addConstr(self.model.qsum([self.kinds[kind] for kind in sorted(kinds)]) <= len(kinds) - 1)

    def _sum(self, column: str, rate: Fraction) -> tuple[Any, Fraction]:
        """Give a number times a rate as an expression, and the least it may be."""
        start = self.base[column]
        moves = [(choice.numbers[column] - start) * rate for choice in self.choices]
        terms = [taken * float(move) for taken, move in zip(self.taken, moves, strict=True) if move]
        lowest = start * rate + sum((move for move in moves if move < 0), ZERO)
        return self.model.qsum(terms) + float(start * rate) if terms else self._constant(start * rate), lowest

    def _constant(self, value: Fraction) -> Any:
        return self.model.addVariable(lb=float(value), ub=float(value)) + 0.0

    def _metric(self, metric: MetricPlan) -> Any:
        most = float(metric.rules.max_points)
        points = self.model.addVariable(lb=0, ub=most)
        if metric.steps:
            self.model.addConstr(points <= self._people(metric, most))
            return points
        pools = [self._pool(pool) for pool in metric.pools]
        if metric.rules.metric.combine == "best":
            ways = [self.model.addBinary() for _ in pools]
            self.model.addConstr(self.model.qsum(ways) == 1)
            for pool, way in zip(pools, ways, strict=True):
                self.model.addConstr(points <= pool + most * (1 - way))
        else:
            self.model.addConstr(points <= self.model.qsum(pools))
        return points

    def _people(self, metric: MetricPlan, most: float) -> Any:
        gates = [(step, self.model.addBinary()) for step in metric.steps if step.rules.is_gate]
        for step, met in gates:
            holders, _ = self._sum(step.people, Fraction(1))
            self.model.addConstr(holders >= (step.rules.people or 0) * met)
        parts = [met * float(step.rules.points) for step, met in gates]
        for step in metric.steps:
            each = step.rules.points_per_person
            if each is not None:
                people = self.model.addVariable(lb=0, ub=most)
                earned, _ = self._sum(step.people, each)
                self.model.addConstr(people <= earned)
                for _, met in gates:
                    self.model.addConstr(people <= most * met)
                parts.append(1.0 * people)
        return self.model.qsum(parts)

    def _pool(self, pool: PoolPlan) -> Any:
        rules = pool.rules
        most = float(rules.max_points)
        points, positive = self.model.addVariable(lb=0, ub=most), self.model.addBinary()
        self.model.addConstr(points <= most * positive)
        now = value_name(pool.scan, pool.now)
        then = None if pool.then is None else value_name(pool.scan, pool.then)
        rate = rules.max_points / (rules.full_marks * pool.scale)
        if rules.pool.compare == "percent":
            base = 0 if then is None else self.base[then]
            if base <= 0:
                self.model.addConstr(points <= 0)
                return points
            rate = rules.max_points / rules.full_marks * 100 / base
            if rules.base_floor is not None:
                limit = rules.base_floor.at_least * MONEY_SCALE
                side = now if rules.base_floor.side == "now" else str(then)
                amount, _ = self._sum(side, 1 / limit)
                self.model.addConstr(amount >= 1.0 * positive)
        value, lowest = self._sum(now, rate)
        if then is not None:
            earlier, low = self._sum(then, -rate)
            value, lowest = value + earlier, lowest + low
        big = float(max(-lowest, ZERO)) + most
        self.model.addConstr(points <= value + big * (1 - positive))
        return points

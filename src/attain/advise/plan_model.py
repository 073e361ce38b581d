"""The least cost that reaches a target on one track, as a program: the rules of its metrics over the numbers that choices move.

The program never leaves out choices that the score would bear out. It may let in some that it would not (a sum of exactly 0, a service that
two customers share); those fail when they are played, and are cut off one by one.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from attain.advise.program import ONE, ZERO, Form, Program, summed
from attain.scoring.assign import SMB, RevenueAssignment, SegmentAssignment
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.scans import value_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.advise.choices import Choice, Choices
    from attain.engine.bounds import Bounds
    from attain.scoring.plan import MetricPlan
    from attain.scoring.pools import PoolPlan


class PlanModel:
    """One track's program; its solutions are choices, and those that the score does not bear out are cut off."""

    def __init__(self, found: Choices, track: str, target: Fraction, *, locked: bool) -> None:
        """Put the program together. `locked`: the track counts whatever is done, since an enrollment keeps it."""
        self.found, self.track, self.program = found, track, Program()
        self.scale = math.lcm(*(choice.cost.denominator for alike in found.alike for choice in alike.choices))
        """Costs are whole numbers of one part in so many of a dollar."""
        strangers = sum(len(alike.members) for alike in found.alike if any(choice.to_be_found for choice in alike.choices))
        self.weight = strangers + 1
        """A part of a dollar weighs more than all people to be found: of plans that cost the same the one with fewest of them is best."""
        self._taken = [[self._times(choice, len(alike.members)) for choice in alike.choices] for alike in found.alike]
        for alike, taken in zip(found.alike, self._taken, strict=True):
            together = Form(ZERO, {place: -ONE for places in taken for place in places})
            self.program.at_least(together, -Fraction(len(alike.members)))
        self._above = found.plan.programme.metric_above
        metrics = [metric for metric in found.designation.metrics[track] if metric.is_scored]
        points = [self._most(metric) for metric in metrics]
        self.program.at_least(summed(points), target)
        if not locked:
            self._is_selected(summed(points))
        self._kinds: dict[str, int] = {}

    # ---- what is asked, and what is found ---------------------------------------------------------------------------------

    @property
    def ceiling(self) -> int:
        """Give the cost of everything, which no solution exceeds."""
        return sum(self.program.variables[place].cost for taken in self._taken for places in taken for place in places)

    def cost_of(self, picked: Iterable[Choice]) -> int:
        """Give what the program takes choices to cost: parts of a dollar times the weight, and one more for each person to be found."""
        return sum(int(choice.cost * self.scale) * self.weight + choice.to_be_found for choice in picked)

    def dollars(self, bound: int) -> Fraction:
        """Give the least that anything costs in US dollars, of what costs the program at least `bound`."""
        return Fraction(bound // self.weight, self.scale)

    def chosen(self, values: dict[int, int]) -> list[Choice]:
        """Read the choices off the values: alike groups take them in their order."""
        picked: list[Choice] = []
        for alike, taken in zip(self.found.alike, self._taken, strict=True):
            ways = [way for way, places in enumerate(taken) for place in places if values[place]]
            picked.extend(members[way] for members, way in zip(alike.members, ways, strict=False))
        return picked

    def cut(self, values: dict[int, int]) -> None:
        """Leave out exactly this solution."""
        places = [place for taken in self._taken for some in taken for place in some]
        terms = {place: -ONE if values[place] else ONE for place in places}
        self.program.at_least(Form(ZERO, terms), ONE - sum(values[place] for place in places))

    def without_one_of(self, kinds: Iterable[str]) -> None:
        """Ask for solutions that do without at least one of these kinds of action."""
        flags: list[Form] = []
        for kind in sorted(set(kinds)):
            if kind not in self._kinds:
                flag = self.program.binary()
                self._kinds[kind] = flag
                for alike, taken in zip(self.found.alike, self._taken, strict=True):
                    for choice, places in zip(alike.choices, taken, strict=True):
                        for place in places if kind in choice.kinds else ():
                            self.program.at_least(Form(ZERO, {flag: ONE, place: -ONE}), ZERO)
            flags.append(Form(ZERO, {self._kinds[kind]: -ONE}))
        self.program.at_least(summed(flags), ONE - len(flags))

    def _times(self, choice: Choice, most: int) -> list[int]:
        """Take a choice for none, one or more of the groups that are alike: a variable each, the first ones first."""
        places = [self.program.binary(self.cost_of([choice])) for _ in range(most)]
        for first, second in pairwise(places):
            self.program.at_least(Form(ZERO, {first: ONE, second: -ONE}), ZERO)
        return places

    # ---- numbers of the score ---------------------------------------------------------------------------------------------

    def _form(self, column: str) -> Form:
        """Give a number of the score as a form."""
        terms: dict[int, Fraction] = {}
        for alike, taken in zip(self.found.alike, self._taken, strict=True):
            for choice, places in zip(alike.choices, taken, strict=True):
                move = choice.moves.get(column, 0)
                if move:
                    terms |= dict.fromkeys(places, Fraction(move))
        return Form(Fraction(self.found.base[column]), terms)

    def _range(self, form: Form) -> tuple[Fraction, Fraction]:
        """Give the least and the most that a form of choices may be, of which each group takes one at most."""
        low = high = form.constant
        for alike, taken in zip(self.found.alike, self._taken, strict=True):
            factors = [form.terms.get(places[0], ZERO) for places in taken]
            low += len(alike.members) * min(ZERO, *factors)
            high += len(alike.members) * max(ZERO, *factors)
        return low, high

    def _services(self, column: str) -> Form:
        """Give at most how many distinct services count: those that do, and those that some choice touches."""
        counted = self.found.counted[column]
        by_service: dict[int, dict[int, Fraction]] = {}
        for alike, taken in zip(self.found.alike, self._taken, strict=True):
            for choice, places in zip(alike.choices, taken, strict=True):
                for service in choice.touched.get(column, frozenset()) - counted:
                    by_service.setdefault(service, {}).update(dict.fromkeys(places, ONE))
        flags: list[Form] = []
        for terms in by_service.values():
            flag = self.program.flag()
            self.program.covers(Form(ZERO, terms), flag)
            flags.append(flag)
        return summed(flags).plus(Fraction(len(counted)))

    # ---- at most the points that the rules give ---------------------------------------------------------------------------

    def _most(self, metric: MetricPlan) -> Form:
        """Give a metric's points, no more than the rules give, and ask that it earns."""
        rules = metric.rules
        points = self.program.number(rules.max_points)
        if metric.steps:
            self.program.covers(self._people(metric), points)
            least = [step.rules.points for step in metric.steps if step.rules.is_gate and step.rules.points]
            least += [each for step in metric.steps if (each := step.rules.points_per_person)]
            if self._above >= 0:
                self.program.at_least(points, max(self._above, min([*least, rules.max_points])))
            return points
        earning: list[Form] = []
        if rules.nets:
            change = summed([self._change(pool)[0] for pool in metric.pools])
            earned, positive = self._held_between(change, rules.max_points)
            self.program.covers(earned, points)
            earning.append(positive)
        else:
            pools: list[Form] = []
            for pool in metric.pools:
                earned, positive = self._pool(pool)
                pools.append(earned)
                earning.append(positive)
            if rules.metric.combine == "best":
                ways = [self.program.flag() for _ in pools]
                self.program.at_least(summed(ways), ONE)
                self.program.at_least(summed(ways).times(-ONE), -ONE)
                for pool, way in zip(pools, ways, strict=True):
                    self.program.covers(pool + way.times(-rules.max_points).plus(rules.max_points), points)
            else:
                self.program.covers(summed(pools), points)
        if self._above >= 0:
            self.program.at_least(points, self._above)
            self.program.at_least(summed(earning), ONE)
        return points

    def _pool(self, pool: PoolPlan) -> tuple[Form, Form]:
        """Give the points of a pool, and a flag that may stand where they are above 0."""
        rules = pool.rules
        change, base = self._change(pool)
        if rules.pool.compare == "percent":
            return self._percent(pool, change, base)
        return self._held_between(change, rules.max_points)

    def _change(self, pool: PoolPlan) -> tuple[Form, Form]:
        """Give what a pool's value comes to in points, without floor and cap (of a percentage, the bare change), and the year before."""
        rules, column = pool.rules, value_name(pool.scan, pool.now)
        now = self._services(column) if column in self.found.counted else self._form(column)
        then = Form() if pool.then is None else self._form(value_name(pool.scan, pool.then))
        if column in self.found.counted:
            then = Form(self._range(then)[0])
        if rules.pool.compare == "percent":
            return now - then, then
        return (now - then).times(rules.max_points / (rules.full_marks * pool.scale)), then

    def _held_between(self, value: Form, most: Fraction) -> tuple[Form, Form]:
        """Give a number of at most `value` and `most`; it is 0 unless its flag stands, which asks for a value above 0."""
        low, high = self._bounds(value)
        earned, positive = self.program.number(most), self.program.flag()
        self.program.covers(positive.times(min(most, max(high, ZERO))), earned)
        slack = max(-low, ZERO)
        self.program.covers(value + positive.times(-slack).plus(slack), earned)
        self._is_moved(value, positive)
        return earned, positive

    def _bounds(self, value: Form) -> tuple[Fraction, Fraction]:
        """Give the range of a form that may hold flags of services beside choices."""
        choices = {place for taken in self._taken for places in taken for place in places}
        flags = sum((factor for place, factor in value.terms.items() if place not in choices), ZERO)
        low, high = self._range(value)
        return low + min(flags, ZERO), high + max(flags, ZERO)

    def _is_moved(self, value: Form, positive: Form) -> None:
        """Where a value is not above 0 with nothing done, something must be taken that raises it."""
        if value.constant <= 0:
            self.program.covers(Form(ZERO, {place: ONE for place, factor in value.terms.items() if factor > 0}), positive)
        units = [abs(factor) for factor in (*value.terms.values(), value.constant) if factor]
        if units:
            # Every factor is a whole number of the smallest unit that they share, so a value above 0 is at least that.
            unit = Fraction(math.gcd(*(factor.numerator for factor in units)), math.lcm(*(factor.denominator for factor in units)))
            low = min(self._bounds(value)[0], ZERO)
            self.program.covers(value.plus(-low), positive.times(unit - low))

    def _percent(self, pool: PoolPlan, change: Form, base: Form) -> tuple[Form, Form]:
        """Give the points of percentage growth; the base may move too: a point times a choice is a variable of its own."""
        rules = pool.rules
        earned, positive = self.program.number(rules.max_points), self.program.flag()
        self.program.covers(positive.times(rules.max_points), earned)
        if rules.base_floor is not None:
            side = change + base if rules.base_floor.side == "now" else base
            limit = rules.base_floor.at_least * MONEY_SCALE
            low = min(self._bounds(side)[0], ZERO)
            self.program.covers(side.plus(-low), positive.times(limit - low))
        if self._bounds(base)[1] <= 0:
            self.program.at_least(earned.times(-ONE), ZERO)
            return earned, positive
        allowed = change.times(rules.max_points * 100 / rules.full_marks)
        asked = earned.times(base.constant)
        for place, factor in base.terms.items():
            taken = Form(ZERO, {place: ONE})
            both = self.program.number(rules.max_points)
            self.program.covers(taken.times(rules.max_points), both)
            self.program.covers(earned, both)
            self.program.covers(both, earned + taken.times(rules.max_points).plus(-rules.max_points))
            asked = asked + both.times(factor)
        slack = max(-self._bounds(allowed)[0], ZERO)
        self.program.covers(allowed + positive.times(-slack).plus(slack), asked)
        self._is_moved(change, positive)
        return earned, positive

    def _people(self, metric: MetricPlan) -> Form:
        """Give the points of certificates: met steps by themselves, people once every step is met."""
        parts: list[Form] = []
        gates: list[Form] = []
        for step in metric.steps:
            if step.rules.is_gate:
                met = self.program.flag()
                self.program.covers(self._form(step.people), met.times(Fraction(step.rules.people or 0)))
                gates.append(met)
                parts.append(met.times(step.rules.points))
        for step in metric.steps:
            each = step.rules.points_per_person
            if each is not None:
                earned = self.program.number(metric.rules.max_points)
                self.program.covers(self._form(step.people).times(each), earned)
                for met in gates:
                    self.program.covers(met.times(metric.rules.max_points), earned)
                parts.append(earned)
        return summed(parts)

    # ---- the track that counts --------------------------------------------------------------------------------------------

    def _is_selected(self, total: Form) -> None:
        """Ask that the track is the one that counts."""
        tracks = self.found.designation.rules.tracks
        if tracks.choose == "best":
            for other in tracks.names:
                if other != self.track:
                    metrics = [metric for metric in self.found.designation.metrics[other] if metric.is_scored]
                    self.program.covers(total, summed([self._least(metric) for metric in metrics]))
        elif tracks.choose == "assigned":
            assignment = self.found.designation.assignment
            if isinstance(assignment, SegmentAssignment):
                self._is_assigned(assignment)
            elif isinstance(assignment, RevenueAssignment):
                moved = any(assignment.column in choice.moves for alike in self.found.alike for choice in alike.choices)
                if not moved and _within(self.found.base[assignment.column], assignment.limits) == (self.track == SMB):
                    self.program.at_least(Form(), ONE)

    def _is_assigned(self, assignment: SegmentAssignment) -> None:
        """Ask for the customers and amounts that assign the track, or for some that do not."""
        base, smb = self._form(assignment.base), self._form(assignment.smb)
        margin = smb.times(Fraction(assignment.share.denominator)) - base.times(Fraction(assignment.share.numerator))
        needed = Fraction(1 if assignment.share.strict else 0)
        acr = None if assignment.acr is None else self._form(assignment.acr)
        limits = assignment.acr_limits
        if self.track == SMB:
            self.program.at_least(base, ONE)
            self.program.at_least(margin, needed)
            if acr is not None and limits is not None:
                if limits.low is not None:
                    self.program.at_least(acr, Fraction(limits.low))
                if limits.high is not None:
                    self.program.at_least(acr.times(-ONE), -Fraction(limits.high))
            return
        reasons = [self._if(base.times(-ONE), ZERO), self._if(margin.times(-ONE), ONE - needed)]
        if acr is not None and limits is not None:
            if limits.low is not None:
                reasons.append(self._if(acr.times(-ONE), ONE - limits.low))
            if limits.high is not None:
                reasons.append(self._if(acr, Fraction(limits.high + 1)))
        self.program.at_least(summed(reasons), ONE)

    def _if(self, form: Form, bound: Fraction) -> Form:
        """Give a flag that may stand only where a form reaches a bound."""
        flag = self.program.flag()
        low = min(self._range(form)[0], bound)
        self.program.covers(form.plus(-low), flag.times(bound - low))
        return flag

    # ---- at least the points that the rules give: what the other track must not exceed --------------------------------------

    def _least(self, metric: MetricPlan) -> Form:
        """Give a metric's points, no less than the rules give; 0 where that would take more than is worth it."""
        rules = metric.rules
        if metric.steps:
            return self._at_least_capped(self._least_people(metric), rules.max_points)
        if rules.nets:
            return self._at_least_held(summed([self._change(pool)[0] for pool in metric.pools]), rules.max_points)
        pools = [self._least_pool(pool) for pool in metric.pools]
        if rules.metric.combine == "best":
            best = self.program.number(rules.max_points)
            for pool in pools:
                self.program.covers(best, pool)
            return best
        return self._at_least_capped(summed(pools), rules.max_points)

    def _least_pool(self, pool: PoolPlan) -> Form:
        rules = pool.rules
        if rules.pool.compare == "percent" or value_name(pool.scan, pool.now) in self.found.counted:
            return Form()
        change, _ = self._change(pool)
        if self.found.plan.programme.increments == "whole" and rules.pool.value == "sum":
            change = change.plus(-ONE)
        return self._at_least_held(change, rules.max_points)

    def _at_least_held(self, value: Form, most: Fraction) -> Form:
        """Give a number that is at least 0, and at least the lesser of a value and the most that it may be."""
        points = self.program.number(most)
        high = self._bounds(value)[1]
        if high <= most:
            self.program.covers(points, value)
            return points
        full = self.program.flag()
        self.program.covers(points + full.times(high - most), value)
        self.program.covers(points, full.times(most))
        return points

    def _at_least_capped(self, value: Form, most: Fraction) -> Form:
        """Do the same for a sum of numbers that are not below 0 and may be large."""
        high = sum((factor * self.program.variables[place].high for place, factor in value.terms.items()), value.constant)
        if high <= most:
            return value
        points, full = self.program.number(most), self.program.flag()
        self.program.covers(points + full.times(high - most), value)
        self.program.covers(points, full.times(most))
        return points

    def _least_people(self, metric: MetricPlan) -> Form:
        parts: list[Form] = []
        gates: list[Form] = []
        for step in metric.steps:
            if step.rules.is_gate:
                met, holders, needed = self.program.flag(), self._form(step.people), Fraction(step.rules.people or 0)
                beyond = self._range(holders)[1] - needed + 1
                if beyond > 0:
                    self.program.covers(met.times(beyond).plus(needed - 1), holders)
                gates.append(met)
                parts.append(met.times(step.rules.points))
        for step in metric.steps:
            each = step.rules.points_per_person
            if each is not None:
                people = self._form(step.people).times(each)
                most = max(self._range(people)[1], ZERO)
                earned = self.program.number(most)
                open_ = summed(gates).plus(Fraction(-len(gates)))
                self.program.covers(earned, people + open_.times(most))
                parts.append(earned)
        return summed(parts)


def _within(value: int, limits: Bounds) -> bool:
    return (limits.low is None or value >= limits.low) and (limits.high is None or value <= limits.high)

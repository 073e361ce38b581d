"""The verdict on one entity of a pool, in words: why it counts or does not, naming the first condition that fails and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.words import associations_of, distance, needs, number, period, unit
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.units import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.rulebook.catalog import Catalog
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.pools import PoolPlan
    from attain.scoring.windows import TableWindow

SIDES = ("then", "now")
NEAR = 2
"""A number is near what is needed from one in so many of it."""


@dataclass(frozen=True)
class Side:
    """One side (now, or a year ago) of an entity under a pool, with the numbers its conditions look at."""

    counts: bool
    amount: Fraction
    """What a sum adds: ACR, consumption value, active users."""
    judged: Fraction
    """What the threshold or band looks at: the amount, or the paid licenses of the largest kept workload."""
    paid: Fraction
    active: Fraction


def side(plan: PoolPlan, row: Mapping[str, int | None], name: str) -> Side:
    """Read one side's numbers from an entity's measures."""
    columns = plan.columns

    def read(role: str) -> int:
        column = columns.get(f"{role}_{name}")
        return 0 if column is None else int(row.get(column) or 0)

    pool = plan.rules.pool
    scale = _scale(plan)
    amount = Fraction(read("amount"), scale)
    judged = amount
    if pool.window == "either_of_two_months":
        judged = max(amount, Fraction(read("earlier"), scale))
        amount = judged
    elif _judges_largest(plan, name):
        judged = Fraction(read("largest"))
    return Side(read("counts") == 1, amount, judged, Fraction(read("paid")), Fraction(read("amount")))


def scale_of(plan: PoolPlan, name: str) -> int:
    """Say of how many parts a row's number is made on one side (`now`, `then`): what is judged of a count, the amount of a sum."""
    return 1 if plan.rules.pool.value == "count" and _judges_largest(plan, name) else _scale(plan)


def _scale(plan: PoolPlan) -> int:
    return MONEY_SCALE if plan.rules.pool.measure in {"acr", "revenue", "consumption_value"} else 1


def _judges_largest(plan: PoolPlan, name: str) -> bool:
    return plan.rules.pool.window != "either_of_two_months" and f"largest_{name}" in plan.columns


@dataclass(frozen=True)
class Verdict:
    """Puts one entity's two sides in words. `seen` are the sides as they would be if every row were recognized."""

    plan: PoolPlan
    window: TableWindow
    catalog: Catalog
    now: Side
    then: Side
    seen_now: Side
    seen_then: Side
    excluded: bool = False
    inside_now: bool = False

    @property
    def anything(self) -> bool:
        """Say whether anything is there on either side, recognized or not."""
        sides = (self.now, self.then, self.seen_now, self.seen_then)
        return any(one.judged or one.amount or one.paid or one.active for one in sides)

    @property
    def amounts(self) -> tuple[Fraction, Fraction]:
        """Give what the entity adds now and a year ago: 1 where it counts, or the amount of a sum; 0 a year ago where none is compared."""
        return self.amounts_of(self.now, self.then)

    def amounts_of(self, now: Side, then: Side) -> tuple[Fraction, Fraction]:
        """Give what the entity would add with these sides."""
        pool = self.plan.rules.pool
        added = [(Fraction(1) if pool.value == "count" else one.amount) if one.counts else Fraction(0) for one in (now, then)]
        return added[0], added[1] if pool.compare != "level" else Fraction(0)

    @property
    def change(self) -> Fraction:
        """Give what the entity adds to the value."""
        now, then = self.amounts
        return now - then

    @property
    def unrecognized(self) -> bool:
        """Say whether there is usage now that no eligible association recognizes."""
        now, seen = self.now, self.seen_now
        return seen.judged > now.judged or seen.amount > now.amount or (seen.counts and not now.counts)

    @property
    def near_miss(self) -> bool:
        """Say whether the entity does not count now, but has half or more of what the first condition that fails asks for."""
        rules, here = self.plan.rules, self.now
        if here.counts or not here.judged:
            return False
        rule = rules.qualifies_if
        low = None if rule is None else rule.at_least if rule.at_least is not None else rule.above
        if rule is not None and low is not None and distance(rule, here.judged, "") is not None:
            return low <= here.judged * NEAR < low * NEAR or here.judged == low
        share = rules.active_share
        needed = None if share is None else share.at_least if share.at_least is not None else share.above
        return needed is not None and here.paid > 0 and not _reaches(rules, here) and here.active * 100 * NEAR >= here.paid * needed

    def says(self, name: str) -> str:
        """Say in words what one side (`now`, `then`) has and whether it counts, with the condition it meets or the first that fails."""
        if not (self.now if name == "now" else self.then).counts:
            return self._fails(name)
        return f"{self._has(name)}{self._promotion() if name == 'now' else ''}{self._needed()}"

    def reason(self) -> str:
        """Say why the entity counts or does not, with both sides' numbers."""
        rules, pool = self.plan.rules, self.plan.rules.pool
        if pool.compare == "percent" or (rules.qualifies_if is None and pool.value == "sum"):
            return self._growth()
        if pool.compare == "level":
            return f"counts: {self._has('now')}{self._needed()}" if self.now.counts else self._fails("now")
        if self.now.counts and self.then.counts:
            return f"counts now and a year ago: {self._has('now')}{self._promotion()}, {self._has('then')}{self._needed()}"
        if self.now.counts:
            return f"new: {self._has('now')}{self._promotion()}{self._needed()}; {self._fails('then')}"
        if self.then.counts:
            return f"lost: counted a year ago, {self._has('then')}; now {self._fails('now')}"
        return self._fails("now")

    def _growth(self) -> str:
        rules, pool = self.plan.rules, self.plan.rules.pool
        measured = self.measured
        text = (
            f"{counted(number(self.now.amount), measured)} {period(pool, self.window, 'now')} against {number(self.then.amount)} a year ago"
        )
        missing = self.seen_now.amount - self.now.amount
        if missing > 0:
            text += f"; {number(missing)} more not recognized: no {associations_of(rules, self.catalog)} association"
        return text

    @property
    def measured(self) -> str:
        """Name the unit of what a sum adds."""
        pool = self.plan.rules.pool
        return "USD" if pool.measure in {"acr", "revenue"} else "active users" if pool.measure == "active_users" else "consumption value"

    def _has(self, name: str) -> str:
        """Say what the entity has on one side: the number judged, then active users where they matter."""
        rules, pool = self.plan.rules, self.plan.rules.pool
        here = self.now if name == "now" else self.then
        when = period(pool, self.window, name)
        if pool.window == "from_association":
            active = counted(number(here.amount), "active users")
            return f"{active} {when}" if name == "now" else f"baseline {active}"
        text = f"{counted(number(here.judged), unit(pool))} {when}"
        if rules.active_share is not None:
            text += f" with {number(here.active)} of {number(here.paid)} active ({_percent(here)}%)"
        elif pool.value == "sum" and pool.measure == "active_users":
            text += f" with {counted(number(here.amount), 'active users')}"
        return text

    def _needed(self) -> str:
        """Say what the conditions ask for."""
        rules = self.plan.rules
        if rules.pool.window == "from_association":
            return ""
        parts = [] if rules.qualifies_if is None else [f"{needs(rules.qualifies_if)} {unit(rules.pool)}"]
        if rules.active_share is not None:
            parts.append(f"{_share(rules)}% active")
        return f" ({' and '.join(parts)} needed)" if parts else ""

    def _promotion(self) -> str:
        """Say that the entity counts by promotion: over the band now, inside it a year ago (I-4)."""
        rule = self.plan.rules.qualifies_if
        if rule is None or not rule.promoted or self.inside_now or rule.at_most is None or self.now.judged <= rule.at_most:
            return ""
        return f", promoted: over the band's {number(rule.at_most)} now, inside it a year ago (I-4)"

    def _fails(self, name: str) -> str:
        """Say which condition fails first on one side, and by how much."""
        rules, pool = self.plan.rules, self.plan.rules.pool
        here, seen = (self.now, self.seen_now) if name == "now" else (self.then, self.seen_then)
        when = period(pool, self.window, name)
        measured = unit(pool)
        if pool.window == "from_association" and name == "then":
            return "no baseline before the association"
        if here.judged == 0 and here.paid == 0 and here.active == 0:
            if seen.judged > 0 or seen.active > 0:
                shown = counted(number(seen.judged), measured) if seen.judged > 0 else counted(number(seen.active), "active users")
                return f"{shown} {when} but no {associations_of(rules, self.catalog)} association"
            return f"0 {measured} {when}"
        if rules.qualifies_if is not None and not (name == "now" and self.inside_now):
            failed = distance(rules.qualifies_if, here.judged, measured)
            if failed is not None:
                text = f"{failed} {when}"
                if seen.judged > here.judged and distance(rules.qualifies_if, seen.judged, measured) is None:
                    text += f"; {number(seen.judged)} with usage that no {associations_of(rules, self.catalog)} association recognizes"
                return text
        if rules.active_share is not None and here.paid > 0 and not _reaches(rules, here):
            return f"{number(here.active)} of {number(here.paid)} active {when}: {_percent(here)}% of {_share(rules)}% needed"
        if name == "now" and self.excluded:
            return "left out: first associated within the year, and already deployed then (I-8)"
        if pool.window == "from_association":
            return f"not in the band under this association {when}"
        return f"{counted(number(here.judged), measured)} {when} does not count"


def _share(rules: PoolRules) -> str:
    share = rules.active_share
    return "" if share is None else number(share.at_least if share.at_least is not None else share.above or 0)


def _percent(here: Side) -> str:
    return number(here.active * 100 / here.paid) if here.paid else "0"


def _reaches(rules: PoolRules, here: Side) -> bool:
    share = rules.active_share
    if share is None:
        return True
    left = here.active * 100
    return left >= here.paid * share.at_least if share.at_least is not None else left > here.paid * (share.above or 0)

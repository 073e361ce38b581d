"""The verdict on one entity of a pool, in words: why it counts or does not, naming the first condition that fails and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.words import associations_of, distance, needs, number, period, unit
from attain.scoring.conditions import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.rulebook.catalog import Catalog
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.pools import PoolPlan
    from attain.scoring.windows import TableWindow

SIDES = ("then", "now")


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
    scale = MONEY_SCALE if pool.measure in {"acr", "revenue", "consumption_value"} else 1
    amount = Fraction(read("amount"), scale)
    judged = amount
    if pool.window == "either_of_two_months":
        judged = max(amount, Fraction(read("earlier"), scale))
        amount = judged
    elif f"largest_{name}" in columns:
        judged = Fraction(read("largest"))
    return Side(read("counts") == 1, amount, judged, Fraction(read("paid")), Fraction(read("amount")))


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

    def reason(self) -> str:
        """Say why the entity counts or does not, with both sides' numbers."""
        rules, pool = self.plan.rules, self.plan.rules.pool
        if pool.compare == "level":
            return self._counts("now") if self.now.counts else self._fails("now")
        if pool.compare == "percent" or (rules.qualifies_if is None and pool.value == "sum"):
            return self._growth()
        if self.now.counts and self.then.counts:
            return f"counts now and a year ago: {self._counts('now')}; {self._counts('then')}"
        if self.now.counts:
            return f"new: {self._counts('now')}; {self._fails('then')}"
        if self.then.counts:
            return f"lost: counted a year ago ({self._counts('then')}); {self._fails('now')}"
        return self._fails("now")

    def _growth(self) -> str:
        rules, pool = self.plan.rules, self.plan.rules.pool
        measured = self._measured()
        text = f"{number(self.now.amount)} {measured} {period(pool, self.window, 'now')} against {number(self.then.amount)} a year ago"
        missing = self.seen_now.amount - self.now.amount
        if missing > 0:
            text += f"; {number(missing)} more not recognized: no {associations_of(rules, self.catalog)} association"
        return text

    def _measured(self) -> str:
        pool = self.plan.rules.pool
        return "USD" if pool.measure in {"acr", "revenue"} else "active users" if pool.measure == "active_users" else "consumption value"

    def _counts(self, name: str) -> str:
        rules, pool = self.plan.rules, self.plan.rules.pool
        here = self.now if name == "now" else self.then
        when = period(pool, self.window, name)
        if pool.window == "from_association" and name == "then":
            return f"baseline {number(here.amount)} active users"
        text = f"{number(here.judged)} {unit(pool)} {when}"
        if pool.window == "from_association":
            text = f"{number(here.amount)} active users {when}"
        elif rules.qualifies_if is not None:
            text += f" (needs {needs(rules.qualifies_if, unit(pool))})"
            if (
                name == "now"
                and rules.qualifies_if.promoted
                and distance(rules.qualifies_if, here.judged, unit(pool))
                and not self.inside_now
            ):
                text += ", promoted: over the band now, inside it a year ago"
        if rules.active_share is not None:
            text += f", {number(here.active)} of {number(here.paid)} active ({_percent(here)}%, needs {_share(rules)}%)"
        elif pool.value == "sum" and pool.measure == "active_users" and pool.window != "from_association":
            text += f", {number(here.amount)} active users"
        return text

    def _fails(self, name: str) -> str:
        rules, pool = self.plan.rules, self.plan.rules.pool
        here, seen = (self.now, self.seen_now) if name == "now" else (self.then, self.seen_then)
        when = period(pool, self.window, name)
        measured = unit(pool)
        if pool.window == "from_association" and name == "then":
            return "no baseline before the association"
        if here.judged == 0 and here.paid == 0 and here.active == 0:
            if seen.judged > 0 or seen.active > 0:
                shown = f"{number(seen.judged)} {measured}" if seen.judged > 0 else f"{number(seen.active)} active users"
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
        return f"{number(here.judged)} {measured} {when} does not count"


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

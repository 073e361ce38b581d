"""The number that a pool's condition looks at, month by month, for each of one partner's entities."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.advise.partner_facts import AZURE, PartnerFacts, of_basis
from attain.engine.operators import weigh
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.pools import ENTITY_KEYS
from attain.scoring.windows import YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from attain.explaining.entities import Key
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.plan import Plan
    from attain.scoring.pools import PoolPlan

ZERO = Fraction(0)


@dataclass(frozen=True)
class Month:
    """One month of one entity: what is judged (the amount, or the paid licenses of its largest workload), seats and active users."""

    judged: Fraction
    paid: Fraction = ZERO
    active: Fraction = ZERO


@dataclass(frozen=True)
class Series:
    """The months of the entities of a pool, oldest first; the last is the data month. `covered` counts those that the facts cover."""

    months: range
    of: dict[Key, tuple[Month, ...]]
    covered: int

    def trend(self, key: Key, months: int, number: Callable[[Month], Fraction]) -> Fraction | None:
        """Give a number of now, less that of so many months ago; None where the facts do not go back so far."""
        found = self.of.get(key)
        return number(found[-1]) - number(found[-1 - months]) if found is not None and self.covered > months else None

    def since(self, key: Key, holds: Callable[[Month], bool]) -> int:
        """Count the months up to the data month in which it is as it is in that."""
        found = self.of.get(key, ())
        counted = 0
        for month in reversed(found[len(found) - self.covered :]):
            if holds(month) != holds(found[-1]):
                break
            counted += 1
        return counted


def series(plan: Plan, pool: PoolPlan, held: PartnerFacts, tenants: Collection[str] | None = None) -> Series:
    """Compute a year of months, and the data month of the year before, for each entity that the pool recognizes now.

    Only those of `tenants`, where they are named.
    """
    rules = pool.rules
    table = rules.pool.table
    window = plan.windows[table]
    selection = plan.scans.selection(rules).expression()
    frame = held.frames[table] if tenants is None else held.frames[table].filter(pl.col("tenant_id").is_in(sorted(tenants)))
    rows = nw.from_native(of_basis(frame, plan.basis) if table == AZURE else frame).filter(selection)
    is_seats = table == "workload_usage" and rules.pool.entity == "tenant"
    keys = ENTITY_KEYS[rules.pool.entity]
    value, scale = _measure(plan, rules)
    summed: pl.DataFrame = rows.select("month", *keys, value=value).to_native().group_by("month", *keys).agg(pl.col("value").sum())
    if is_seats:
        native: pl.DataFrame = rows.to_native()
        seats = [pl.col("paid_licenses").max().alias("value"), pl.col("paid_licenses").sum().alias("paid"), pl.col("active_users").sum()]
        summed, scale = native.group_by("month", *keys).agg(*seats), 1
    names = [held.names.get(key) for key in keys]
    by_month: dict[Key, dict[int, tuple[int, int, int]]] = {}
    for row in summed.iter_rows(named=True):
        key = tuple(str(row[one]) if listed is None else listed[int(row[one])] for one, listed in zip(keys, names, strict=True))
        by_month.setdefault(key, {})[int(row["month"])] = (int(row["value"]), int(row.get("paid") or 0), int(row.get("active_users") or 0))
    span = {"ttm": YEAR, "either_of_two_months": 2}.get(rules.pool.window, 1)
    months = range(window.data_month - YEAR, window.data_month + 1)
    of = {key: tuple(_month(found, month, span, rules, scale) for month in months) for key, found in by_month.items()}
    return Series(months, of, _covered(window.covered, months, span))


def _measure(plan: Plan, rules: PoolRules) -> tuple[nw.Expr, int]:
    measure = rules.pool.measure
    if measure == "consumption_value":
        return weigh(plan.scans.coding.weights(rules.rates or {})), MONEY_SCALE
    money = measure in {"acr", "revenue"}
    return nw.col(measure), MONEY_SCALE if money else 1


def _month(found: dict[int, tuple[int, int, int]], month: int, span: int, rules: PoolRules, scale: int) -> Month:
    amounts = [found.get(one, (0, 0, 0)) for one in range(month - span + 1, month + 1)]
    judged = max(amount[0] for amount in amounts) if rules.pool.window == "either_of_two_months" else sum(amount[0] for amount in amounts)
    return Month(Fraction(judged, scale), Fraction(amounts[-1][1]), Fraction(amounts[-1][2]))


def _covered(covered: frozenset[int], months: range, span: int) -> int:
    """Count the months, back from the last, whose whole window the facts cover."""
    count = 0
    for month in reversed(months):
        if not covered.issuperset(range(month - span + 1, month + 1)):
            break
        count += 1
    return count

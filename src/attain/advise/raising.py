"""Actions on what customers use: seats, active users and consumption to raise over a condition or for growth, and customers to keep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.advise.changes import ChangeUsage, KeepCustomer
from attain.advise.partner_facts import AZURE, REVENUE, SEATS, of_basis
from attain.advise.plans import Action
from attain.engine.backends import PolarsBackend
from attain.engine.bounds import bounds, share_bound
from attain.explaining.entities import Entities
from attain.explaining.words import number
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.pools import Scans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.advise.action_costs import ActionCosts, ActionKind
    from attain.advise.changes import Change
    from attain.advise.timing import Timing
    from attain.explaining.entities import Key
    from attain.explaining.verdicts import Side, Verdict
    from attain.scoring.pools import PoolPlan

ZERO, ONE = Fraction(0), Fraction(1)
WITHIN = Fraction(1, 2)
"""A customer may be raised over a threshold where no more of it is missing than this share."""
STEPS = (Fraction(1, 4), Fraction(1, 2))
"""Levels of growth: so much more consumption than now."""
UNUSED = (Fraction(1, 2), ONE)
"""Levels of growth: so many of the seats without an active user get one."""
EACH_POOL = 12
"""So many customers of a pool are thought of at most for each way to move it, those with the least way to go or the most to gain first."""


@dataclass(frozen=True)
class Raised:
    """An action on a customer, and how far it has to go as a share of what is asked: the nearest are taken first."""

    way: Fraction
    action: Action


@dataclass(frozen=True)
class _Used:
    """What a customer has of one workload or service in the data month."""

    name: str
    amount: int
    active: int


class Raising:
    """Makes the actions on usage for one designation, for all of its tracks."""

    def __init__(self, timing: Timing, designation: str, costs: ActionCosts) -> None:
        """Look at every entity of every pool."""
        self.timing, self.costs = timing, costs
        self.future = timing.hypotheses
        score = self.future.current.of[designation]
        metrics = [metric for track in score.points for metric in score.metrics(track)]
        plan = self.future.plan
        self.pools = [pool for metric in metrics for pool in metric.pools]
        self.entities = Entities(plan, self.future.today.facts, self.future.account, PolarsBackend(), self.future.book, metrics)
        self.seen = Scans(plan.scans.coding, plan.scans.windows, any_association=True)

    def made(self) -> Iterator[Raised]:
        """Give the actions of each pool, those with the least way to go first."""
        for pool in self.pools:
            if pool.rules.pool.entity == "service":
                continue
            used = self._used(pool)
            verdicts = self.entities.verdicts(pool)
            yield from _first(one for key, verdict in verdicts.items() for one in self._over(pool, key, verdict, used))
            yield from _first(one for key, verdict in verdicts.items() for one in self._keeping(key, verdict))
            if pool.rules.pool.value == "sum":
                yield from _first(one for key, verdict in verdicts.items() for one in self._growing(pool, key, verdict, used))

    def _used(self, pool: PoolPlan) -> dict[str, list[_Used]]:
        """Give what each tenant uses in the data month of what the pool keeps, recognized or not, the most first."""
        table, plan = pool.rules.pool.table, self.future.plan
        name, amount = {AZURE: ("service", "acr"), SEATS: ("workload", "paid_licenses"), REVENUE: ("workload", "revenue")}[table]
        frame = self.future.today.frames[table].filter(pl.col("month") == plan.windows[table].data_month)
        rows = of_basis(frame, plan.basis) if table == AZURE else frame
        kept: pl.DataFrame = nw.from_native(rows).filter(self.seen.selection(pool.rules).filter()).to_native()
        active = pl.col("active_users").sum() if table == SEATS else pl.lit(0).alias("active_users")
        found: dict[str, list[_Used]] = {}
        codes = self.future.today.names[name]
        for tenant, code, total, users in kept.group_by("tenant_id", name).agg(pl.col(amount).sum(), active).iter_rows():
            found.setdefault(str(tenant), []).append(_Used(codes[int(code)], int(total), int(users)))
        return {tenant: sorted(some, key=lambda one: (-one.amount, one.name)) for tenant, some in found.items()}

    # ---- over a condition -------------------------------------------------------------------------------------------------

    def _over(self, pool: PoolPlan, key: Key, verdict: Verdict, used: dict[str, list[_Used]]) -> Iterator[Raised]:
        """Raise a customer over a threshold, or to the active share, that it does not reach."""
        rules = pool.rules
        if verdict.now.counts or verdict.excluded or rules.qualifies_if is None:
            return
        here = verdict.seen_now if verdict.seen_now.judged > verdict.now.judged else verdict.now
        scale = MONEY_SCALE if rules.pool.measure in {"acr", "revenue", "consumption_value"} else 1
        limits = bounds(rules.qualifies_if, scale)
        low = ZERO if limits.low is None else Fraction(limits.low, scale)
        missing = low - here.judged
        own = self._of(pool, key, used)
        if not own or here.judged <= 0:
            return
        if 0 < missing <= WITHIN * low:
            made = self._threshold(pool, key[0], own, missing, low)
            if made is not None:
                yield Raised(missing / low, made)
        if rules.active_share is not None and here.paid > 0:
            share = share_bound(rules.active_share)
            exact = here.paid * share.numerator / share.denominator
            more = (math.floor(exact) + 1 if share.strict else math.ceil(exact)) - here.active
            if more > 0:
                made = self._users(key[0], own, int(more))
                if made is not None:
                    yield Raised(more / (here.active + more), made)

    def _threshold(self, pool: PoolPlan, tenant: str, own: list[_Used], missing: Fraction, low: Fraction) -> Action | None:
        table, measure, largest = pool.rules.pool.table, pool.rules.pool.measure, own[0]
        if measure == "acr":
            months = (
                1
                if pool.rules.pool.window == "either_of_two_months"
                else self.timing.months("raise_consumption", self.costs.of("raise_consumption"), AZURE)
            )
            return self._consumption(tenant, largest, missing / max(months, 1))
        if measure == "revenue":
            takes = self.costs.of("raise_consumption")
            months = self.timing.months("raise_consumption", takes, REVENUE)
            change = ChangeUsage(tenant=tenant, workload=largest.name, revenue_usd=low, months=max(months, 1))
            words = f"{self._called(largest.name, REVENUE)} at {number(low)} USD a month at {self._name(tenant)}"
            return self._action("raise_consumption", tenant, f"revenue of {largest.name}", words, change, missing)
        if measure == "consumption_value":
            rate = (pool.rules.rates or {}).get(largest.name)
            return None if rate is None or rate.unit != "active_user" else self._users(tenant, [largest], math.ceil(missing / rate.rate))
        if table == SEATS:
            takes = self.costs.of("raise_seats")
            months = max(self.timing.months("raise_seats", takes, SEATS), 1)
            change = ChangeUsage(tenant=tenant, workload=largest.name, seats=int(low), months=months)
            words = f"{int(low)} seats of {self._called(largest.name, SEATS)} at {self._name(tenant)}, {number(missing)} more"
            return self._action("raise_seats", tenant, f"seats of {largest.name}", words, change, missing)
        return None

    # ---- growth, and what was lost ----------------------------------------------------------------------------------------

    def _growing(self, pool: PoolPlan, key: Key, verdict: Verdict, used: dict[str, list[_Used]]) -> Iterator[Raised]:
        """Let a customer that counts use more, at a few levels."""
        own = self._of(pool, key, used)
        if not own or not verdict.now.counts:
            return
        largest = own[0]
        # The most to gain comes first: what is asked for has no end here.
        way = -verdict.now.amount
        for share in STEPS if pool.rules.pool.measure == "acr" else ():
            made = self._consumption(key[0], largest, Fraction(largest.amount, MONEY_SCALE) * share)
            if made is not None:
                yield Raised(way, made)
        for share in UNUSED if pool.rules.pool.table == SEATS else ():
            unused = sum(max(one.amount - one.active, 0) for one in own)
            made = self._users(key[0], own, math.floor(unused * share))
            if made is not None:
                yield Raised(way, made)

    def _keeping(self, key: Key, verdict: Verdict) -> Iterator[Raised]:
        """Keep a customer, or win it back, that counted or had more a year ago."""
        now, then = _added(verdict, verdict.now), _added(verdict, verdict.then)
        if then <= now:
            return
        kind: ActionKind = "keep_customer"
        change = KeepCustomer(tenant=key[0], since=self.timing.since(kind, self.costs.of(kind)))
        words = f"{self._name(key[0])} stays at what it had a year ago"
        yield Raised(now - then, self._action(kind, key[0], "keep", words, change, ZERO))

    # ---- actions ----------------------------------------------------------------------------------------------------------

    def _consumption(self, tenant: str, used: _Used, monthly: Fraction) -> Action | None:
        """Let a customer use so many dollars more of a service a month, in whole percents of what it uses."""
        if used.amount <= 0 or monthly <= 0:
            return None
        kind: ActionKind = "raise_consumption"
        had = Fraction(used.amount, MONEY_SCALE)
        percent = math.ceil(monthly * 100 / had)
        months = max(self.timing.months(kind, self.costs.of(kind), AZURE), 1)
        change = ChangeUsage(tenant=tenant, service=used.name, percent=Fraction(percent), months=months)
        added = Fraction(math.ceil(had * percent / 100))
        words = f"{percent}% more {self._called(used.name, AZURE)} at {self._name(tenant)}, {number(added)} USD a month"
        return self._action(kind, tenant, f"consumption of {used.name}", words, change, added)

    def _users(self, tenant: str, own: list[_Used], more: int) -> Action | None:
        """Let so many more seats have an active user, where there are most without one first; None where there are not so many seats."""
        changes: list[Change] = []
        left = more
        kind: ActionKind = "raise_active_users"
        months = max(self.timing.months(kind, self.costs.of(kind), SEATS), 1)
        for one in sorted(own, key=lambda used: (used.active - used.amount, used.name)):
            added = min(left, max(one.amount - one.active, 0))
            if added:
                changes.append(ChangeUsage(tenant=tenant, workload=one.name, active_users=one.active + added, months=months))
                left -= added
        if left or not changes:
            return None
        words = f"{more:,} more active users at {self._name(tenant)}"
        return self._action(kind, tenant, "active users", words, changes, Fraction(more))

    def _action(self, kind: ActionKind, tenant: str, lever: str, words: str, changes: Change | list[Change], units: Fraction) -> Action:
        takes = self.costs.of(kind)
        made = tuple(changes) if isinstance(changes, list) else (changes,)
        cost = takes.cost_usd + takes.each_usd * units
        return Action(
            kind, tenant, lever, tenant, words, made, cost, takes.days, takes.likelihood_percent, self.timing.acts_on(kind, takes)
        )

    def _of(self, pool: PoolPlan, key: Key, used: dict[str, list[_Used]]) -> list[_Used]:
        own = used.get(key[0], [])
        return [one for one in own if one.name == key[-1]] if pool.rules.pool.entity == "tenant_workload" else own

    def _name(self, tenant: str) -> str:
        return self.future.customer_names.get(tenant, tenant)

    def _called(self, code: str, table: str) -> str:
        catalog = self.future.book.catalog
        return (catalog.services if table == AZURE else catalog.workloads).name(code)


def _added(verdict: Verdict, side: Side) -> Fraction:
    if not side.counts:
        return ZERO
    return ONE if verdict.plan.rules.pool.value == "count" else side.amount


def _first(found: Iterator[Raised]) -> list[Raised]:
    """Keep the nearest customers, each with all of its levels."""
    ordered = sorted(found, key=lambda one: (one.way, one.action.group, one.action.cost))
    groups = list(dict.fromkeys(one.action.group for one in ordered))[:EACH_POOL]
    return [one for one in ordered if one.action.group in groups]

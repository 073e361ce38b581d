"""The frame of random facts: accounts with locations, what they hold with whom, and rows with unique keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from tests.oracle.months import first_day, last_day, latest_allowed, month_name
from tests.oracle.names import name_key, squeeze
from tests.oracle.rollup import Facts, Row

T = TypeVar("T")
USAGE_TABLES = ("azure_usage", "workload_usage", "workload_revenue")
CODES = ("pal", "dpor", "csp1", "csp2", "cpor", "cpor_osa", "cpor_osu", "cpor_revrec", "cpor_revrec_performance")
STEP = Decimal("0.0001")
UNKNOWN = "Unheard of"


@dataclass
class Holding:
    """An association with a tenant from month to month (None = no end), for one subscription or workload, or all ('')."""

    association: str
    start: int
    end: int | None = None
    scope: str = ""

    def active(self, month: int, scope: str) -> bool:
        if month < self.start or (self.end is not None and month > self.end):
            return False
        return not self.scope or name_key(self.scope) == name_key(scope)


@dataclass
class Partner:
    """A global account (`ids[0]`) with its locations; a `clean` one has no noise, so that its sums come out exactly.

    A `growing` one had less a year ago: without a tilt most differences would be at or below zero.
    """

    ids: list[str]
    clean: bool = False
    growing: bool = False
    holdings: dict[str, list[Holding]] = field(default_factory=dict[str, list[Holding]])
    homes: dict[str, str] = field(default_factory=dict[str, str])


class Draft:
    """Collects the rows of all tables; two rows of one key become one."""

    def __init__(self, seed: int, designation: str, day: date, tables: Sequence[str]) -> None:
        self.rng = Random(f"{seed} {designation} {day}")
        self.designation = designation
        self.day = day
        self.month = latest_allowed(day, 20)
        self.ago = self.month - 12
        self.facts: Facts = {"partners": [], "customers": [], **{table: [] for table in tables}, "certifications": [], "enrollments": []}
        # In an absent table the associations come from the associations table alone.
        self.absent = {table for table in tables if self.rng.random() < 0.35}
        self._keys: dict[str, dict[tuple[str, ...], Row]] = {table: {} for table in tables}

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        return self.rng.choice(options)

    def new_tenant(self, segment: str | None) -> str:
        tenant = str(UUID(int=self.rng.getrandbits(128), version=4))
        self.facts["customers"].append({"tenant_id": tenant, "name": f"Customer {tenant[:6]}", "segment": segment})
        return tenant

    def spelled(self, name: str) -> str:
        """The name, or now and then another spelling of it; one that no catalog knows stays as it is."""
        if not name.startswith(UNKNOWN) and self.chance(0.06):
            return self.pick([name.upper(), name.lower(), name.replace(" ", "-"), f" {name} "])
        return name

    def hold(self, partner: Partner, tenant: str, eligible: Sequence[str], scopes: Sequence[str] = ()) -> None:
        """Give the partner some association with a tenant: all along, gained, lost, interrupted, swapped, or none that counts."""
        ever = self.ago - 30
        first, second = self.pick(eligible), self.pick(eligible)
        turn = self.pick([self.ago - 1, self.ago, self.ago + 1, self.ago + 2, self.ago + 6, self.month - 1, self.month])
        kind = 0.0 if partner.clean else self.rng.random()
        scope = self.pick(scopes) if scopes and not partner.clean and self.chance(0.12) else ""
        if kind < 0.50:
            held = [Holding(first, ever, None, scope)]
        elif kind < 0.60:
            held = [Holding(first, ever), Holding(second, ever, None, scope), Holding(self.pick(CODES), ever)]
        elif kind < 0.80:
            held = [Holding(first, turn, None, scope)]
        elif kind < 0.87:
            held = [Holding(first, ever, turn - 1, scope)]
        elif kind < 0.91:
            held = [Holding(first, ever, self.ago + 3), Holding(first, self.ago + 7)]
        elif kind < 0.96:
            held = [Holding(first, ever, turn - 1), Holding(second, turn)]
        else:
            held = [Holding(self.pick([code for code in CODES if code not in eligible]), ever)]
        partner.holdings[tenant] = held
        partner.homes[tenant] = self.pick(partner.ids)

    def add(self, table: str, partner: Partner, tenant: str, month: int, scope: str, amounts: dict[str, Any], **rest: Any) -> None:
        """Add a row at the tenant's usual location, and now and then a twin of it at another location."""
        holdings = partner.holdings.get(tenant, [])
        codes = frozenset(held.association for held in holdings if held.active(month, scope))
        self._put(table, partner.homes[tenant], tenant, month, codes, amounts, rest)
        if len(partner.ids) > 1 and not partner.clean and self.chance(0.15):
            other = self.pick(partner.ids)
            twin = {name: self._near(amount) for name, amount in amounts.items()}
            fewer = frozenset(code for code in codes if self.chance(0.5))
            if other != partner.homes[tenant]:
                self._put(table, other, tenant, month, fewer, twin, rest)

    def _near(self, amount: Any) -> Any:
        if amount is None:
            return None
        if isinstance(amount, Decimal):
            return amount + self.pick([Decimal(0), STEP, -STEP, Decimal(-100)])
        return max(0, amount + self.pick([0, 0, 1, -1, -10]))

    def _put(
        self, table: str, partner_id: str, tenant: str, month: int, codes: frozenset[str], amounts: dict[str, Any], rest: dict[str, Any]
    ) -> None:
        named = (name_key(rest.get(name)) for name in ("service", "workload", "offer", "subscription_id"))
        key = (str(month), partner_id, tenant, *named)
        held = self._keys[table].get(key)
        if held is not None:
            for name, amount in amounts.items():
                if amount is not None and table != "workload_usage":
                    held[name] += amount
            return
        row: Row = {"month": month_name(month), "partner_id": partner_id, "tenant_id": tenant, **rest, **amounts}
        row["associations"] = None if table in self.absent else codes
        self._keys[table][key] = row
        self.facts[table].append(row)

    def split(self, total: Decimal, parts: int) -> list[Decimal]:
        """Cut an amount into parts that add up to it exactly; one may be negative."""
        cut: list[Decimal] = []
        left = total
        for _ in range(parts - 1):
            part = (left * Decimal(self.rng.randint(-20, 90)) / 100).quantize(STEP)
            cut.append(part)
            left -= part
        return [*cut, left]

    def claim(self, partners: list[Partner]) -> None:
        """Write the associations table where a table needs it; where none does, sometimes one that must change nothing."""
        if not self.absent:
            if self.chance(0.5):
                self.facts["associations"] = [
                    self._claim(self.pick(partner.ids), tenant, Holding(self.pick(CODES), self.ago - 20))
                    for partner in partners
                    for tenant in partner.holdings
                ]
            return
        self.facts["associations"] = []
        seen: set[tuple[Any, ...]] = set()
        for partner in partners:
            for tenant, holdings in partner.holdings.items():
                for held in holdings:
                    row = self._claim(self.pick(partner.ids), tenant, held)
                    key = (row["partner_id"], tenant, held.association, squeeze(held.scope), row["started_on"])
                    if key not in seen:
                        seen.add(key)
                        self.facts["associations"].append(row)

    def _claim(self, partner_id: str, tenant: str, held: Holding) -> Row:
        first, last = first_day(held.start), last_day(held.start)
        started = self.pick([first, last, first + timedelta(days=self.rng.randint(0, 27))])
        ended: date | None = None
        if held.end is not None:
            ended = self.pick([first_day(held.end), last_day(held.end), last_day(held.end) - timedelta(days=self.rng.randint(0, 20))])
            ended = max(started, ended)
        return {
            "partner_id": partner_id,
            "tenant_id": tenant,
            "association": held.association,
            "scope": held.scope,
            "started_on": started,
            "ended_on": ended,
            "claim_id": "",
        }

    def cover(self, table: str, **rest: Any) -> None:
        """A row in every month of a partner that only the facts know."""
        for month in range(self.ago - 12, self.month + 2):
            row: Row = {"month": month_name(month), "partner_id": "only-in-facts", "tenant_id": str(UUID(int=7)), **rest}
            row["associations"] = None if table in self.absent else frozenset[str]()
            self.facts[table].append(row)

    def drop_months(self, table: str) -> None:
        """Now and then a month, or all early ones, are missing from a table."""
        if self.chance(0.12):
            gone = {month_name(self.month - self.rng.randint(0, 23))}
        elif self.chance(0.05):
            gone = {month_name(month) for month in range(self.ago - 11, self.ago - 11 + self.rng.randint(1, 14))}
        else:
            return
        self.facts[table] = [row for row in self.facts[table] if row["month"] not in gone]

"""The cast of four, read from `cast/*.yaml` and laid out month by month.

Every figure stands in those files, so that a reader sees there why each scores what it scores. The cast depends on the day and the
months of a plan alone, never on its size or seed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any
from uuid import NAMESPACE_DNS, UUID, uuid5
from zlib import crc32

import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from attain.errors import AttainError, nearest
from attain.facts.schema import TABLES
from attain.facts.synthetic.layout import UNIT, contract_columns
from attain.facts.synthetic.plan import DemoPlan
from attain.facts.synthetic.vocabulary import read_yaml

MEMBERS = ("contoso", "fabrikam", "northwind", "tailspin")
_YEAR = 12
_SEASON = (0, 0, -4, -7, -3, 2, 4, 3, 1, 2, 3, -1)
"""Percent that an amount of the cast swings in each month before the last one: none in the last two, and nothing over a year."""


def _units(value: object) -> int:
    """Read dollars as ten-thousandths; a float has already lost its digits and is refused."""
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        units = Decimal(value) * UNIT
        if units == int(units):
            return int(units)
    message = f"{value!r} is no exact amount of at most four decimals; write 12 or '49.95'"
    raise ValueError(message)


Units = Annotated[int, BeforeValidator(_units)]
Pair = tuple[int, int]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Row(_Strict):
    """What the rows of usage share: the customer, the association set and the months (counted back from the last) in which they hold."""

    who: str
    via: str
    from_: int | None = Field(default=None, alias="from")
    until: int | None = None
    linked: int | None = None

    def months(self, plan: DemoPlan, before: int, now: int) -> Iterator[tuple[int, str]]:
        """Give (months back, association set), the oldest first, for the months in which this exists.

        `before` and `now` are 0 where it does not exist a year ago, or in the last month.
        """
        begin = self.from_ if self.from_ is not None else plan.months if before else _YEAR - 1
        end = self.until if self.until is not None else 0 if now else _YEAR
        for back in range(min(begin, plan.months - 1), end - 1, -1):
            yield back, self.via if self.linked is None or back <= self.linked else ""


class Spend(Row):
    """Azure usage of one service: dollars a month, [in the year up to a year ago, in the last year]."""

    service: str
    usd: tuple[Units, Units]
    offer: str = ""


class Seats(Row):
    """Workload usage: paid licenses, active users and capacity, [a year ago, in the last month], in a straight line between."""

    workload: str
    seats: Pair
    active: Pair
    capacity: Pair = (0, 0)


class Revenue(Row):
    """Revenue of a workload: dollars a month, [a year ago and before, since then]."""

    workload: str
    usd: tuple[Units, Units]


class Customer(_Strict):
    """A customer of a member of the cast."""

    name: str
    country: str
    segment: str | None = None


class People(_Strict):
    """Persons with the same certificates: days since each was earned and until it expires (negative: it has; empty: never)."""

    names: tuple[str, ...]
    holds: dict[str, tuple[int, int | None]]
    status: str = "active"


class Enrolled(_Strict):
    """A designation held: days since the fee was paid."""

    designation: str
    paid: int
    track: str


class Reported(_Strict):
    """What Microsoft showed on the day: a metric, or the total where `metric` is empty."""

    designation: str
    track: str
    metric: str = ""
    value: Units | None = None
    points: Units


class Partner(_Strict):
    """The partner's own row."""

    id: str
    name: str
    country: str
    kind: str


class Member(_Strict):
    """One member of the cast: its whole file."""

    partner: Partner
    customers: dict[str, Customer] = {}
    azure: tuple[Spend, ...] = ()
    workloads: tuple[Seats, ...] = ()
    revenue: tuple[Revenue, ...] = ()
    people: tuple[People, ...] = ()
    enrollments: tuple[Enrolled, ...] = ()
    reported: tuple[Reported, ...] = ()

    def tenant(self, key: str) -> str:
        """Give the tenant id of a customer. Raises AttainError `cast-customer` where the file does not name it."""
        if key not in self.customers:
            near = nearest(key, self.customers)
            hint = f"did you mean {near[0]}?" if near else "list it under customers"
            raise AttainError("cast-customer", f"{key!r} is no customer of {self.partner.name}", hint=hint)
        return str(_identity(self.partner.id, "tenant", key))


def _identity(*parts: str) -> UUID:
    return uuid5(NAMESPACE_DNS, ".".join((*reversed(parts), "example")))


@cache
def members() -> tuple[Member, ...]:
    """Read the cast, in the order of their partner ids."""
    return tuple(Member.model_validate(read_yaml(f"cast/{name}.yaml")) for name in MEMBERS)


def cast_facts(plan: DemoPlan) -> dict[str, pl.DataFrame]:
    """Give every table of the contract with the cast's rows, in the order of its key; money in ten-thousandths."""
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for member in members():
        for table, row in _rows(member, plan):
            rows[table].append(row)
    frames = {table: pl.DataFrame(found, infer_schema_length=None) for table, found in rows.items()}
    return {table: contract_columns(table, frame).sort(*TABLES[table].key) for table, frame in frames.items()}


def _rows(member: Member, plan: DemoPlan) -> Iterator[tuple[str, dict[str, Any]]]:
    partner = member.partner
    own = {"partner_id": partner.id}
    yield "partners", {**own, "name": partner.name, "country": partner.country, "kind": partner.kind, "account": "global"}
    for key, customer in member.customers.items():
        place = {"tenant_id": member.tenant(key), "tpid": str(20_000_000 + crc32(f"{partner.id}.{key}".encode()) % 9_000_000)}
        yield (
            "customers",
            {**place, "name": customer.name, "domain": f"{key}.example", "country": customer.country, "segment": customer.segment},
        )
    linked: dict[tuple[str, str], int] = {}
    for table, who, back, row in _usage(member, plan):
        tenant = member.tenant(who)
        for code in filter(None, row["associations"].split("+")):
            linked[tenant, code] = max(back, linked.get((tenant, code), 0))
        yield table, {**own, "tenant_id": tenant, "month": plan.month(back), **row}
    for (tenant, code), back in linked.items():
        claim = {"claim_id": f"CL-{crc32(f'{tenant}.{code}'.encode()) % 9_000_000 + 1_000_000}"} if code.startswith("cpor") else {}
        started = plan.month(back) if back < plan.months - 1 else plan.month(plan.months + 4)
        yield "associations", {**own, "tenant_id": tenant, "association": code, "scope": "", "started_on": started, **claim}
    yield from _papers(member, plan)


def _usage(member: Member, plan: DemoPlan) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
    """Give (table, customer, months back, row) of the three usage tables."""
    for spend in member.azure:
        subscription = str(_identity(member.partner.id, "subscription", spend.who, spend.offer or "paid"))
        plain = spend.from_ is None and spend.until is None
        for back, via in spend.months(plan, *spend.usd):
            level = spend.usd[0] if back >= _YEAR else spend.usd[1]
            amount = level * (100 + _SEASON[back % _YEAR]) // 100 if plain else level
            names = {"subscription_id": subscription, "service": spend.service, "offer": spend.offer}
            yield "azure_usage", spend.who, back, {**names, "associations": via, "acr_usd": amount, "basis": "acr"}
    for seats in member.workloads:
        for back, via in seats.months(plan, seats.seats[0], seats.seats[1]):
            paid = seats.seats[1] if not seats.seats[0] else seats.seats[0] if not seats.seats[1] else _line(seats.seats, back)
            counts = {"paid_licenses": paid, "assigned_licenses": paid, "active_users": _line(seats.active, back)}
            capacity = {"capacity": _line(seats.capacity, back)}
            yield "workload_usage", seats.who, back, {"workload": seats.workload, "associations": via, **counts, **capacity}
    for revenue in member.revenue:
        for back, via in revenue.months(plan, *revenue.usd):
            level = revenue.usd[0] if back >= _YEAR else revenue.usd[1]
            yield "workload_revenue", revenue.who, back, {"workload": revenue.workload, "associations": via, "revenue_usd": level}


def _line(pair: Pair, back: int) -> int:
    """Give the whole number on the straight line from `pair[0]` a year ago to `pair[1]` in the last month."""
    return pair[0] + (pair[1] - pair[0]) * max(_YEAR - back, 0) // _YEAR


def _papers(member: Member, plan: DemoPlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give certificates, enrollments and reported scores."""
    own = {"partner_id": member.partner.id}
    for people in member.people:
        for name in people.names:
            person = {
                **own,
                "person_id": _identity(member.partner.id, "person", name).hex[:16],
                "person_name": name,
                "status": people.status,
            }
            for certificate, (earned, expires) in people.holds.items():
                dates = {"earned_on": _day(plan, -earned), "expires_on": None if expires is None else _day(plan, expires)}
                yield "certifications", {**person, "certification": certificate, **dates}
    for held in member.enrollments:
        paid = _day(plan, -held.paid)
        dates = {"enrolled_on": paid, "paid_on": paid, "anniversary": paid + dt.timedelta(days=365)}
        yield "enrollments", {**own, "designation": held.designation, **dates, "track": held.track}
    for shown in member.reported:
        yield "reported_scores", {**own, "as_of": plan.as_of, **shown.model_dump()}


def _day(plan: DemoPlan, days: int) -> dt.date:
    return plan.as_of + dt.timedelta(days=days)

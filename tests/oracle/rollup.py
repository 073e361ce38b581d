"""Contract tables to what one global account holds: associations joined, locations rolled up (I-10)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.months import first_day, last_day, month_of
from tests.oracle.names import name_key, squeeze

Row = dict[str, Any]
Facts = dict[str, list[Row]]
EMPTY: frozenset[str] = frozenset()


@dataclass
class AzureRow:
    month: int
    tenant: str
    service: str
    offer: str
    associations: frozenset[str]
    amount: Fraction


@dataclass
class SeatRow:
    month: int
    tenant: str
    workload: str
    associations: frozenset[str]
    paid: int
    active: int
    capacity: int


@dataclass
class RevenueRow:
    month: int
    tenant: str
    workload: str
    associations: frozenset[str]
    amount: Fraction


@dataclass
class Account:
    """Everything one global account holds, after I-10."""

    azure: list[AzureRow] = field(default_factory=list[AzureRow])
    seats: list[SeatRow] = field(default_factory=list[SeatRow])
    revenue: list[RevenueRow] = field(default_factory=list[RevenueRow])
    certificates: list[Row] = field(default_factory=list[Row])
    enrollments: list[Row] = field(default_factory=list[Row])


def tenant_key(value: str | None) -> str:
    return (value or "").strip().lower().replace("-", "")


def money(value: Decimal | None) -> Decimal:
    """An amount at ten-thousandths, half-even; an empty one is nothing."""
    return (value if value is not None else Decimal(0)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN)


def basis_of(row: Row) -> str:
    return row.get("basis") or "acr"


def covered_months(facts: Facts, table: str, basis: str) -> set[int]:
    """The months with any row of a table (of a basis), whoever it belongs to."""
    rows = facts.get(table, [])
    return {month_of(row["month"]) for row in rows if table != "azure_usage" or basis_of(row) == basis}


def global_accounts(facts: Facts) -> dict[str, str]:
    """Map every partner id that occurs anywhere to its global account."""
    found: dict[str, str] = {}
    for row in facts.get("partners", []):
        own = row["partner_id"]
        parent = row.get("global_id")
        found[own] = parent if parent and row.get("account") != "global" else own
    for parent in list(found.values()):
        found.setdefault(parent, parent)
    for rows in facts.values():
        for row in rows:
            partner = row.get("partner_id")
            if partner:
                found.setdefault(partner, partner)
    return found


def _active_in(claim: Row, month: int) -> bool:
    started: date | None = claim.get("started_on")
    ended: date | None = claim.get("ended_on")
    return (started is None or started <= last_day(month)) and (ended is None or ended >= first_day(month))


class Claims:
    """The `associations` table, at the level of the global account."""

    def __init__(self, facts: Facts, accounts: dict[str, str]) -> None:
        self._by_tenant: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._by_scope: dict[str, list[tuple[str, str, Row]]] = defaultdict(list)
        for claim in facts.get("associations", []):
            account = accounts[claim["partner_id"]]
            tenant = tenant_key(claim["tenant_id"])
            self._by_tenant[account, tenant].append(claim)
            if claim.get("scope"):
                self._by_scope[squeeze(claim["scope"])].append((account, tenant, claim))

    def held(self, account: str, tenant: str, month: int, scope: str | None) -> frozenset[str]:
        """The associations an account holds for a tenant (and subscription or workload) in a month."""
        codes: set[str] = set()
        for claim in self._by_tenant.get((account, tenant), []):
            claimed = claim.get("scope")
            fits = not claimed or (scope is not None and name_key(claimed) == name_key(scope))
            if fits and _active_in(claim, month):
                codes.add(claim["association"])
        return frozenset(codes)

    def owners(self, subscription: str | None, month: int) -> set[tuple[str, str]]:
        """The (account, tenant) pairs that an unassigned cost row of a subscription belongs to in a month."""
        if not subscription:
            return set()
        claims = self._by_scope.get(squeeze(subscription), [])
        return {(account, tenant) for account, tenant, claim in claims if _active_in(claim, month)}


def _own_associations(row: Row, joins: bool) -> frozenset[str] | None:
    """The cell of a row; None where the associations table speaks instead."""
    cell: frozenset[str] | None = row.get("associations")
    if cell is None or (joins and not cell):
        return None
    return cell


def _azure(facts: Facts, basis: str, accounts: dict[str, str], claims: Claims, into: dict[str, Account]) -> None:
    # One location first: its rows of one key are summed. Then the larger of the locations, associations united.
    amounts: dict[tuple[Any, ...], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    united: dict[tuple[Any, ...], frozenset[str]] = defaultdict(frozenset)
    for row in facts.get("azure_usage", []):
        if basis_of(row) != basis:
            continue
        month = month_of(row["month"])
        subscription: str | None = row.get("subscription_id")
        partner: str | None = row.get("partner_id") or None
        tenant = tenant_key(row.get("tenant_id"))
        if partner and tenant:
            owners = {(accounts[partner], tenant)}
        else:
            owners = {
                (account, owned)
                for account, owned in claims.owners(subscription, month)
                if (not partner or account == accounts[partner]) and (not tenant or owned == tenant)
            }
        for account, owned in owners:
            key = (account, month, owned, squeeze(subscription or ""), name_key(row["service"]), name_key(row.get("offer")))
            cell = _own_associations(row, joins=basis != "acr")
            codes = claims.held(account, owned, month, subscription) if cell is None else cell
            united[key] |= codes
            amounts[key][partner or ""] += row.get("acr_usd") or Decimal(0)
    for key, by_location in amounts.items():
        account, month, tenant, _, service, offer = key
        larger = max(money(amount) for amount in by_location.values())
        into[account].azure.append(AzureRow(month, tenant, service, offer, united[key], Fraction(larger)))


def _seats(facts: Facts, accounts: dict[str, str], claims: Claims, into: dict[str, Account]) -> None:
    found: dict[tuple[str, int, str, str], SeatRow] = {}
    for row in facts.get("workload_usage", []):
        account = accounts[row["partner_id"]]
        month, tenant, workload = month_of(row["month"]), tenant_key(row["tenant_id"]), name_key(row["workload"])
        cell = _own_associations(row, joins=False)
        codes = claims.held(account, tenant, month, row["workload"]) if cell is None else cell
        paid, active, capacity = (row.get(name) or 0 for name in ("paid_licenses", "active_users", "capacity"))
        key = (account, month, tenant, workload)
        if key not in found:
            found[key] = SeatRow(month, tenant, workload, EMPTY, paid, active, capacity)
            into[account].seats.append(found[key])
        held = found[key]
        held.associations |= codes
        held.paid, held.active, held.capacity = max(held.paid, paid), max(held.active, active), max(held.capacity, capacity)


def _revenue(facts: Facts, accounts: dict[str, str], claims: Claims, into: dict[str, Account]) -> None:
    found: dict[tuple[str, int, str, str], RevenueRow] = {}
    for row in facts.get("workload_revenue", []):
        account = accounts[row["partner_id"]]
        month, tenant, workload = month_of(row["month"]), tenant_key(row["tenant_id"]), name_key(row["workload"])
        cell = _own_associations(row, joins=False)
        codes = claims.held(account, tenant, month, row["workload"]) if cell is None else cell
        key = (account, month, tenant, workload)
        if key not in found:
            found[key] = RevenueRow(month, tenant, workload, EMPTY, Fraction(0))
            into[account].revenue.append(found[key])
        found[key].associations |= codes
        found[key].amount += Fraction(money(row.get("revenue_usd")))


def roll_up(facts: Facts, basis: str) -> dict[str, Account]:
    """Give every global account in the partners or in the facts, with all that it holds."""
    accounts = global_accounts(facts)
    found = {account: Account() for account in sorted(set(accounts.values()))}
    claims = Claims(facts, accounts)
    _azure(facts, basis, accounts, claims, found)
    _seats(facts, accounts, claims, found)
    _revenue(facts, accounts, claims, found)
    for row in facts.get("certifications", []):
        found[accounts[row["partner_id"]]].certificates.append(row)
    for row in facts.get("enrollments", []):
        found[accounts[row["partner_id"]]].enrollments.append(row)
    return found


def segments(facts: Facts) -> dict[str, str]:
    """The segment of each tenant that has one."""
    return {tenant_key(row["tenant_id"]): row["segment"] for row in facts.get("customers", []) if row.get("segment")}

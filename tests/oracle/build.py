"""Small facts by hand, for the tests of the scorer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.months import month_name, month_of
from tests.oracle.rollup import Facts, Row
from tests.oracle.scorer import score

AS_OF = date(2026, 11, 24)
M = month_of("2026-10")
P = M - 12
PARTNER = "1001"


def codes(text: str) -> frozenset[str]:
    return frozenset(code for code in text.split("+") if code)


def tenant(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def azure(
    month: int, number: int, amount: str, service: str = "Key Vault", associations: str | None = "pal", partner: str = PARTNER, **more: Any
) -> Row:
    return {
        "month": month_name(month),
        "partner_id": partner,
        "tenant_id": tenant(number),
        "subscription_id": f"sub-{number}",
        "service": service,
        "offer": "",
        "associations": None if associations is None else codes(associations),
        "acr_usd": Decimal(amount),
        "basis": "acr",
        **more,
    }


def seats(
    month: int,
    number: int,
    paid: int | None,
    active: int | None = 0,
    workload: str = "Intune",
    associations: str | None = "cpor",
    partner: str = PARTNER,
    **more: Any,
) -> Row:
    return {
        "month": month_name(month),
        "partner_id": partner,
        "tenant_id": tenant(number),
        "workload": workload,
        "associations": None if associations is None else codes(associations),
        "paid_licenses": paid,
        "assigned_licenses": paid,
        "active_users": active,
        "capacity": None,
        **more,
    }


def revenue(
    month: int, number: int, amount: str, workload: str = "Sales", associations: str | None = "dpor", partner: str = PARTNER
) -> Row:
    return {
        "month": month_name(month),
        "partner_id": partner,
        "tenant_id": tenant(number),
        "workload": workload,
        "associations": None if associations is None else codes(associations),
        "revenue_usd": Decimal(amount),
    }


def certificate(person: str, code: str, earned: date = date(2020, 1, 1), expires: date | None = None, **more: Any) -> Row:
    return {
        "partner_id": PARTNER,
        "person_id": person,
        "certification": code,
        "earned_on": earned,
        "expires_on": expires,
        "status": "",
        **more,
    }


def people(**held: str) -> Facts:
    """Facts of certificates alone: code(s) -> letters of the people who hold them (`AZ_500="AB"`)."""
    return {"certifications": [certificate(person, code.replace("_", "-")) for code, letters in held.items() for person in letters]}


def covering(table: str, months: range) -> list[Row]:
    """Rows that cover months and score for nobody."""
    if table == "azure_usage":
        return [azure(month, 999, "0", associations="", partner="nobody") for month in months]
    if table == "workload_usage":
        return [seats(month, 999, 0, associations="", partner="nobody") for month in months]
    return [revenue(month, 999, "0", associations="", partner="nobody") for month in months]


def covered(**tables: list[Row]) -> Facts:
    """Facts of the tables given, each covered for 25 months, with the one partner."""
    facts: Facts = {"partners": [{"partner_id": PARTNER, "account": "global"}]}
    for table, rows in tables.items():
        usage = table in ("azure_usage", "workload_usage", "workload_revenue")
        facts[table] = rows + (covering(table, range(M - 24, M + 1)) if usage else [])
    return facts


def find(
    facts: Facts, designation: str, metric: str, track: str = "single", as_of: date = AS_OF, partner: str = PARTNER, **more: Any
) -> dict[str, Any]:
    """Score and give the one row asked for."""
    (row,) = [
        row
        for row in score(facts, as_of, designation=designation, **more)
        if (row["partner_id"], row["track"], row["metric"]) == (partner, track, metric)
    ]
    return row


def points(facts: Facts, designation: str, metric: str, track: str = "single", **more: Any) -> Fraction:
    return find(facts, designation, metric, track, **more)["points"]


def value(facts: Facts, designation: str, metric: str, track: str = "single", **more: Any) -> Fraction | None:
    return find(facts, designation, metric, track, **more)["value"]

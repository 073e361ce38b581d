"""Azure usage by hand: twelve months per tenant, and the three Azure designations (section 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from fractions import Fraction

from tests.oracle import figures
from tests.oracle.months import twelve_to
from tests.oracle.names import name_keys
from tests.oracle.outcome import Outcome, View, data_months, earned
from tests.oracle.rollup import AzureRow

_EXCLUDED_OFFERS = name_keys(figures.EXCLUDED_OFFERS)
_NOT_DEPLOYED = name_keys(figures.AZURE_NOT_DEPLOYED)


def counted_rows(rows: list[AzureRow], associations: AbstractSet[str], services: AbstractSet[str] | None = None) -> list[AzureRow]:
    """Keep the rows with an eligible association and offer, of the services listed (None = of all)."""
    kept: list[AzureRow] = []
    for row in rows:
        if not row.associations & associations:
            continue
        if row.offer in _EXCLUDED_OFFERS:
            continue
        if services is not None and row.service not in services:
            continue
        kept.append(row)
    return kept


def by_tenant(rows: list[AzureRow], months: list[int]) -> dict[str, Fraction]:
    total: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        if row.month in months:
            total[row.tenant] += row.amount
    return total


def _adds(rows: list[AzureRow], view: View, track: str, maximum: int) -> Outcome:
    threshold = figures.AZURE_ADDS_FROM[track]

    def count(month: int) -> int:
        first, second = by_tenant(rows, [month - 1]), by_tenant(rows, [month])
        tenants = set(first) | set(second)
        return sum(1 for tenant in tenants if first.get(tenant, 0) >= threshold or second.get(tenant, 0) >= threshold)

    value = count(view.month) - count(view.ago)
    full = figures.AZURE_ADDS_FULL
    window = [view.ago - 1, view.ago, view.month - 1, view.month]
    return Outcome(Fraction(value), Fraction(full), earned(value, full, maximum), data_months(view), view.lacks(window))


def _growth(rows: list[AzureRow], view: View, maximum: int) -> Outcome:
    now = sum(by_tenant(rows, twelve_to(view.month)).values(), Fraction(0))
    ago = sum(by_tenant(rows, twelve_to(view.ago)).values(), Fraction(0))
    value = percent_growth(now, ago)
    full = figures.AZURE_GROWTH_FULL
    points = Fraction(0)
    if value is not None and now >= figures.AZURE_GROWTH_FLOOR:
        points = earned(value, full, maximum)
    window = twelve_to(view.ago) + twelve_to(view.month)
    return Outcome(value, Fraction(full), points, data_months(view), view.lacks(window))


def percent_growth(now: Fraction, ago: Fraction) -> Fraction | None:
    """I-6: no percentage of nothing, nor of less."""
    return (now - ago) * 100 / ago if ago > 0 else None


def _deployments(rows: list[AzureRow], view: View, maximum: int) -> Outcome:
    totals: dict[str, Fraction] = defaultdict(Fraction)
    window = twelve_to(view.month)
    for row in rows:
        if row.month in window and row.service not in _NOT_DEPLOYED:
            totals[row.service] += row.amount
    value = sum(1 for total in totals.values() if total > 0)
    full = figures.AZURE_DEPLOYMENTS_FULL
    return Outcome(Fraction(value), Fraction(full), earned(value, full, maximum), data_months(view), view.lacks(window))


def score_azure(designation: str, track: str, rows: list[AzureRow], view: View | None) -> dict[str, Outcome]:
    """Score the customer metrics of an Azure designation; none where the table is missing."""
    if view is None:
        return {}
    kept = counted_rows(rows, figures.AZURE_ASSOCIATIONS)
    maxima = figures.MAXIMA[designation]
    return {
        "net_customer_adds": _adds(kept, view, track, maxima["net_customer_adds"]),
        "usage_growth": _growth(kept, view, maxima["usage_growth"]),
        "deployments": _deployments(kept, view, maxima["deployments"]),
    }


def assigned_azure(edition: str, rows: list[AzureRow], view: View | None, segments: dict[str, str]) -> str:
    """Assign the track of section 3.1 by the facts of a day (I-12)."""
    if view is None:
        return "enterprise"
    kept = counted_rows(rows, figures.AZURE_ASSOCIATIONS)
    base = [tenant for tenant, amount in by_tenant(kept, [view.month]).items() if amount > 0]
    if not base:
        return "enterprise"
    if edition == "2025":
        small = sum(1 for tenant in base if segments.get(tenant) == "smb")
        consumed = sum(by_tenant(kept, twelve_to(view.month)).values(), Fraction(0))
        is_smb = consumed < figures.AZURE_SMB_ACR_BELOW_2025 and small * 100 > figures.AZURE_SMB_SHARE * len(base)
    else:
        small = sum(1 for tenant in base if segments.get(tenant) in ("smb", "smc_corporate"))
        is_smb = small * 100 >= figures.AZURE_SMB_SHARE * len(base)
    return "smb" if is_smb else "enterprise"

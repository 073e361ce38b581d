"""Section 5: Business Applications, with the monthly consumption value (MCV)."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import figures
from tests.oracle.azure import percent_growth
from tests.oracle.names import name_key, name_keys
from tests.oracle.outcome import Outcome, View, data_months, earned
from tests.oracle.rollup import RevenueRow, SeatRow

_POWER = name_keys(figures.BUSINESS_POWER)
_BY_CAPACITY = name_keys(figures.BUSINESS_BY_CAPACITY)
Pairs = dict[tuple[str, str], Fraction]


def revenue_of(edition: str, rows: list[RevenueRow], month: int) -> Pairs:
    """Eligible revenue of a month per (tenant, workload)."""
    workloads = name_keys(figures.business_revenue_workloads(edition))
    found: Pairs = {}
    for row in rows:
        if row.month == month and row.workload in workloads and row.associations & figures.BUSINESS_REVENUE_ASSOCIATIONS:
            pair = (row.tenant, row.workload)
            found[pair] = found.get(pair, Fraction(0)) + row.amount
    return found


def consumption_of(edition: str, rows: list[SeatRow], month: int) -> Pairs:
    """Eligible MCV of a month per (tenant, workload)."""
    rates = {name_key(name): rate for name, rate in figures.business_rates(edition).items()}
    found: Pairs = {}
    for row in rows:
        if row.month != month or row.workload not in rates:
            continue
        power = row.workload in _POWER
        eligible = figures.BUSINESS_POWER_ASSOCIATIONS if power else figures.BUSINESS_DYNAMICS_ASSOCIATIONS
        if not row.associations & eligible:
            continue
        amount = row.capacity if row.workload in _BY_CAPACITY else row.active
        pair = (row.tenant, row.workload)
        found[pair] = found.get(pair, Fraction(0)) + amount * rates[row.workload]
    return found


def _reaching(pairs: Pairs, threshold: int) -> int:
    return sum(1 for amount in pairs.values() if amount >= threshold)


def score_business(
    edition: str, track: str, revenue: list[RevenueRow], seats: list[SeatRow], money: View | None, usage: View | None
) -> dict[str, Outcome]:
    """Score the customer metrics of Business Applications, each where its table is there."""
    maxima = figures.MAXIMA["business-applications"]
    found: dict[str, Outcome] = {}
    if money is not None:
        threshold = figures.BUSINESS_ADDS_FROM[track]
        now, ago = revenue_of(edition, revenue, money.month), revenue_of(edition, revenue, money.ago)
        value, full = _reaching(now, threshold) - _reaching(ago, threshold), figures.BUSINESS_ADDS_FULL
        points = earned(value, full, maxima["net_customer_adds"])
        missing = money.lacks([money.ago, money.month])
        found["net_customer_adds"] = Outcome(Fraction(value), Fraction(full), points, data_months(money), missing)
    if usage is not None:
        now, ago = consumption_of(edition, seats, usage.month), consumption_of(edition, seats, usage.ago)
        missing = usage.lacks([usage.ago, usage.month])
        before = sum(ago.values(), Fraction(0))
        growth = percent_growth(sum(now.values(), Fraction(0)), before)
        points = Fraction(0)
        if growth is not None and before >= figures.BUSINESS_GROWTH_FLOOR[track]:
            points = earned(growth, figures.BUSINESS_GROWTH_FULL, maxima["usage_growth"])
        found["usage_growth"] = Outcome(growth, Fraction(figures.BUSINESS_GROWTH_FULL), points, data_months(usage), missing)
        threshold = figures.BUSINESS_DEPLOYMENTS_FROM[track]
        value, full = _reaching(now, threshold) - _reaching(ago, threshold), figures.BUSINESS_DEPLOYMENTS_FULL
        points = earned(value, full, maxima["deployments"])
        found["deployments"] = Outcome(Fraction(value), Fraction(full), points, data_months(usage), set(missing))
    return found


def assigned_business(edition: str, revenue: list[RevenueRow], money: View | None) -> str:
    """Assign the track by I-9."""
    if money is None:
        return "smb"
    now, ago = revenue_of(edition, revenue, money.month), revenue_of(edition, revenue, money.ago)
    above = figures.BUSINESS_ENTERPRISE_ABOVE
    workloads = {workload for (tenant, workload), amount in now.items() if amount > above and ago.get((tenant, workload), 0) > above}
    return "enterprise" if len(workloads) >= figures.BUSINESS_ENTERPRISE_WORKLOADS else "smb"

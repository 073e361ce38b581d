"""Section 2: Security, its Azure and its Microsoft 365 half."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import figures
from tests.oracle.azure import by_tenant, counted_rows
from tests.oracle.figures import Half
from tests.oracle.months import twelve_to
from tests.oracle.names import name_keys
from tests.oracle.outcome import Outcome, View, data_months, earned
from tests.oracle.rollup import AzureRow, SeatRow
from tests.oracle.seats import Month, active, seats_by_month, share_at_least, tenants_now, tenants_then


def _azure_now(half: Half, now: dict[str, Fraction], ago: dict[str, Fraction]) -> set[str]:
    found: set[str] = set()
    for tenant, amount in now.items():
        promoted = half.promoted and half.band.exceeded_by(amount) and half.band.contains(ago.get(tenant, Fraction(0)))
        if half.band.contains(amount) or promoted:
            found.add(tenant)
    return found


def _azure_then(half: Half, ago: dict[str, Fraction]) -> set[str]:
    return {tenant for tenant, amount in ago.items() if half.band.contains(amount)}


def _azure_count(half: Half, now: dict[str, Fraction], ago: dict[str, Fraction]) -> int:
    return len(_azure_now(half, now, ago)) - len(_azure_then(half, ago))


def _azure_growth(half: Half, now: dict[str, Fraction], ago: dict[str, Fraction]) -> Fraction:
    after = sum((now[tenant] for tenant in _azure_now(half, now, ago)), Fraction(0))
    before = sum((ago[tenant] for tenant in _azure_then(half, ago)), Fraction(0))
    return after - before


def _seat_sides(half: Half, months: dict[int, Month], view: View) -> tuple[set[str], set[str]]:
    now = tenants_now(months, view.month, view.ago, half.band, half.promoted)
    then = tenants_then(months, view.ago, half.band)
    if half.share:
        now = {tenant for tenant in now if share_at_least(months[view.month][tenant], half.share)}
        then = {tenant for tenant in then if share_at_least(months[view.ago][tenant], half.share)}
    return now, then


def _seat_count(half: Half, months: dict[int, Month], view: View) -> int:
    now, then = _seat_sides(half, months, view)
    return len(now) - len(then)


def _seat_growth(half: Half, months: dict[int, Month], view: View) -> int:
    now, then = _seat_sides(half, months, view)
    after = sum(active(months[view.month][tenant]) for tenant in now)
    before = sum(active(months[view.ago][tenant]) for tenant in then)
    return after - before


def score_security(
    edition: str, track: str, usage: list[AzureRow], seats: list[SeatRow], azure: View | None, workloads: View | None
) -> dict[str, Outcome]:
    """Score the customer metrics of Security; none where either table is missing."""
    if azure is None or workloads is None:
        return {}
    services = figures.SECURITY_SERVICES_2023 if edition in figures.SECURITY_OLD else figures.SECURITY_SERVICES_2025
    kept = counted_rows(usage, figures.security_azure_associations(edition), name_keys(services))
    now, ago = by_tenant(kept, twelve_to(azure.month)), by_tenant(kept, twelve_to(azure.ago))
    eligible = name_keys(figures.SECURITY_WORKLOADS)
    months = seats_by_month(seats, figures.security_seat_associations(edition), eligible)
    rule = figures.SECURITY[edition, track]
    maxima = figures.MAXIMA["security"]
    known = data_months(azure, workloads)
    missing = azure.lacks(twelve_to(azure.ago) + twelve_to(azure.month)) | workloads.lacks([workloads.ago, workloads.month])
    found: dict[str, Outcome] = {}
    for metric, cloud, office in (
        ("net_customer_adds", rule.adds_azure, rule.adds_seats),
        ("deployments", rule.deployments_azure, rule.deployments_seats),
    ):
        one, two = _azure_count(cloud, now, ago), _seat_count(office, months, workloads)
        points = earned(one, cloud.full, cloud.cap) + earned(two, office.full, office.cap)
        # Halves with a cap of their own need their full marks each.
        full = cloud.full if cloud.cap == maxima[metric] else cloud.full + office.full
        found[metric] = Outcome(Fraction(one + two), Fraction(full), min(points, Fraction(maxima[metric])), known, missing)
    growth = earned(_azure_growth(rule.growth_azure, now, ago), rule.growth_azure.full, rule.growth_azure.cap)
    growth += earned(_seat_growth(rule.growth_seats, months, workloads), rule.growth_seats.full, rule.growth_seats.cap)
    found["usage_growth"] = Outcome(None, None, min(growth, Fraction(maxima["usage_growth"])), known, missing)
    return found

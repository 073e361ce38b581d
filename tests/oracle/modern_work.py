"""Section 4: Modern Work, with its association options (I-7, I-8)."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import figures
from tests.oracle.figures import ModernWorkTrack, Option
from tests.oracle.names import name_keys
from tests.oracle.outcome import Outcome, View, data_months, earned
from tests.oracle.rollup import SeatRow
from tests.oracle.seats import Month, inside, promoted, seats_by_month, share_above, share_at_least, tenants_now, tenants_then


def _qualifies(months: dict[int, Month], tenant: str, month: int, view: View, rule: ModernWorkTrack, promotes: bool) -> bool:
    """Whether the tenant is in the band in a month, judged on the rows of the option; promoted in M alone."""
    rows = months.get(month, {}).get(tenant, [])
    if inside(rows, rule.band):
        return True
    return promotes and month == view.month and promoted(rows, months.get(view.ago, {}).get(tenant, []), rule.band)


def _growth(months: dict[int, Month], view: View, rule: ModernWorkTrack, promotes: bool) -> int:
    """I-7, one (tenant, workload) after the other."""
    pairs = {(row.tenant, row.workload) for month in months.values() for rows in month.values() for row in rows}
    total = 0
    for tenant, workload in pairs:
        qualified: dict[int, int] = {}
        for month in range(view.ago, view.month + 1):
            for row in months.get(month, {}).get(tenant, []):
                if row.workload == workload and _qualifies(months, tenant, month, view, rule, promotes):
                    qualified[month] = row.active
        if view.ago not in qualified and view.month not in qualified:
            continue
        baseline = qualified[min(qualified)]
        total += qualified.get(view.month, 0) - baseline
    return total


def _left_out(months: dict[int, Month], tenant: str, view: View) -> bool:
    """I-8: associated within the last twelve months, and already above the share when associated."""
    if months.get(view.ago, {}).get(tenant):
        return False
    for month in range(view.ago + 1, view.month + 1):
        rows = months.get(month, {}).get(tenant, [])
        if rows:
            return share_above(rows, figures.MODERN_WORK_SHARE)
    return False


def _deployments(months: dict[int, Month], view: View, rule: ModernWorkTrack, promotes: bool) -> int:
    now = {
        tenant
        for tenant in tenants_now(months, view.month, view.ago, rule.band, promotes)
        if share_at_least(months[view.month][tenant], figures.MODERN_WORK_SHARE) and not _left_out(months, tenant, view)
    }
    then = {
        tenant
        for tenant in tenants_then(months, view.ago, rule.band)
        if share_at_least(months[view.ago][tenant], figures.MODERN_WORK_SHARE)
    }
    return len(now) - len(then)


def best_option(tried: list[tuple[int, int]], maximum: int) -> tuple[Fraction, Fraction, Fraction]:
    """Choose among (value, full marks) the one with more points, the first of equals: value, full marks, points."""
    best = (Fraction(0), Fraction(1), Fraction(-1))
    for value, full in tried:
        points = earned(value, full, maximum)
        if points > best[2]:
            best = (Fraction(value), Fraction(full), points)
    return best


def score_modern_work(edition: str, track: str, seats: list[SeatRow], view: View | None) -> dict[str, Outcome]:
    """Score the customer metrics of Modern Work; none where the table is missing."""
    if view is None:
        return {}
    rule = figures.MODERN_WORK[track]
    maxima = figures.MAXIMA["modern-work"]
    promotes = track == "smb" and edition == "2026-08"
    known = data_months(view)

    adds = seats_by_month(seats, rule.adds_associations, name_keys(figures.modern_work_workloads(edition, "net_customer_adds")))
    value = len(tenants_now(adds, view.month, view.ago, rule.band, promotes)) - len(tenants_then(adds, view.ago, rule.band))
    points = earned(value, rule.adds_full, maxima["net_customer_adds"])
    found = {"net_customer_adds": Outcome(Fraction(value), Fraction(rule.adds_full), points, known, view.lacks([view.ago, view.month]))}

    def per_option(option: Option, metric: str) -> tuple[int, int]:
        workloads = name_keys(figures.modern_work_workloads(edition, metric))
        months = seats_by_month(seats, option.associations, workloads)
        if metric == "usage_growth":
            return _growth(months, view, rule, promotes), option.growth_full
        return _deployments(months, view, rule, promotes), option.deployments_full

    for metric in ("usage_growth", "deployments"):
        best, full, points = best_option([per_option(option, metric) for option in rule.options], maxima[metric])
        missing = view.lacks(range(view.ago, view.month + 1))
        found[metric] = Outcome(best, full, points, known, missing)
    return found

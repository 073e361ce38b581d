"""Seats by hand: which tenants are in a band of paid licenses in a month, promoted or not, and with what active share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from fractions import Fraction

from tests.oracle.figures import Band
from tests.oracle.rollup import SeatRow

Month = dict[str, list[SeatRow]]


def seats_by_month(rows: list[SeatRow], associations: AbstractSet[str], workloads: AbstractSet[str]) -> dict[int, Month]:
    """Keep the eligible rows: month, then tenant, then its rows."""
    kept: dict[int, Month] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.workload in workloads and row.associations & associations:
            kept[row.month][row.tenant].append(row)
    return kept


def inside(rows: list[SeatRow], band: Band) -> bool:
    return any(band.contains(row.paid) for row in rows)


def promoted(now: list[SeatRow], ago: list[SeatRow], band: Band) -> bool:
    """I-4: above the band now, in no workload inside it, but inside it a year ago."""
    return any(band.exceeded_by(row.paid) for row in now) and not inside(now, band) and inside(ago, band)


def tenants_now(months: dict[int, Month], month: int, ago: int, band: Band, with_promoted: bool) -> set[str]:
    """The tenants that count in M: in the band, or promoted where the rule promotes."""
    now, before = months.get(month, {}), months.get(ago, {})
    found: set[str] = set()
    for tenant, rows in now.items():
        if inside(rows, band) or (with_promoted and promoted(rows, before.get(tenant, []), band)):
            found.add(tenant)
    return found


def tenants_then(months: dict[int, Month], month: int, band: Band) -> set[str]:
    """The tenants in the band in a month, nobody promoted."""
    return {tenant for tenant, rows in months.get(month, {}).items() if inside(rows, band)}


def active(rows: list[SeatRow]) -> int:
    return sum(row.active for row in rows)


def paid(rows: list[SeatRow]) -> int:
    return sum(row.paid for row in rows)


def share_at_least(rows: list[SeatRow], percent: int) -> bool:
    """I-5, without a division: nothing paid is no share."""
    return paid(rows) > 0 and Fraction(active(rows) * 100) >= percent * paid(rows)


def share_above(rows: list[SeatRow], percent: int) -> bool:
    return active(rows) * 100 > percent * paid(rows)

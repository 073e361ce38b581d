"""Which months a score looks at: the data month of each table, its baseline a year earlier, and what the facts do not cover."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.lifecycle.windows import month_end

if TYPE_CHECKING:
    from attain.facts.facts import Facts
    from attain.rulebook.model import Window

YEAR = 12


def month_number(day: dt.date) -> int:
    """Give the month of `day` as one integer: year * 12 + month - 1."""
    return day.year * YEAR + day.month - 1


def month_text(month: int) -> str:
    """Write a month number as `2026-10`."""
    return f"{month // YEAR:04d}-{month % YEAR + 1:02d}"


def first_day(month: int) -> dt.date:
    """Give the first day of a month number."""
    return dt.date(month // YEAR, month % YEAR + 1, 1)


def latest_refreshed_month(as_of: dt.date, refresh_day: int) -> int:
    """Give the latest month that counts on `as_of`: a month counts from `refresh_day` of the next one, or the last day of a shorter one."""
    return month_number(as_of) - (1 if as_of.day >= min(refresh_day, month_end(as_of).day) else 2)


@dataclass(frozen=True)
class TableWindow:
    """The data month M of a usage table, its baseline P a year earlier, and the months the table covers."""

    data_month: int
    covered: frozenset[int]

    @property
    def baseline_month(self) -> int:
        """Give P, the same month a year before M."""
        return self.data_month - YEAR

    def needed(self, window: Window, *, compares: bool) -> range | tuple[int, ...]:
        """List the months that a window reads; with `compares` also those of the year-ago side."""
        now, then = self.data_month, self.baseline_month
        if window == "ttm":
            return range((then if compares else now) - YEAR + 1, now + 1)
        if window == "either_of_two_months":
            return (then - 1, then, now - 1, now) if compares else (now - 1, now)
        if window == "from_association":
            return range(then, now + 1)
        return (then, now) if compares else (now,)

    def missing(self, months: range | tuple[int, ...]) -> frozenset[int]:
        """List the months among `months` for which the facts hold nothing (I-11)."""
        return frozenset(months) - self.covered


def table_window(facts: Facts, table: str, as_of: dt.date, refresh_day: int, basis: str) -> TableWindow:
    """Find the data month of `table`: the latest month the facts as a whole cover, not later than the refresh allows.

    Where no month qualifies, the latest refreshed month stands in, and every month counts as missing.
    """
    by_basis = facts.months.get(table, {})
    months = by_basis.get(basis if table == "azure_usage" else "", ())
    latest = latest_refreshed_month(as_of, refresh_day)
    covered = frozenset(month for month in months if month <= latest)
    return TableWindow(max(covered, default=latest), covered)

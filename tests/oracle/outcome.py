"""What one metric of one partner came to, and the state of the tables it was computed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.oracle.months import data_month, latest_allowed
from tests.oracle.rollup import Facts, covered_months


@dataclass(frozen=True)
class View:
    """One table on one day: M (`month`; the latest allowed month where the table has none), and what it covers."""

    month: int
    known: bool
    covered: frozenset[int]

    @property
    def ago(self) -> int:
        """P."""
        return self.month - 12

    def lacks(self, window: Iterable[int]) -> set[int]:
        return {month for month in window if month not in self.covered}


def view_of(facts: Facts, table: str, basis: str, day: date, refresh_day: int) -> View | None:
    """See a table as of a day; None where the table itself is missing."""
    if table not in facts:
        return None
    covered = covered_months(facts, table, basis)
    month = data_month(covered, day, refresh_day)
    return View(latest_allowed(day, refresh_day) if month is None else month, month is not None, frozenset(covered))


@dataclass
class Outcome:
    """Points are exact; `months` are the data months of the pools, `missing` the uncovered months of the windows."""

    value: Fraction | None
    full_marks: Fraction | None
    points: Fraction
    months: list[int] = field(default_factory=list[int])
    missing: set[int] = field(default_factory=set[int])


def earned(value: Fraction | int, full: Fraction | int, cap: Fraction | int) -> Fraction:
    """I-2, I-3: in proportion, never below 0, never above the cap."""
    return min(max(Fraction(value) * cap / full, Fraction(0)), Fraction(cap))


def data_months(*views: View) -> list[int]:
    return [view.month for view in views if view.known]

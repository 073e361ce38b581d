"""How a monthly number goes on: held at its last month, or by its trend; fractions throughout, rounded once at the end."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from attain.scoring.windows import YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

Usage = Literal["held", "trend", "set"]
ZERO = Fraction(0)
SEASONS = 2 * YEAR
"""From so many months on, a trend repeats the seasons of the last year."""
LEAST_FOR_TREND = 3


def course(values: Mapping[int, int], first: int, last: int, until: int, *, trend: bool) -> list[int]:
    """Continue a number from the month after `last` to `until`, in whole units and never below 0 where it follows a trend.

    `values` are by month number, a month without one is 0; `first` is the first month of all that has one. Held, each month is as `last`.
    By trend: with two years of months, each month is that of a year before and as much more as the last twelve months have over the twelve
    before them; with less, the straight line through the last twelve (least squares); with fewer than three months, held.
    """
    known = last - first + 1
    if not trend or known < LEAST_FOR_TREND:
        return [values.get(last, 0)] * (until - last)
    made = _with_seasons(values, last, until) if known >= SEASONS else _on_a_line(values, max(first, last - YEAR + 1), last, until)
    return [max(0, round(value)) for value in made]


def _with_seasons(values: Mapping[int, int], last: int, until: int) -> list[Fraction]:
    year = sum(values.get(month, 0) for month in range(last - YEAR + 1, last + 1))
    before = sum(values.get(month, 0) for month in range(last - SEASONS + 1, last - YEAR + 1))
    more = Fraction(year - before, YEAR)
    known = {month: Fraction(values.get(month, 0)) for month in range(last - YEAR + 1, last + 1)}
    for month in range(last + 1, until + 1):
        known[month] = known[month - YEAR] + more
    return [known[month] for month in range(last + 1, until + 1)]


def _on_a_line(values: Mapping[int, int], first: int, last: int, until: int) -> list[Fraction]:
    months = range(first, last + 1)
    count = len(months)
    middle = Fraction(first + last, 2)
    mean = Fraction(sum(values.get(month, 0) for month in months), count)
    spread = sum(((month - middle) ** 2 for month in months), ZERO)
    slope = sum(((month - middle) * values.get(month, 0) for month in months), ZERO) / spread
    return [mean + slope * (month - middle) for month in range(last + 1, until + 1)]

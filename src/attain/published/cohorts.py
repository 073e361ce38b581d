"""Resellers over time: by the month in which their data or their first qualification began, and the statuses of every month.

Only of resellers whose totals are shared. Months are whole: each counts with the status that it ended with, the last with that of the day.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.db.models import Count

from attain.published.kept import COUNTS
from attain.published.models import PortfolioRow
from attain.published.portfolio_rows import LETTERS, MONTHS_KEPT
from attain.published.sight import Level, Sight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.people.models import Organization
    from attain.published.models import Publication

Begin = Literal["data", "qualified"]
BEGINNINGS: tuple[Begin, ...] = ("data", "qualified")
"""What a cohort has in common: the first month with a score, or the first in which it qualified or was enrolled."""
AFTER = (3, 6, 12, 24)
"""Months after its beginning in which a cohort is looked at again."""
_NOT_YET = next(letter for letter, status in LETTERS.items() if status == "in_progress")


@dataclass
class Cohort:
    """Resellers that began in the same month (None: those that did not begin yet), and how many qualified or were enrolled later.

    `after` counts by months since the beginning; a month that has not come yet is absent. `open` says that some may have begun earlier
    than what is kept.
    """

    month: str | None
    size: int = 0
    now: int = 0
    open: bool = False
    after: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True)
class Cohorts:
    """Cohorts, the oldest first, and the resellers of each month by status, the oldest first."""

    cohorts: tuple[Cohort, ...]
    months: dict[str, dict[str, int]]


def cohorts(publication: Publication, organization: Organization, designation: str, begin: Begin = "data") -> Cohorts:
    """Follow the resellers of an organization in a designation; one query, whatever their number, and none while what is kept holds."""

    def work_out() -> Cohorts:
        rows = PortfolioRow.objects.filter(publication=publication, designation=designation).exclude(month_statuses="")
        seen = Sight(organization).narrowed(rows, Level.TOTALS).order_by()
        return followed(seen.values_list("day", "month_statuses").annotate(Count("pk")), begin)

    return COUNTS.answer(publication, organization, ("cohorts", designation, begin), work_out)


def followed(words: Iterable[tuple[dt.date, str, int]], begin: Begin) -> Cohorts:
    """Follow histories, each given by its last day, a word of a letter a month, and how many resellers have it."""
    months: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(LETTERS.values(), 0))
    found: dict[str | None, Cohort] = {}
    for (last, length, count), some in _alike(words).items():
        first = last - length + 1
        for place, column in enumerate(zip(*some, strict=True)):
            by_status = months[_month(first + place)]
            for letter, times in Counter(column).items():
                by_status[LETTERS[letter]] += count * times
        for word in some:
            start = 0 if begin == "data" else length - len(word.lstrip(_NOT_YET))
            key = None if start == length else _month(first + start)
            cohort = found.setdefault(key, Cohort(key))
            cohort.size += count
            cohort.now += count * (word[-1] != _NOT_YET)
            cohort.open |= start == 0 and length == MONTHS_KEPT
            for later in AFTER:
                if start + later < length:
                    cohort.after[later] = cohort.after.get(later, 0) + count * (word[start + later] != _NOT_YET)
    dated = sorted((cohort for cohort in found.values() if cohort.month is not None), key=lambda cohort: cohort.month or "")
    return Cohorts((*dated, *([found[None]] if None in found else [])), dict(sorted(months.items())))


def _alike(words: Iterable[tuple[dt.date, str, int]]) -> dict[tuple[int, int, int], list[str]]:
    """Put together words that end in the same month, are as long and as frequent, so that their months are counted column by column."""
    found: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for day, word, count in words:
        found[day.year * 12 + day.month - 1, len(word), count].append(word)
    return found


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"

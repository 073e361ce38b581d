"""The spans of days that decide a status: qualification windows of both kinds, the renewal window, and the months they are made of."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attain.rulebook.programme import Programme, ProgrammeRules, QualificationWindow

MONTHS = 12
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def until(self, day: dt.date) -> Period:
        """Cut the period after `day`; nothing is left of one that begins later (its end then lies before its start)."""
        return Period(self.start, min(self.end, day))


def month_start(day: dt.date, months_before: int = 0) -> dt.date:
    """Give the first day of the month that lies `months_before` months before the month of `day`; negative looks ahead."""
    month = day.year * MONTHS + day.month - 1 - months_before
    return dt.date(month // MONTHS, month % MONTHS + 1, 1)


def month_end(day: dt.date, months_before: int = 0) -> dt.date:
    """Give the last day of the month that lies `months_before` months before the month of `day`; negative looks ahead."""
    first = month_start(day, months_before)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def years_later(day: dt.date, years: int) -> dt.date:
    """Give the same day some years later; February 29 becomes February 28 where that year has none."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def rules_on(programme: Programme, day: dt.date) -> ProgrammeRules:
    """Give the programme's figures on `day`, the first known ones on a day before the programme: a record may bear such a day."""
    return programme.on(max(day, programme.first_day))


def next_refresh(refresh_day: int, day: dt.date) -> dt.date:
    """Give the first day after `day` on which new months of performance and customer success count."""
    this_month = _refresh_of_month(day, refresh_day)
    return this_month if this_month > day else _refresh_of_month(month_start(day, -1), refresh_day)


def refresh_days(refresh_day: int, period: Period) -> list[dt.date]:
    """List the days of `period` on which new months of performance and customer success count."""
    found: list[dt.date] = []
    day = next_refresh(refresh_day, period.start - ONE_DAY)
    while day <= period.end:
        found.append(day)
        day = next_refresh(refresh_day, day)
    return found


def not_enrolled_window(programme: Programme, day: dt.date) -> Period:
    """Give the qualification window on `day` of a designation that is not enrolled: it ends with `day` itself."""
    return Period(_window_start(rules_on(programme, day).not_enrolled_window, day), day)


def enrolled_window(programme: Programme, anniversary: dt.date, day: dt.date) -> Period:
    """Give the qualification window of an enrolled designation with this anniversary, by the rules of `day`."""
    window = rules_on(programme, day).enrolled_window
    end = renewal_window(programme, anniversary).end if window.renewal_window else anniversary
    return Period(_window_start(window, anniversary), end)


def renewal_window(programme: Programme, anniversary: dt.date) -> Period:
    """Give the days in which an enrollment with this anniversary may be renewed; the anniversary is the first."""
    return Period(anniversary, anniversary + dt.timedelta(days=rules_on(programme, anniversary).renewal_window_days))


def counts_until(programme: Programme, qualified_on: dt.date, day: dt.date) -> dt.date:
    """Give the last day on which a qualified day still lies in the window of a designation that is not enrolled, judged from `day`.

    The window of a later day may follow later rules; the answer is the end of the unbroken run of days from `day` on.
    """
    window = rules_on(programme, day).not_enrolled_window
    if window.months_before is not None:
        last = month_end(qualified_on, -window.months_before)
    else:
        last = qualified_on + dt.timedelta(days=window.days_before or 0)
    for start in programme.era_starts(day, last + ONE_DAY):
        if qualified_on in not_enrolled_window(programme, start):
            return counts_until(programme, qualified_on, start)
        return min(last, start - ONE_DAY)
    return last


def track_days(programme: Programme, day: dt.date) -> tuple[dt.date, ...]:
    """List the days whose tracks decide the track that an enrollment on `day` keeps: each month's last day, and `day` for its own month.

    Empty where the programme kept no tracks on `day`.
    """
    rule = rules_on(programme, day).enrollment_track
    return () if rule is None else (*(month_end(day, back) for back in range(rule.months_before, 0, -1)), day)


def _window_start(window: QualificationWindow, anchor: dt.date) -> dt.date:
    if window.months_before is not None:
        return month_start(anchor, window.months_before)
    return anchor - dt.timedelta(days=window.days_before or 0)


def _refresh_of_month(day: dt.date, refresh_day: int) -> dt.date:
    return day.replace(day=min(refresh_day, calendar.monthrange(day.year, day.month)[1]))

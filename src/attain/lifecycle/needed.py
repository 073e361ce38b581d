"""Which days must be scored to know a status: those on which the score may change, within the windows that decide."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from attain.lifecycle.enrollments import membership
from attain.lifecycle.windows import ONE_DAY, Period, enrolled_window, month_start, not_enrolled_window, refresh_days, rules_on, years_later

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.lifecycle.enrollments import Enrollment, Membership
    from attain.rulebook.programme import Programme


def certificate_changes(programme: Programme, earned_on: dt.date, expires_on: dt.date | None, retired_on: dt.date | None) -> set[dt.date]:
    """List the days on which one certificate begins to count and ceases to (I-14)."""
    changes = {earned_on}
    if expires_on is not None:
        changes.add(expires_on + ONE_DAY)
    if retired_on is not None:
        changes.add(years_later(retired_on, rules_on(programme, retired_on).retired_certificate_years) + ONE_DAY)
    return changes


def days_needed(
    programme: Programme,
    designation: str,
    day: dt.date,
    enrollments: Iterable[Enrollment],
    changes: Iterable[dt.date],
    refresh_day: int | None = None,
) -> list[dt.date]:
    """List the days, in order, on which `designation` must be scored so that `status_on` for `day` is exact.

    `enrollments` are all rows of the partner. `changes` are the days from which the facts or rules may score otherwise: certificates
    (`certificate_changes`) and starts of editions. Refresh days (on `refresh_day`, else the programme's), changes of the programme and the
    days on which the recorded enrollment, and so the kept track, changes are added here. Between two listed days the score stays the same.
    """
    members = membership(programme, enrollments, day)
    period = _deciding_period(programme, members, designation, day)
    return _days(programme, period, {*changes, *members.record_changes(designation)}, refresh_day)


def history_days_needed(programme: Programme, day: dt.date, changes: Iterable[dt.date], refresh_day: int | None = None) -> list[dt.date]:
    """List the days, in order, on which a designation must be scored for its score history up to `day`; `changes` as for `days_needed`."""
    start = month_start(day, programme.on(day).history_months_before)
    return _days(programme, Period(start, day), set(changes), refresh_day)


def _days(programme: Programme, period: Period, changes: set[dt.date], refresh_day: int | None) -> list[dt.date]:
    first = max(period.start, programme.first_day)
    refreshes = refresh_days(refresh_day or programme.on(period.end).refresh_day, Period(first, period.end))
    changes |= {first, *programme.era_starts(first, period.end), *refreshes}
    return sorted(change for change in changes if first <= change <= period.end)


def _deciding_period(programme: Programme, members: Membership, designation: str, day: dt.date) -> Period:
    """Give the days whose scores decide: one window where the enrollment is recorded (or there is none), else all since the last record."""
    number = members.term_on(day)
    if number is None:
        return not_enrolled_window(programme, day)
    term = members.terms[number]
    if term.row_of(designation, day) is not None:
        window = enrolled_window(programme, term.anniversary, day).until(day)
        return window if window.start <= window.end else Period(day, day)
    while members.terms[number].renews and members.terms[number].row_of(designation, day) is None:
        number -= 1
    since = members.terms[number]
    starts = [not_enrolled_window(programme, on).start for on in (since.start, *programme.era_starts(since.start, day), day)]
    if since.row_of(designation, day) is not None:
        starts = [not_enrolled_window(programme, day).start]
    return Period(min(*starts, enrolled_window(programme, since.anniversary, day).start, day), day)

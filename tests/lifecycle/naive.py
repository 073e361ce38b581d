"""The lifecycle once more, as a machine that lives through every day: plain sets and loops, written from the rules alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

DAY = dt.timedelta(days=1)
LONG_WINDOWS_FROM = dt.date(2023, 9, 19)


@dataclass
class Row:
    designation: str
    enrolled_on: dt.date
    paid_on: dt.date | None = None


def months_back(day: dt.date, months: int) -> dt.date:
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    return dt.date(year, month, 1)


def any_between(qualified: set[dt.date], start: dt.date, end: dt.date) -> bool:
    day = start
    while day <= end:
        if day in qualified:
            return True
        day += DAY
    return False


def qualifies_new(qualified: set[dt.date], today: dt.date) -> bool:
    """Not enrolled: the day itself, or since 2023-09-19 this month and the five before it."""
    if today < LONG_WINDOWS_FROM:
        return today in qualified
    return any_between(qualified, months_back(today, 5), today)


def qualifies_again(qualified: set[dt.date], anniversary: dt.date, today: dt.date) -> bool:
    """Enrolled: thirty days up to the anniversary, or since 2023-09-19 its month, the five before it and the renewal window."""
    if today < LONG_WINDOWS_FROM:
        return any_between(qualified, anniversary - 30 * DAY, min(anniversary, today))
    return any_between(qualified, months_back(anniversary, 5), min(anniversary + 30 * DAY, today))


@dataclass
class Machine:
    """One partner. `held` share `anniversary`; `waiting` were held before a renewal and have until `waiting_until` to qualify for it."""

    designations: tuple[str, ...]
    qualified: dict[str, set[dt.date]]
    rows: list[Row]
    anniversary: dt.date | None = None
    held: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    waiting_for: dt.date | None = None

    def live(self, today: dt.date) -> dict[str, str]:
        """Live through one day and say the status of each designation at its end."""
        self._lapse(today)
        for row in sorted((row for row in self.rows if row.enrolled_on == today), key=lambda row: row.designation):
            self._record(row, today)
        for designation in sorted(self.waiting):
            assert self.waiting_for is not None
            if qualifies_again(self.qualified[designation], self.waiting_for, today):
                self.waiting.discard(designation)
                self.held.add(designation)
        if self.anniversary is not None:
            for designation in self.designations:
                if designation not in self.held | self.waiting and qualifies_new(self.qualified[designation], today):
                    self.held.add(designation)
        return {designation: self._status(designation, today) for designation in self.designations}

    def _lapse(self, today: dt.date) -> None:
        if self.waiting_for is not None and today > self.waiting_for + 30 * DAY:
            self.waiting, self.waiting_for = set(), None
        if self.anniversary is not None and today > self.anniversary + 30 * DAY:
            self.anniversary, self.held, self.recorded = None, set(), set()

    def _record(self, row: Row, today: dt.date) -> None:
        paid = row.paid_on or today
        if self.anniversary is None:
            self.anniversary, self.held, self.recorded = paid + 365 * DAY, {row.designation}, {row.designation}
            return
        renews = row.paid_on is not None or row.designation in self.recorded
        if today >= self.anniversary and paid + 365 * DAY > self.anniversary and renews:
            self.waiting, self.waiting_for = (self.held | self.waiting) - {row.designation}, self.anniversary
            self.anniversary, self.held, self.recorded = paid + 365 * DAY, {row.designation}, {row.designation}
            return
        self.held.add(row.designation)
        self.recorded.add(row.designation)
        self.waiting.discard(row.designation)

    def _status(self, designation: str, today: dt.date) -> str:
        if designation in self.waiting:
            return "renewal_due"
        if designation in self.held:
            assert self.anniversary is not None
            return "renewal_due" if today >= self.anniversary else "enrolled"
        return "qualified" if qualifies_new(self.qualified[designation], today) else "in_progress"

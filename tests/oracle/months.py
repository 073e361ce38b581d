"""Months as integers, the data month of a table, and what a table does not cover."""

from __future__ import annotations

import calendar
from datetime import date


def month_of(value: str | date) -> int:
    """Number the months: `2026-10`, or any date in it (text or date)."""
    text = value.isoformat() if isinstance(value, date) else value
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def month_name(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, calendar.monthrange(month // 12, month % 12 + 1)[1])


def latest_allowed(day: date, refresh_day: int) -> int:
    """The latest month that counts on a day: one counts from the refresh day of the month after it.

    Where that month is too short for the refresh day, from its last day.
    """
    this = month_of(day)
    opens = min(refresh_day, last_day(this).day)
    return this - 1 if day.day >= opens else this - 2


def data_month(covered: set[int], day: date, refresh_day: int) -> int | None:
    """M: the latest covered month that the refresh allows on a day; None where there is none."""
    allowed = [month for month in covered if month <= latest_allowed(day, refresh_day)]
    return max(allowed) if allowed else None


def twelve_to(month: int) -> list[int]:
    """The twelve months that end with a month."""
    return list(range(month - 11, month + 1))


def one_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def qualification_days(day: date) -> list[date]:
    """The six monthly rows of a qualification window: the last days of the five months before, and the day itself."""
    return [last_day(month_of(day) - back) for back in (5, 4, 3, 2, 1)] + [day]

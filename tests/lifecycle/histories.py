"""Scores written as spans of qualified days, for cases and random histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction

from attain.lifecycle import DailyScore
from attain.rulebook.load import load_book

PROGRAMME = load_book().programme
DAY = dt.timedelta(days=1)
KNOWN_FROM = dt.date(2022, 1, 1)
Span = tuple[dt.date, dt.date]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def scores(spans: Iterable[Span], known_from: dt.date = KNOWN_FROM) -> list[DailyScore]:
    """Give the step function that qualifies with 75 points inside the spans and has 60 outside; spans are apart by a day or more."""
    steps = [DailyScore(known_from, qualified=False, points=Fraction(60))]
    for start, end in sorted(spans):
        steps.append(DailyScore(start, qualified=True, points=Fraction(75)))
        steps.append(DailyScore(end + DAY, qualified=False, points=Fraction(60)))
    return steps


def days_of(spans: Iterable[Span]) -> set[dt.date]:
    return {start + DAY * number for start, end in spans for number in range((end - start).days + 1)}

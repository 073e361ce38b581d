"""How pages and messages write days, months and negative numbers: `24 Nov 2026`, `November 2026`, in sentences from elsewhere too."""

from __future__ import annotations

import datetime as dt
import re

from attain.explaining.words import MINUS

_ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
_ISO_MONTH = re.compile(r"(?<![\w-])(?<!edition )\d{4}-\d{2}(?![\w-])")
"""An edition goes by the month it began with: that is its name."""
_NEGATIVE = re.compile(r"(?:(?<=[\s(=])|^)-(?=\d)")
"""The hyphen of a negative number: it joins no word to it."""


def day_words(day: dt.date) -> str:
    """Write a day."""
    return f"{day:%-d %b %Y}"


def month_words(month: str) -> str:
    """Write a month such as `2026-10`; ValueError where it is none."""
    return f"{dt.date.fromisoformat(f'{month}-01'):%B %Y}"


def month_label(month: str) -> str:
    """Write a month such as `2026-10` where there is little room, as on the axis of a chart; ValueError where it is none."""
    return f"{dt.date.fromisoformat(f'{month}-01'):%b %Y}"


def dated(text: str) -> str:
    """Write the days, months and negative numbers of a sentence as pages do; what looks like a day and is none stays."""
    return _NEGATIVE.sub(MINUS, _ISO_MONTH.sub(_month, _ISO_DAY.sub(_day, text)))


def _day(found: re.Match[str]) -> str:
    try:
        return day_words(dt.date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def _month(found: re.Match[str]) -> str:
    try:
        return month_words(found[0])
    except ValueError:
        return found[0]

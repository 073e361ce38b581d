"""Days of a certificate: the last one on which it may be earned, and the last one on which it counts (I-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.lifecycle.windows import years_later

if TYPE_CHECKING:
    import datetime as dt

    from attain.advise.hypothesis import Hypotheses


def retired_on(hypotheses: Hypotheses, code: str) -> dt.date | None:
    """Give the day on which the exam of a certificate retires; None where it does not, and for a code that the catalog does not know."""
    certifications = hypotheses.book.catalog.certifications
    return certifications[code].retired_on if code in certifications else None


def may_be_earned(hypotheses: Hypotheses, code: str, day: dt.date) -> bool:
    """Say whether a certificate may be earned on a day: not after that of its retirement."""
    retired = retired_on(hypotheses, code)
    return retired is None or day <= retired


def last_day(hypotheses: Hypotheses, code: str, expires_on: dt.date | None) -> dt.date | None:
    """Give the last day on which a certificate counts: until it expires, or for the years after its retirement; None where it has none."""
    retired = retired_on(hypotheses, code)
    grace = None if retired is None else years_later(retired, hypotheses.plan.certificates.grace_years)
    return min((day for day in (expires_on, grace) if day is not None), default=None)

"""How far off forecasts would have been: one made on each past refresh day, against what came, on every later refresh day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.ahead import continued, known_on, refresh_day_of
from attain.advise.partner_facts import ASSOCIATIONS
from attain.lifecycle import Period
from attain.lifecycle.windows import month_start, refresh_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.advise.courses import Usage
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.scoring.exact import ExactScore

ZERO = Fraction(0)
MONTHS_BACK = 12


@dataclass(frozen=True)
class Compared:
    """A total that was forecast on `made_on` for `day`, so many months ahead, and the one that came; exact points."""

    designation: str
    made_on: dt.date
    day: dt.date
    months: int
    forecast: Fraction
    came: Fraction

    @property
    def error(self) -> Fraction:
        """Give what the forecast was above (positive) or below what came."""
        return self.forecast - self.came


@dataclass(frozen=True)
class Errors:
    """What earlier forecasts of one partner came to, and the ranges that follow from it."""

    usage: Usage
    rows: tuple[Compared, ...]

    @property
    def comparisons(self) -> int:
        """Count the comparisons."""
        return len(self.rows)

    def spread(self, designation: str, months: int) -> Fraction | None:
        """Give the largest error that a forecast of a designation had so many months ahead or fewer; beyond the longest, that one's.

        0 for the day itself; None where no forecast could be compared.
        """
        if months <= 0:
            return ZERO
        own = [row for row in self.rows if row.designation == designation]
        if not own:
            return None
        reach = max(months, min(row.months for row in own))
        return max(abs(row.error) for row in own if row.months <= reach)

    def without(self, made_on: dt.date) -> Errors:
        """Leave out the forecasts of one day, to hold them against the ranges that the others give."""
        return Errors(self.usage, tuple(row for row in self.rows if row.made_on != made_on))


def backtest(hypotheses: Hypotheses, usage: Usage = "held", *, months: int = MONTHS_BACK) -> Errors:
    """Forecast from each refresh day of the last `months` months on which the score was complete, and compare with the scores that came.

    A forecast knows only what was known on its day: later usage, certificates and enrollments are left out, and later ends of associations.
    """
    on = hypotheses.on
    days = refresh_days(refresh_day_of(hypotheses, on), Period(month_start(on, months), on))
    first = min(edition.from_ for name in _names(hypotheses) for edition in hypotheses.book.designation(name).editions)
    days = [day for day in days if day >= first]
    if len(days) < 2:
        return Errors(usage, ())
    came = known_on(hypotheses.today, on)
    made = {day: continued(hypotheses, _known_then(hypotheses, day), on, usage) for day in days[:-1]}
    rows: list[Compared] = []
    fit: dict[dt.date, frozenset[str]] = {}
    for place, day in enumerate(days):
        origins = days[:place]
        scores = _scores(hypotheses, [came, *(made[origin] for origin in origins)], day)
        for name, actual in scores[0].items():
            complete = actual.selected in actual.complete
            if complete:
                fit[day] = fit.get(day, frozenset()) | {name}
            for ahead, (origin, score) in enumerate(zip(reversed(origins), reversed(scores[1:]), strict=True), 1):
                if complete and name in fit.get(origin, frozenset()):
                    rows.append(Compared(name, origin, day, ahead, _total(score[name]), _total(actual)))
    return Errors(usage, tuple(rows))


def _known_then(hypotheses: Hypotheses, day: dt.date) -> PartnerFacts:
    """Give what was known on a day that has passed: an association that ended later was not known to."""
    known = known_on(hypotheses.today, day)
    frame = known.frames.get(ASSOCIATIONS)
    if frame is None:
        return known
    ended = pl.when(pl.col("ended_on") <= day).then("ended_on").alias("ended_on")
    return known.with_frames(
        {ASSOCIATIONS: frame.filter(pl.col("started_on").is_null() | (pl.col("started_on") <= day)).with_columns(ended)}
    )


def _names(hypotheses: Hypotheses) -> Sequence[str]:
    return [hypotheses.book.designation(name).id for name in hypotheses.designations or hypotheses.book.designations]


def _scores(hypotheses: Hypotheses, held: Sequence[PartnerFacts], day: dt.date) -> list[dict[str, ExactScore]]:
    return [scores.of for scores in hypotheses.score_many(held, day)]


def _total(score: ExactScore) -> Fraction:
    return sum(score.points[score.selected].values(), ZERO)

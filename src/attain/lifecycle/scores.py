"""A designation's score through time: a step function, each score holding from its day until the next one."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.lifecycle.windows import Period, month_end, month_start

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.rulebook.programme import Programme


@dataclass(frozen=True, slots=True)
class DailyScore:
    """The total of the track that counts on one day. `zero_metrics` are the metrics of that track without points."""

    day: dt.date
    qualified: bool
    points: Fraction
    zero_metrics: tuple[str, ...] = ()
    complete: bool = True
    """False where the facts do not cover a window that a metric needs (I-11)."""


@dataclass(frozen=True, slots=True)
class BestScore:
    """The highest total of a span of days and the first day that had it."""

    day: dt.date
    points: Fraction


@dataclass(frozen=True, slots=True)
class MonthScore:
    """The highest total of one month of the score history; None where no score of the month is known."""

    month: dt.date
    best: BestScore | None


class ScoreSteps:
    """The known scores of one designation in order of days. Before the first of them nothing is known, and nothing qualifies."""

    def __init__(self, scores: Iterable[DailyScore]) -> None:
        by_day = {score.day: score for score in scores}
        self._scores = [by_day[day] for day in sorted(by_day)]
        self._days = [score.day for score in self._scores]

    def on(self, day: dt.date) -> DailyScore | None:
        """Give the score that holds on `day`; None before the first one."""
        index = bisect_right(self._days, day)
        return self._scores[index - 1] if index else None

    def first_qualified(self, period: Period) -> dt.date | None:
        """Give the first qualified day of `period`."""
        return next((start for start, _, score in self._steps(period) if score.qualified), None)

    def last_qualified(self, period: Period) -> dt.date | None:
        """Give the last qualified day of `period`."""
        return max((end for _, end, score in self._steps(period) if score.qualified), default=None)

    def best(self, period: Period) -> BestScore | None:
        """Give the highest total of `period`, on the first day that had it."""
        steps = self._steps(period)
        if not steps:
            return None
        start, _, score = max(steps, key=lambda step: step[2].points) if len(steps) > 1 else steps[0]
        return BestScore(start, score.points)

    def _steps(self, period: Period) -> list[tuple[dt.date, dt.date, DailyScore]]:
        """Cut the step function to `period`: first day, last day and score of each step in it."""
        first = max(bisect_right(self._days, period.start) - 1, 0)
        after = bisect_left(self._days, period.end + dt.timedelta(days=1))
        ends = [*(day - dt.timedelta(days=1) for day in self._days[first + 1 : after]), period.end]
        steps = zip(self._scores[first:after], ends, strict=False)
        return [(max(score.day, period.start), end, score) for score, end in steps if end >= period.start]


def score_history(programme: Programme, scores: Iterable[DailyScore], day: dt.date) -> tuple[MonthScore, ...]:
    """Give the highest total of each month of the score history, oldest first; the current month runs up to `day`."""
    steps = ScoreSteps(scores)
    back = range(programme.on(day).history_months_before, -1, -1)
    months = [Period(month_start(day, months_before), month_end(day, months_before)).until(day) for months_before in back]
    return tuple(MonthScore(month.start, steps.best(month)) for month in months)

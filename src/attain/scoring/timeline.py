"""Partners through time: every day on which a score may change, the scores at the ends of months, and the status each month ended with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from attain.lifecycle import DailyScore, PartnerStatus, partner_status, status_id
from attain.lifecycle.enrollments import membership
from attain.lifecycle.scores import ScoreSteps
from attain.lifecycle.windows import Period, month_end, month_start, refresh_days
from attain.scoring.daily import DailyScorer
from attain.scoring.locks import enrollments_of
from attain.scoring.result import TOTAL
from attain.scoring.run import DEFAULTS
from attain.scoring.scans import PARTNER
from attain.scoring.statuses import certificate_days, daily_scores, needed_days
from attain.scoring.windows import YEAR, first_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.lifecycle import BestScore, Enrollment
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen

ROW = ("track", "selected", "metric", "points", "complete", "qualified", "data_month")


@dataclass(frozen=True, slots=True)
class RowOn:
    """One metric, or the total, of one track at the end of a month; `points` in millionths."""

    track: str
    selected: bool
    metric: str
    points: int
    complete: bool
    qualified: bool | None
    data_month: int | None


@dataclass(frozen=True, slots=True)
class MonthOn:
    """One month of one designation: its last day (or the day asked for), the scores on it, the status, and the best day of the month.

    Of tracks that do not count there are only the totals.
    """

    day: dt.date
    rows: tuple[RowOn, ...]
    status: str
    best: BestScore | None


@dataclass
class Timeline:
    """One partner up to a day. By designation: its months, oldest first, and its scores on each day on which they changed.

    `status` is what `attain.scoring.statuses` gives for the day.
    """

    partner_id: str
    status: PartnerStatus
    months: dict[str, list[MonthOn]] = field(default_factory=dict[str, "list[MonthOn]"])
    steps: dict[str, list[DailyScore]] = field(default_factory=dict[str, "list[DailyScore]"])


class TimelineReader:
    """Gives timelines up to `day`, for some hundred global accounts at a time; rules are compiled once."""

    def __init__(self, book: Book, facts: Facts, day: dt.date, *, options: Chosen = DEFAULTS, backend: Backend | None = None) -> None:
        self.book, self.facts, self.day, self.options = book, facts, day, options
        book.programme.on(day)
        self.ends = month_ends(book, facts, day)
        self._scorer = DailyScorer(book, facts, options=options, backend=backend)

    def read(self, accounts: Sequence[str]) -> list[Timeline]:
        """Give the timeline of each of `accounts` (ids of global accounts), in their order."""
        enrollments = enrollments_of(self.facts, accounts, self.day)
        steps: dict[tuple[str, str], list[DailyScore]] = defaultdict(list)
        ends: dict[tuple[str, str, dt.date], list[RowOn]] = defaultdict(list)
        for frame in self._scorer.frames(self._days(accounts, enrollments)):
            for partner, designation, score in daily_scores(frame):
                steps[partner, designation].append(score)
            self._keep_ends(frame, ends)
        changes = {key: _changes(found) for key, found in steps.items()}
        return [self._timeline(account, changes, ends, enrollments.get(account, [])) for account in accounts]

    def _days(self, accounts: Sequence[str], enrollments: dict[str, list[Enrollment]]) -> dict[str, set[dt.date]]:
        programme, first = self.book.programme, month_start(self.ends[0])
        day_of_refresh = self.options.refresh_day or programme.on(self.day).refresh_day
        starts = {edition.from_ for designation in self.book.designations.values() for edition in designation.editions}
        common = {
            first,
            *self.ends,
            *programme.era_starts(first, self.day),
            *refresh_days(day_of_refresh, Period(first, self.day)),
            *starts,
        }
        days: dict[str, set[dt.date]] = {account: set(common) for account in accounts}
        chosen = list(self.book.designations.values())
        for designation in chosen:
            for account, changed in certificate_days(self.book, self.facts, accounts, designation).items():
                days[account] |= changed
        for account, rows in enrollments.items():
            members = membership(programme, rows, self.day)
            for designation in chosen:
                days[account] |= members.record_changes(designation.id)
        kept = {account: {day for day in own if first <= day <= self.day} for account, own in days.items()}
        needed = needed_days(self.book, self.facts, self.day, accounts, chosen, enrollments, self.options)
        for day, asked in needed.items():
            for account, _ in asked:
                kept[account].add(day)
        return kept

    def _keep_ends(self, frame: pl.DataFrame, ends: dict[tuple[str, str, dt.date], list[RowOn]]) -> None:
        wanted = pl.col("as_of").is_in(self.ends) & (pl.col("selected") | (pl.col("metric") == TOTAL))
        rows = frame.filter(wanted).with_columns(pl.col("designation", "track", "metric").cast(pl.String))
        for partner, designation, day, *row in rows.select(PARTNER, "designation", "as_of", *ROW).iter_rows():
            ends[partner, designation, day].append(RowOn(*row))

    def _timeline(
        self,
        account: str,
        changes: dict[tuple[str, str], list[DailyScore]],
        ends: dict[tuple[str, str, dt.date], list[RowOn]],
        enrollments: list[Enrollment],
    ) -> Timeline:
        names = list(self.book.designations)
        steps = {name: changes.get((account, name), []) for name in names}
        known = {name: ScoreSteps(scores) for name, scores in steps.items()}
        by_day = {day: self._statuses(day, known, enrollments) for day in self.ends[:-1]}
        status = partner_status(self.book.programme, self.day, steps, enrollments)
        by_day[self.day] = {one.designation: one.status for one in status.statuses}
        found = Timeline(account, status, {}, steps)
        for name in names:
            found.months[name] = [
                MonthOn(
                    day,
                    tuple(rows),
                    by_day[day][name],
                    known[name].best(Period(month_start(day), day)),
                )
                for day in self.ends
                if (rows := ends.get((account, name, day)))
            ]
        return found

    def _statuses(self, day: dt.date, steps: dict[str, ScoreSteps], enrollments: list[Enrollment]) -> dict[str, str]:
        """Give the status of each designation at the end of a month."""
        members = membership(self.book.programme, enrollments, day)
        return {name: status_id(self.book.programme, name, day, known, members) for name, known in steps.items()}


def month_ends(book: Book, facts: Facts, day: dt.date) -> list[dt.date]:
    """List the days that stand for months up to `day`: the last of each, and `day` itself for its own.

    The first month is the one after the first that has a month a year before it in some usage table; else that of `day`.
    """
    covered = [months[0] for bases in facts.months.values() for months in bases.values() if months]
    earliest = min(edition.from_ for designation in book.designations.values() for edition in designation.editions)
    month = max(first_day(min(covered) + YEAR + 1), month_start(earliest)) if covered else month_start(day)
    ends: list[dt.date] = []
    while month < month_start(day):
        ends.append(month_end(month))
        month = month_start(month, -1)
    return [*(end for end in ends if end >= earliest), day]


def _changes(scores: Iterable[DailyScore]) -> list[DailyScore]:
    """Keep the days on which something changed: a score holds until the next one."""
    kept: list[DailyScore] = []
    for score in sorted(scores, key=lambda one: one.day):
        last = kept[-1] if kept else None
        if last is None or _state(last) != _state(score):
            kept.append(score)
    return kept


def _state(score: DailyScore) -> tuple[object, ...]:
    return score.points, score.qualified, score.complete, score.zero_metrics

"""Scores and statuses of partners over any time, by day or by month, in one pass: the days on which anything changes are scored once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from attain.errors import AttainError
from attain.lifecycle import days_needed, membership, partner_status
from attain.lifecycle.windows import ONE_DAY, Period, month_end, next_refresh, refresh_days, rules_on
from attain.scoring.daily import DailyScorer
from attain.scoring.locks import enrollments_of
from attain.scoring.plan import CERTIFICATIONS, USAGE_TABLES
from attain.scoring.result import TOTAL, decimals
from attain.scoring.run import DEFAULTS, resolve_accounts
from attain.scoring.scans import PARTNER
from attain.scoring.statuses import certificate_days, daily_scores
from attain.scoring.windows import first_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.lifecycle import DailyScore, Enrollment
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation
    from attain.scoring.options import Chosen

By = Literal["day", "month"]
AT_ONCE = 200
"""Partners whose days are held together."""
COLUMNS = (
    "partner_id",
    "as_of",
    "designation",
    "edition",
    "rule_change",
    "track",
    "metric",
    "value",
    "full_marks",
    "points",
    "max_points",
    "complete",
    "qualified",
    "status",
    "status_name",
)
_MICRO = ("value", "full_marks", "points", "max_points")
_KEY = (PARTNER, "designation")


@dataclass(frozen=True)
class Chronicle:
    """Scores and statuses over time.

    `frame` has one row per partner, day, designation and metric of the track that counts on that day, with `COLUMNS`; amounts are Int64
    millionths. `status` stands on total rows. `rule_change` names the edition that began since the row before, else it is empty.
    """

    frame: pl.DataFrame
    by: By
    rulebook: str
    facts: str

    def contract(self) -> pl.DataFrame:
        """Give the frame with amounts as decimals of six places."""
        return self.frame.with_columns(decimals(self.frame[name]) for name in _MICRO)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give the rows of `contract` as dictionaries."""
        return self.contract().iter_rows(named=True)


def chronicle(
    book: Book,
    facts: Facts,
    *,
    from_: dt.date | None = None,
    to: dt.date | None = None,
    by: By = "month",
    partners: Sequence[str] | None = None,
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Chronicle:
    """Give scores and statuses on every day, or on the last day of every month and on `to`, of all time that there are facts for.

    Scores are those of `scores` for the day and statuses those of `statuses`. Raises AttainError for an unknown partner, designation or
    edition, for days out of order, and where the facts hold nothing that has a date.
    """
    if from_ is None or to is None:
        known = known_days(book, facts, options)
        from_, to = from_ or known.start, to or known.end
    if from_ > to:
        raise AttainError("days-out-of-order", f"{from_} is after {to}", hint="give --from a day up to --to")
    book.programme.on(to)
    marks = _marks(max(from_, book.programme.first_day), to, by)
    accounts = resolve_accounts(facts, partners)
    wanted = None if designations is None else {book.designation(name).id for name in designations}
    chosen = [designation for name, designation in book.designations.items() if wanted is None or name in wanted]
    scorer = DailyScorer(book, facts, designations=[one.id for one in chosen], options=options, backend=backend)
    run = _Run(book, facts, chosen, options, marks, scorer)
    parts = [run.part(accounts[start : start + AT_ONCE]) for start in range(0, len(accounts), AT_ONCE)]
    return Chronicle(pl.concat([_nothing(), *parts]), by, book.digest, facts.digest)


def known_days(book: Book, facts: Facts, options: Chosen = DEFAULTS) -> Period:
    """Give the first and last day on which months of usage begin to count, or certificates are earned where there is no usage.

    Raises AttainError where the facts hold neither.
    """
    start = book.programme.first_day
    months = {month for table in USAGE_TABLES for months in facts.months.get(table, {}).values() for month in months}
    if months:
        ends = (month_end(first_day(month)) for month in (min(months), max(months)))
        first, last = (next_refresh(options.refresh_day or rules_on(book.programme, end).refresh_day, end) for end in ends)
        return Period(max(first, start), max(last, start))
    if CERTIFICATIONS in facts.tables:
        earned = facts.scan(CERTIFICATIONS).select(first=pl.col("earned_on").min(), last=pl.col("earned_on").max()).collect()
        first, last = earned.row(0)
        if first is not None:
            return Period(max(first, start), max(last, start))
    raise AttainError("nothing-dated", "the facts hold no month of usage and no certificate", hint="import usage or certificates first")


def _marks(first: dt.date, last: dt.date, by: By) -> list[dt.date]:
    days = [first + ONE_DAY * number for number in range((last - first).days + 1)]
    return days if by == "day" else [day for day in days if day in {month_end(day), last}]


def _nothing() -> pl.DataFrame:
    """Give a frame without rows."""
    types: dict[str, pl.DataType] = {
        **dict.fromkeys(COLUMNS, pl.String()),
        **dict.fromkeys(_MICRO, pl.Int64()),
        "as_of": pl.Date(),
        "complete": pl.Boolean(),
        "qualified": pl.Boolean(),
    }
    return pl.DataFrame(schema=types)


@dataclass(frozen=True)
class _Run:
    book: Book
    facts: Facts
    designations: list[Designation]
    options: Chosen
    marks: list[dt.date]
    scorer: DailyScorer

    @property
    def names(self) -> list[str]:
        return [designation.id for designation in self.designations]

    def part(self, accounts: list[str]) -> pl.DataFrame:
        """Give the rows of some accounts, by account, day and designation."""
        enrollments = enrollments_of(self.facts, accounts, self.marks[-1])
        certificates: dict[str, set[dt.date]] = defaultdict(set)
        for designation in self.designations:
            for account, changed in certificate_days(self.book, self.facts, accounts, designation).items():
                certificates[account] |= changed
        days = {account: self._days(enrollments.get(account, []), certificates[account]) for account in accounts}
        frames = list(self.scorer.frames(days))
        if not frames:
            return _nothing()
        scored = pl.concat(frames).filter("selected").with_columns(pl.col("designation", "edition", "track", "metric").cast(pl.String))
        found: dict[tuple[str, str], list[DailyScore]] = defaultdict(list)
        for partner, designation, score in daily_scores(scored):
            found[partner, designation].append(score)
        return self._on_marks(scored, self._statuses(accounts, found, enrollments))

    def _days(self, rows: Iterable[Enrollment], certificates: set[dt.date]) -> list[dt.date]:
        """List the days on which a score may change, from the first that decides a status on some mark."""
        rows = list(rows)
        programme, last = self.book.programme, self.marks[-1]
        # Without enrollments a later mark looks back no further than the first one.
        asking = self.marks if rows else self.marks[:1]
        first = max(
            programme.first_day,
            min(
                day
                for mark in asking
                for name in self.names
                for day in days_needed(programme, name, mark, rows, (), self.options.refresh_day)
            ),
        )
        members = membership(programme, rows, last)
        changes = {first, *certificates, *programme.era_starts(first, last)}
        changes.update(edition.from_ for designation in self.designations for edition in designation.editions)
        changes.update(day for name in self.names for day in members.record_changes(name))
        changes.update(day for term in members.terms for day in (term.start, term.end + ONE_DAY))
        refreshes = {rules_on(programme, day).refresh_day for day in (first, *programme.era_starts(first, last))}
        for day in {self.options.refresh_day} if self.options.refresh_day else refreshes:
            changes.update(refresh_days(day, Period(first, last)))
        return sorted(day for day in changes if first <= day <= last)

    def _statuses(
        self, accounts: list[str], scores: Mapping[tuple[str, str], list[DailyScore]], enrollments: Mapping[str, list[Enrollment]]
    ) -> pl.DataFrame:
        """Work out the status of every account and designation on every mark."""

        def rows() -> Iterator[tuple[str, dt.date, str, str, str]]:
            for account in accounts:
                own = {name: scores.get((account, name), []) for name in self.names}
                for mark in self.marks:
                    on = partner_status(self.book.programme, mark, own, enrollments.get(account, []), designations=self.names)
                    for status in on.statuses:
                        yield account, mark, status.designation, status.status, status.status_name

        types = {PARTNER: pl.String, "as_of": pl.Date, "designation": pl.String, "status": pl.String, "status_name": pl.String}
        return pl.DataFrame(list(rows()), schema=types, orient="row")

    def _on_marks(self, scored: pl.DataFrame, statuses: pl.DataFrame) -> pl.DataFrame:
        """Carry each designation's last scored day forward to the marks, with the status of the mark and the rules that changed."""
        totals = scored.filter(pl.col("metric") == TOTAL).select(*_KEY, "edition", scored_on="as_of").sort("scored_on")
        marks = statuses.sort("as_of").join_asof(totals, left_on="as_of", right_on="scored_on", by=list(_KEY), check_sortedness=False)
        marks = marks.drop_nulls("scored_on").sort(*_KEY, "as_of")
        before = pl.col("edition").shift(1).over(_KEY)
        began = before.is_not_null() & (before != pl.col("edition"))
        marks = marks.with_columns(rule_change=pl.when(began).then("edition").otherwise(pl.lit("")))
        metrics = scored.drop("edition").rename({"as_of": "scored_on"}).with_row_index("#row")
        order = pl.col("designation").replace_strict({name: place for place, name in enumerate(self.names)}, return_dtype=pl.Int32)
        rows = marks.join(metrics, on=[*_KEY, "scored_on"]).sort(PARTNER, "as_of", order, "#row")
        return rows.with_columns(pl.when(pl.col("metric") == TOTAL).then(pl.col("status", "status_name"))).select(COLUMNS)

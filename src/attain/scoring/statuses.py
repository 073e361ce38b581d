"""The statuses of partners on a day: every day that decides one is scored, once for all partners that need it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.lifecycle import DailyScore, Doubt, PartnerStatus, certificate_changes, days_needed, doubts, partner_status
from attain.scoring.daily import DailyScorer
from attain.scoring.locks import enrollments_of
from attain.scoring.plan import CERTIFICATIONS
from attain.scoring.result import MICRO_PLACES, TOTAL
from attain.scoring.run import DEFAULTS, resolve_accounts
from attain.scoring.scans import PARTNER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.lifecycle import Enrollment
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation
    from attain.scoring.options import Chosen

MICRO = 10**MICRO_PLACES
AT_ONCE = 256
"""Partners whose usage is gathered together."""


@dataclass(frozen=True)
class PartnerOn:
    """One partner's statuses on a day: those of the designations asked for, its badges and the name of holding all among them.

    `doubts` say what speaks against the recorded enrollments in these designations.
    """

    partner_id: str
    on: PartnerStatus
    doubts: tuple[Doubt, ...] = ()


def statuses(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partners: Sequence[str] | None = None,
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> list[PartnerOn]:
    """Give the statuses of partners (all where none is named; a location means its account) in designations (all where none is named).

    Scores every day of the qualification windows on which a score may change, each under the edition of its own day. Raises AttainError
    for an unknown partner or designation, and before the programme's first day.
    """
    book.programme.on(as_of)
    accounts = resolve_accounts(facts, partners)
    chosen = list(book.designations.values()) if designations is None else [book.designation(name) for name in designations]
    enrollments = enrollments_of(facts, None if partners is None else accounts, as_of)
    known: dict[tuple[str, str], list[DailyScore]] = defaultdict(list)
    names = [designation.id for designation in chosen]
    scorer = DailyScorer(book, facts, designations=names, options=options, backend=backend)
    for start in range(0, len(accounts), AT_ONCE):
        some = accounts[start : start + AT_ONCE]
        needed = needed_days(book, facts, as_of, some, chosen, enrollments, options)
        days: dict[str, set[dt.date]] = defaultdict(set)
        for day, asked in needed.items():
            for partner, _ in asked:
                days[partner].add(day)
        for frame in scorer.frames(days):
            for partner, designation, score in daily_scores(frame):
                if (partner, designation) in needed[score.day]:
                    known[partner, designation].append(score)

    def on(account: str) -> PartnerOn:
        scores = {name: known[account, name] for name in names}
        recorded = enrollments.get(account, [])
        found = partner_status(book.programme, as_of, scores, recorded, designations=names)
        return PartnerOn(account, found, tuple(doubt for doubt in doubts(book.programme, scores, recorded) if doubt.designation in scores))

    return [on(account) for account in accounts]


def needed_days(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    accounts: Sequence[str],
    designations: Sequence[Designation],
    enrollments: dict[str, list[Enrollment]],
    options: Chosen,
) -> dict[dt.date, set[tuple[str, str]]]:
    """Find which accounts must be scored in which designations on which days, so that their statuses on `as_of` are exact."""
    needed: dict[dt.date, set[tuple[str, str]]] = defaultdict(set)
    for designation in designations:
        starts = {edition.from_ for edition in designation.editions}
        certificates = certificate_days(book, facts, accounts, designation)
        for account in accounts:
            changes = starts | certificates.get(account, set())
            days = days_needed(book.programme, designation.id, as_of, enrollments.get(account, []), changes, options.refresh_day)
            for day in days:
                if day >= min(starts):
                    needed[day].add((account, designation.id))
    return needed


def certificate_days(book: Book, facts: Facts, accounts: Sequence[str], designation: Designation) -> dict[str, set[dt.date]]:
    """List, by partner, the days on which a certificate of some list of the designation begins or ceases to count."""
    if CERTIFICATIONS not in facts.tables:
        return {}
    listed = {
        name
        for metric in designation.metrics
        for step in metric.steps
        for entry in step.certificates
        for names in ((entry.value,) if entry.by_track is None else entry.by_track.values())
        for name in names or ()
    }
    retired = {term.code: term.retired_on for term in book.catalog.certifications.terms}
    codes = {code: name for code, name in enumerate(facts.names["certification"]) if name in listed}
    rows = facts.scan(CERTIFICATIONS).filter(
        pl.col(PARTNER).is_in(list(accounts)) & pl.col("certification").is_in(list(codes)) & (pl.col("status") == "active")
    )
    found: dict[str, set[dt.date]] = defaultdict(set)
    for partner, code, earned_on, expires_on in (
        rows.select(PARTNER, "certification", "earned_on", "expires_on").unique().collect().iter_rows()
    ):
        found[partner] |= certificate_changes(book.programme, earned_on, expires_on, retired.get(codes[code]))
    return found


def daily_scores(frame: pl.DataFrame) -> list[tuple[str, str, DailyScore]]:
    """Read the selected tracks of scores (a frame of `DailyScorer` or `Scores`) as one `DailyScore` per partner, designation and day."""
    columns = ("metric", "designation")
    rows = frame.filter("selected").with_columns(pl.col(*columns).cast(pl.String))
    zero: dict[tuple[str, str, dt.date], list[str]] = defaultdict(list)
    for partner, designation, day, metric in (
        rows.filter((pl.col("metric") != TOTAL) & ~pl.col("earns")).select(PARTNER, "designation", "as_of", "metric").iter_rows()
    ):
        zero[partner, designation, day].append(metric)
    totals = rows.filter(pl.col("metric") == TOTAL).select(PARTNER, "designation", "as_of", "points", "qualified", "complete")
    return [
        (
            partner,
            designation,
            DailyScore(day, bool(qualified), Fraction(points, MICRO), tuple(zero.get((partner, designation, day), ())), bool(complete)),
        )
        for partner, designation, day, points, qualified, complete in totals.iter_rows()
    ]

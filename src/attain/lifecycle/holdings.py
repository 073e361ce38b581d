"""When a designation was held, term by term: by a record, by renewal with the partner's one fee, or automatically on qualifying."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from attain.lifecycle.windows import ONE_DAY, Period, enrolled_window, not_enrolled_window

if TYPE_CHECKING:
    from collections.abc import Callable

    from attain.lifecycle.enrollments import Joined, Membership, Term
    from attain.lifecycle.scores import ScoreSteps
    from attain.rulebook.programme import Programme

Origin = Literal["purchase", "renewal", "automatic"]


@dataclass(frozen=True, slots=True)
class Holding:
    """A designation held in one term of the partner, from `start` to the end of the term's renewal window at the latest.

    `recorded` is false where the holding follows from the scores: the fee was renewed under another designation, or the designation
    qualified while another one was enrolled. A record of the same term takes the place of what the scores say.
    """

    term: Term
    start: dt.date
    origin: Origin
    recorded: bool
    track: str | None = None

    @property
    def end(self) -> dt.date:
        """Give the last day on which this holding keeps the designation enrolled, unless a renewal follows it."""
        return self.term.renewal.end


def holdings(programme: Programme, members: Membership, designation: str, scores: ScoreSteps, day: dt.date) -> list[Holding]:
    """List the holdings of `designation` that began by `day`, oldest first, at most one a term."""
    found: list[Holding] = []
    for number, term in enumerate(members.terms):
        if term.start > day:
            break
        before = members.terms[number - 1] if term.renews else None
        previous = found[-1] if found and found[-1].term is before else None
        holding = _recorded(term, before, designation, day) or _derived(programme, term, previous, scores, day)
        if holding is not None:
            found.append(holding)
    return found


def holding_on(programme: Programme, members: Membership, designation: str, scores: ScoreSteps, day: dt.date) -> Holding | None:
    """Give the holding by which `designation` is enrolled on `day`; None where it is not."""
    began = holdings(programme, members, designation, scores, day)
    return began[-1] if began and day <= began[-1].end else None


def _recorded(term: Term, before: Term | None, designation: str, day: dt.date) -> Holding | None:
    row = term.row_of(designation, day)
    return None if row is None else Holding(term, row.day, _origin(term, before, row), recorded=True, track=row.enrollment.track)


def _origin(term: Term, before: Term | None, row: Joined) -> Origin:
    if row.opens:
        return "renewal" if term.renews else "purchase"
    held_before = before is not None and before.row_of(row.enrollment.designation, row.day) is not None
    return "renewal" if held_before else "automatic"


def _derived(programme: Programme, term: Term, previous: Holding | None, scores: ScoreSteps, day: dt.date) -> Holding | None:
    renewed = None if previous is None else _carried(programme, term, previous, scores, day)
    return renewed or _automatic(programme, term, previous, scores, day)


def _carried(programme: Programme, term: Term, previous: Holding, scores: ScoreSteps, day: dt.date) -> Holding | None:
    """Renew a designation with the fee that opened `term`, from the first day on which its qualification window holds a qualified day."""
    anniversary = previous.term.anniversary

    def may_renew(on: dt.date) -> bool:
        return scores.first_qualified(enrolled_window(programme, anniversary, on).until(on)) is not None

    renewed = _first_day(programme, Period(term.start, min(previous.end, day)), scores, may_renew)
    return None if renewed is None else Holding(term, renewed, "renewal", recorded=False)


def _automatic(programme: Programme, term: Term, previous: Holding | None, scores: ScoreSteps, day: dt.date) -> Holding | None:
    """Enroll a designation that is not enrolled and qualifies while the partner's fee for another one is paid."""

    def qualifies(on: dt.date) -> bool:
        return scores.first_qualified(not_enrolled_window(programme, on)) is not None

    free_from = term.start if previous is None else previous.end + ONE_DAY
    enrolled = _first_day(programme, Period(free_from, min(term.end, day)), scores, qualifies)
    return None if enrolled is None else Holding(term, enrolled, "automatic", recorded=False)


def _first_day(programme: Programme, period: Period, scores: ScoreSteps, holds: Callable[[dt.date], bool]) -> dt.date | None:
    """Find the first day of `period` on which a condition on a qualification window holds.

    A window gains a qualified day only when that day comes, or when the rules of the window change: no other day need be tried.
    """
    if period.end < period.start:
        return None
    days = {period.start, *programme.era_starts(period.start, period.end), scores.first_qualified(period)}
    return next((day for day in sorted(day for day in days if day is not None) if holds(day)), None)

"""The status of a designation on a day, why it is that, and the next date that matters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from attain.lifecycle.enrollments import keeps_track, membership
from attain.lifecycle.holdings import holding_on
from attain.lifecycle.reasons import reason_enrolled, reason_not_enrolled
from attain.lifecycle.scores import BestScore, ScoreSteps
from attain.lifecycle.windows import Period, counts_until, enrolled_window, next_refresh, not_enrolled_window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.lifecycle.enrollments import Enrollment, Membership
    from attain.lifecycle.holdings import Holding
    from attain.lifecycle.scores import DailyScore
    from attain.rulebook.programme import Programme, StatusId

NextDate = Literal["refresh", "purchase_by", "window_opens", "anniversary", "renew_by", "qualify_by", "held_until"]

MEANINGS: dict[NextDate, str] = {
    "refresh": "new months of performance and customer success count",
    "purchase_by": "last day to purchase, unless a later day qualifies too",
    "window_opens": "the qualification window of the renewal opens",
    "anniversary": "anniversary: the renewal window opens",
    "renew_by": "last day to renew",
    "qualify_by": "last day to qualify for the renewal",
    "held_until": "last day before the designation lapses",
}


@dataclass(frozen=True, slots=True)
class StatusOn:
    """The status of one designation on one day.

    `window` is the qualification window, `qualified_on` its last qualified day up to `day`, `best` its highest known total up to `day`.
    `anniversary` and `renewal_window` are None where the designation is not enrolled. `recorded` is false where the enrollment follows
    from the scores alone. `next_meaning` says in words what happens on `next_date`.
    """

    designation: str
    day: dt.date
    status: StatusId
    status_name: str
    reason: str
    next_date: dt.date
    next_event: NextDate
    next_meaning: str
    window: Period
    qualified_on: dt.date | None
    best: BestScore | None
    enrolled_on: dt.date | None = None
    anniversary: dt.date | None = None
    renewal_window: Period | None = None
    recorded: bool = False
    track: str | None = None

    @property
    def held(self) -> bool:
        """Say whether the partner holds the designation on the day."""
        return self.enrolled_on is not None


@dataclass(frozen=True, slots=True)
class BadgeOn:
    """A badge that a partner may show on a day, and the held designations under it."""

    id: str
    name: str
    designations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartnerStatus:
    """The statuses of a partner's designations on one day, its badges, and the name of holding all of them (empty where it does not)."""

    day: dt.date
    statuses: tuple[StatusOn, ...]
    badges: tuple[BadgeOn, ...]
    all_held: str


def status_on(
    programme: Programme, designation: str, day: dt.date, scores: Iterable[DailyScore], enrollments: Iterable[Enrollment]
) -> StatusOn:
    """Give the status of one designation of one partner on `day`.

    `scores` are the designation's scores as a step function (`days_needed` says which), `enrollments` all rows of the partner, whatever the
    designation. What lies after `day` is ignored. Raises AttainError before the programme's first day.
    """
    return _status(programme, designation, day, ScoreSteps(scores), membership(programme, enrollments, day))


def partner_status(
    programme: Programme,
    day: dt.date,
    scores: Mapping[str, Iterable[DailyScore]],
    enrollments: Iterable[Enrollment],
    designations: Iterable[str] | None = None,
) -> PartnerStatus:
    """Give the statuses of one partner on `day` in all designations, or in those named, in the programme's order.

    `scores` by designation, `enrollments` all rows of the partner. Badges and the name of holding all regard the designations asked for.
    """
    members = membership(programme, enrollments, day)
    known = [designation.id for designation in programme.designations]
    asked = set(known) if designations is None else set(designations)
    statuses = tuple(_status(programme, name, day, ScoreSteps(scores.get(name, ())), members) for name in known if name in asked)
    held = {status.designation for status in statuses if status.held}
    return PartnerStatus(day, statuses, badges_on(programme, day, held), all_held_on(programme, day, held))


def badges_on(programme: Programme, day: dt.date, held: Iterable[str]) -> tuple[BadgeOn, ...]:
    """List the badges shown to customers on `day` for the designations held: one is shown for any designation under it."""
    holds = set(held)
    shown = (
        BadgeOn(badge.id, badge.name, tuple(name for name in badge.designations if name in holds)) for badge in programme.on(day).badges
    )
    return tuple(badge for badge in shown if badge.designations)


def all_held_on(programme: Programme, day: dt.date, held: Iterable[str]) -> str:
    """Give the name that a partner bears on `day` who holds every designation; empty for one who does not."""
    every = {designation.id for designation in programme.designations}
    return programme.on(day).all_held if every <= set(held) else ""


def status_id(programme: Programme, designation: str, day: dt.date, steps: ScoreSteps, members: Membership) -> StatusId:
    """Name the status that `status_on` gives, without its reason and dates: for many days of many partners."""
    holding = holding_on(programme, members, designation, steps, day)
    if holding is not None:
        return _enrolled_id(holding, day)
    return "in_progress" if steps.last_qualified(not_enrolled_window(programme, day)) is None else "qualified"


def _enrolled_id(holding: Holding, day: dt.date) -> StatusId:
    return "renewal_due" if day >= holding.term.anniversary else "enrolled"


def _status(programme: Programme, designation: str, day: dt.date, steps: ScoreSteps, members: Membership) -> StatusOn:
    programme.on(day)
    holding = holding_on(programme, members, designation, steps, day)
    if holding is None:
        return _not_enrolled(programme, designation, day, steps)
    loses_track = keeps_track(programme, designation, day) and not members.is_enrolled(designation, day)
    return _enrolled(programme, designation, day, steps, holding, loses_track=loses_track)


def _not_enrolled(programme: Programme, designation: str, day: dt.date, steps: ScoreSteps) -> StatusOn:
    rules = programme.on(day)
    window = not_enrolled_window(programme, day)
    qualified_on = steps.last_qualified(window)
    best = steps.best(window)
    status: StatusId = "in_progress" if qualified_on is None else "qualified"
    event: NextDate = "refresh" if qualified_on is None else "purchase_by"
    return StatusOn(
        designation=designation,
        day=day,
        status=status,
        status_name=_name(programme, status),
        reason=reason_not_enrolled(rules, window, steps.on(day), qualified_on, best),
        next_date=next_refresh(rules.refresh_day, day) if qualified_on is None else counts_until(programme, qualified_on, day),
        next_event=event,
        next_meaning=MEANINGS[event],
        window=window,
        qualified_on=qualified_on,
        best=best,
    )


def _enrolled(programme: Programme, designation: str, day: dt.date, steps: ScoreSteps, holding: Holding, *, loses_track: bool) -> StatusOn:
    term = holding.term
    window = enrolled_window(programme, term.anniversary, day)
    so_far = window.until(day)
    qualified_on = steps.last_qualified(so_far)
    status = _enrolled_id(holding, day)
    paid = term.renewed_on is not None and day >= term.renewed_on
    event: NextDate
    if status == "enrolled":
        event = "window_opens" if day < window.start else "anniversary"
    elif qualified_on is None and day > window.end:
        event = "held_until"
    else:
        event = "qualify_by" if paid else "renew_by"
    date = {
        "window_opens": window.start,
        "anniversary": term.anniversary,
        "renew_by": term.renewal.end,
        "held_until": term.renewal.end,
        "qualify_by": window.end,
    }[event]
    return StatusOn(
        designation=designation,
        day=day,
        status=status,
        status_name=_name(programme, status),
        reason=reason_enrolled(holding, window, day, qualified_on, paid=paid, loses_track=loses_track),
        next_date=date,
        next_event=event,
        next_meaning=MEANINGS[event],
        window=window,
        qualified_on=qualified_on,
        best=steps.best(so_far),
        enrolled_on=holding.start,
        anniversary=term.anniversary,
        renewal_window=term.renewal,
        recorded=holding.recorded,
        track=holding.track,
    )


def _name(programme: Programme, status: StatusId) -> str:
    return next((known.name for known in programme.statuses if known.id == status), status)

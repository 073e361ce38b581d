"""What the recorded enrollments of a partner add up to: terms with one shared anniversary, renewals, and the track that is kept.

A row is a record of what happened at Microsoft and is believed; whether the scores bear it out is `attain.lifecycle.doubts`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from attain.lifecycle.windows import ONE_DAY, Period, renewal_window, rules_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.rulebook.programme import Programme


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One row of the contract's table `enrollments`, of one partner."""

    designation: str
    enrolled_on: dt.date
    paid_on: dt.date | None = None
    anniversary: dt.date | None = None
    track: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """A designation that a row puts into a term, from `day` on. `opens` is true of the payment that began the term."""

    day: dt.date
    enrollment: Enrollment
    opens: bool


@dataclass(frozen=True, slots=True)
class Term:
    """The time from one payment to the next: every designation of the partner shares its anniversary.

    `renews` is true where the payment fell in the renewal window of the term before; `renewed_on` is the day of the payment that followed.
    """

    start: dt.date
    anniversary: dt.date
    renewal: Period
    renews: bool
    renewed_on: dt.date | None
    joined: tuple[Joined, ...]

    @property
    def end(self) -> dt.date:
        """Give the last day on which this is the partner's term: the day before its renewal, or the last day of the renewal window."""
        return self.renewal.end if self.renewed_on is None else self.renewed_on - ONE_DAY

    def row_of(self, designation: str, day: dt.date) -> Joined | None:
        """Find the first row that put `designation` into the term, up to `day`."""
        return next((row for row in self.joined if row.enrollment.designation == designation and row.day <= day), None)


@dataclass(frozen=True, slots=True)
class TrackLock:
    """The track that an enrolled designation keeps until renewal. Without `track` it follows from the monthly rows up to `decided_on`."""

    decided_on: dt.date
    track: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """All terms of a partner, oldest first, as recorded."""

    terms: tuple[Term, ...]

    def term_on(self, day: dt.date) -> int | None:
        """Give the number of the term that `day` lies in; None where no fee covers the day."""
        return next((number for number, term in enumerate(self.terms) if term.start <= day <= term.end), None)

    def record_on(self, designation: str, day: dt.date) -> Joined | None:
        """Find the row by which `designation` is enrolled on `day`: in the day's term, or in the one that was just renewed without it."""
        number = self.term_on(day)
        if number is None:
            return None
        row = self.terms[number].row_of(designation, day)
        if row is None and self.terms[number].renews:
            before = self.terms[number - 1]
            row = before.row_of(designation, day) if day in before.renewal else None
        return row

    def is_enrolled(self, designation: str, day: dt.date) -> bool:
        """Say whether `designation` is recorded as enrolled on `day`."""
        return self.record_on(designation, day) is not None

    def locked_track(self, designation: str, day: dt.date) -> TrackLock | None:
        """Give the track that `designation` keeps on `day`; None where it is not recorded as enrolled."""
        row = self.record_on(designation, day)
        return None if row is None else TrackLock(row.day, row.enrollment.track)

    def record_changes(self, designation: str) -> set[dt.date]:
        """List the days on which the recorded enrollment of `designation` begins, is renewed or ends."""
        rows = {row.day for term in self.terms for row in term.joined if row.enrollment.designation == designation}
        return rows | {
            term.renewal.end + ONE_DAY for term in self.terms if any(row.enrollment.designation == designation for row in term.joined)
        }


def membership(programme: Programme, enrollments: Iterable[Enrollment], day: dt.date | None = None) -> Membership:
    """Order the recorded enrollments of one partner into terms, as known on `day`: later rows and payments are left out.

    The first row opens a term; its anniversary, recorded or counted from the payment, is every designation's. A row in the renewal window
    renews if it brings a later anniversary and names a payment or a designation that the term already holds; any other row joins the
    term. After the renewal window the next row opens a fresh term. A row of what is no designation counts for nothing.
    """
    terms: list[_Open] = []
    named = {designation.id for designation in programme.designations}
    known = (row for row in (enrollments if day is None else _known(enrollments, day)) if row.designation in named)
    for moment, kind, row in sorted(_moments(programme, known), key=lambda found: (found[0], found[1], found[2].designation)):
        current = terms[-1] if terms else None
        if current is None or moment > current.renewal.end:
            _open(programme, terms, moment, row, renews=False)
        elif current.renewed_by(row, moment, _anniversary(programme, row)):
            _open(programme, terms, moment, row, renews=True)
        elif kind == "enrolled":
            current.joined.append(Joined(moment, row, opens=False))
    ends = [following.start if following.renews else None for following in terms[1:]]
    return Membership(
        tuple(
            Term(term.start, term.anniversary, term.renewal, term.renews, renewed_on, tuple(term.joined))
            for term, renewed_on in zip(terms, [*ends, None], strict=False)
        )
    )


def is_enrolled(programme: Programme, enrollments: Iterable[Enrollment], designation: str, day: dt.date) -> bool:
    """Say whether `designation` is recorded as enrolled on `day`; later rows are ignored."""
    return membership(programme, enrollments, day).is_enrolled(designation, day)


def keeps_track(programme: Programme, designation: str, day: dt.date) -> bool:
    """Say whether an enrollment in `designation` keeps its track until renewal, by the rules of `day`."""
    rule = programme.on(day).enrollment_track
    return rule is not None and designation in rule.designations


def locked_track(programme: Programme, enrollments: Iterable[Enrollment], designation: str, day: dt.date) -> TrackLock | None:
    """Give the track that an enrolled `designation` keeps on `day`; None where it keeps none.

    None for a designation that is not recorded as enrolled, or whose tracks the programme does not lock. Later rows are ignored. What
    follows from scores alone keeps none: a record is believed, and a track worked out from what was worked out is not one.
    """
    if not keeps_track(programme, designation, day):
        return None
    return membership(programme, enrollments, day).locked_track(designation, day)


def enrollment_track(programme: Programme, designation: str, decided_on: dt.date, tracks: Iterable[str]) -> str | None:
    """Choose the track that an enrollment keeps from the tracks on `track_days(decided_on)`.

    None where `designation` had no track to keep on that day.
    """
    rule = rules_on(programme, decided_on).enrollment_track
    if rule is None or designation not in rule.designations:
        return None
    return rule.prefer if rule.prefer in set(tracks) else rule.otherwise


@dataclass(slots=True)
class _Open:
    """A term while its rows are read."""

    start: dt.date
    anniversary: dt.date
    renewal: Period
    renews: bool
    joined: list[Joined]

    def renewed_by(self, row: Enrollment, day: dt.date, anniversary: dt.date) -> bool:
        held = any(joined.enrollment.designation == row.designation for joined in self.joined)
        return day in self.renewal and anniversary > self.anniversary and (held or row.paid_on is not None)


def _known(enrollments: Iterable[Enrollment], day: dt.date) -> Iterable[Enrollment]:
    for row in enrollments:
        if row.enrolled_on <= day:
            # What a later payment moved the anniversary to is not known yet either.
            yield replace(row, paid_on=None, anniversary=None) if row.paid_on is not None and row.paid_on > day else row


def _moments(programme: Programme, enrollments: Iterable[Enrollment]) -> Iterable[tuple[dt.date, Literal["enrolled", "paid"], Enrollment]]:
    """List what the rows say happened when. A payment after the enrollment may be the renewal that was written into the same row.

    From the enrollment's own anniversary on it is: then the row's anniversary is that of the renewal.
    """
    for row in enrollments:
        first = replace(row, paid_on=None, anniversary=None)
        renewed = row.paid_on is not None and row.paid_on >= _anniversary(programme, first)
        yield row.enrolled_on, "enrolled", first if renewed else row
        if row.paid_on is not None and row.paid_on > row.enrolled_on:
            yield row.paid_on, "paid", row


def _anniversary(programme: Programme, row: Enrollment) -> dt.date:
    if row.anniversary is not None:
        return row.anniversary
    paid = row.paid_on or row.enrolled_on
    return paid + dt.timedelta(days=rules_on(programme, paid).anniversary_days)


def _open(programme: Programme, terms: list[_Open], day: dt.date, row: Enrollment, *, renews: bool) -> None:
    anniversary = _anniversary(programme, row)
    terms.append(_Open(day, anniversary, renewal_window(programme, anniversary), renews, [Joined(day, row, opens=True)]))

"""The track that an enrolled partner keeps until renewal, where tracks are assigned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from attain.lifecycle.enrollments import Enrollment, enrollment_track, locked_track
from attain.lifecycle.windows import rules_on, track_days
from attain.scoring.assign import ENTERPRISE, SMB
from attain.scoring.result import ASSIGNMENT, Gap
from attain.scoring.scans import PARTNER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.rulebook.programme import Programme
    from attain.scoring.plan import DesignationPlan, Plan

ENROLLMENTS = "enrollments"


@dataclass(frozen=True)
class AssignedOn:
    """The tracks that the rules assign on a day, by partner, and what the facts lack of the months that decide (I-11)."""

    tracks: dict[str, str]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class KeptTrack:
    """The track that an enrollment keeps (None: it keeps none, or no deciding day is known); `gaps` where another one is possible."""

    track: str | None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Locks:
    """The enrollment tracks of enrolled partners by row, and the gaps of those whose track is not certain, by row too."""

    tracks: dict[int, str] = field(default_factory=dict[int, str])
    undecided: dict[int, tuple[Gap, ...]] = field(default_factory=dict[int, "tuple[Gap, ...]"])

    def keep(self, row: int, kept: KeptTrack) -> None:
        """Note what a partner keeps."""
        if kept.track in {ENTERPRISE, SMB}:
            self.tracks[row] = kept.track
        if kept.gaps:
            self.undecided[row] = kept.gaps


def enrollments_of(facts: Facts, accounts: Sequence[str] | None, as_of: dt.date) -> dict[str, list[Enrollment]]:
    """Read the recorded enrollments up to `as_of`, by global account; of the named accounts only, where any are named."""
    if ENROLLMENTS not in facts.tables:
        return {}
    rows = facts.scan(ENROLLMENTS).filter(pl.col("enrolled_on") <= as_of)
    if accounts is not None:
        rows = rows.filter(pl.col(PARTNER).is_in(list(accounts)))
    found: dict[str, list[Enrollment]] = defaultdict(list)
    columns = (PARTNER, "designation", "enrolled_on", "paid_on", "anniversary", "track")
    for partner, designation, enrolled_on, paid_on, anniversary, track in rows.select(columns).collect().iter_rows():
        # what a later payment moved the anniversary to is not known yet either
        known = (paid_on, anniversary) if paid_on is None or paid_on <= as_of else (None, None)
        found[partner].append(Enrollment(designation, enrolled_on, *known, track or None))
    return found


def locked_tracks(
    book: Book,
    plan: Plan,
    designation: DesignationPlan,
    enrollments: dict[str, list[Enrollment]],
    accounts: Sequence[str],
    assigned: Callable[[str, dt.date, Sequence[str]], AssignedOn],
) -> Locks:
    """Give the enrollment track of each enrolled partner, by its row in `accounts`; empty where the designation's tracks are not assigned.

    Where an enrollment names no track, `assigned(designation, day, partners)` is asked for the tracks on the days that decide it.
    """
    rules = designation.rules
    locks = Locks()
    if rules.tracks.choose != "assigned":
        return locks
    position = {account: row for row, account in enumerate(accounts)}
    undecided: dict[dt.date, list[str]] = defaultdict(list)
    for partner, rows in enrollments.items():
        lock = locked_track(book.programme, rows, rules.designation.id, plan.as_of) if partner in position else None
        if lock is None:
            continue
        if lock.track in rules.tracks.names:
            locks.keep(position[partner], KeptTrack(lock.track))
        else:
            undecided[lock.decided_on].append(partner)
    for decided_on, partners in undecided.items():
        days = track_days(book.programme, decided_on)
        by_day = [assigned(rules.designation.id, day, partners) for day in days]
        for partner in partners:
            locks.keep(position[partner], kept_track(book.programme, rules.designation.id, decided_on, partner, by_day))
    return locks


def kept_track(programme: Programme, designation: str, decided_on: dt.date, partner: str, by_day: Sequence[AssignedOn]) -> KeptTrack:
    """Choose the track that an enrollment keeps from what was assigned on the days that decide it.

    A day whose months the facts do not cover tells nothing: without revenue or customers it would look like a track all the same. Where
    such a day could change the answer, the answer is not certain (I-11).
    """
    held = [day.tracks[partner] for day in by_day if partner in day.tracks and not day.gaps]
    track = enrollment_track(programme, designation, decided_on, held)
    gaps = tuple(dict.fromkeys(gap for day in by_day for gap in day.gaps))
    rule = rules_on(programme, decided_on).enrollment_track
    if track is None or not gaps or (rule is not None and track == rule.prefer):
        return KeptTrack(track)
    together = tuple(sorted({month for gap in gaps for month in gap.months}))
    return KeptTrack(track if held else None, (Gap(designation, gaps[0].track, ASSIGNMENT, gaps[0].table, together),))

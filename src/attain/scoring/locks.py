"""The track that an enrolled partner keeps until renewal, where tracks are assigned."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from attain.lifecycle.enrollments import Enrollment, enrollment_track, locked_track
from attain.lifecycle.windows import track_days
from attain.scoring.assign import ENTERPRISE, SMB
from attain.scoring.scans import PARTNER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import DesignationPlan, Plan

ENROLLMENTS = "enrollments"


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
        known_payment = paid_on if paid_on is None or paid_on <= as_of else None
        found[partner].append(Enrollment(designation, enrolled_on, known_payment, anniversary, track or None))
    return found


def locked_tracks(
    book: Book,
    plan: Plan,
    designation: DesignationPlan,
    enrollments: dict[str, list[Enrollment]],
    accounts: Sequence[str],
    assigned: Callable[[str, dt.date, Sequence[str]], dict[str, str]],
) -> dict[int, str]:
    """Give the enrollment track of each enrolled partner, by its row in `accounts`; empty where the designation's tracks are not assigned.

    Where an enrollment names no track, `assigned(designation, day, partners)` is asked for the tracks on the days that decide it.
    """
    rules = designation.rules
    if rules.tracks.choose != "assigned":
        return {}
    position = {account: row for row, account in enumerate(accounts)}
    locks: dict[int, str] = {}
    undecided: dict[dt.date, list[str]] = defaultdict(list)
    for partner, rows in enrollments.items():
        lock = locked_track(book.programme, rows, rules.designation.id, plan.as_of) if partner in position else None
        if lock is None:
            continue
        if lock.track in rules.tracks.names:
            locks[position[partner]] = lock.track
        else:
            undecided[lock.decided_on].append(partner)
    for decided_on, partners in undecided.items():
        days = track_days(book.programme, decided_on)
        by_day = [assigned(rules.designation.id, day, partners) for day in days]
        for partner in partners:
            held = [tracks[partner] for tracks in by_day if partner in tracks]
            track = enrollment_track(book.programme, rules.designation.id, decided_on, held)
            if track in {ENTERPRISE, SMB}:
                locks[position[partner]] = track
    return locks

"""What the recorded enrollments say against the scores or each other.

The records are believed; a doubt says that one side lacks something.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from attain.lifecycle.enrollments import membership
from attain.lifecycle.scores import ScoreSteps
from attain.lifecycle.windows import enrolled_window, not_enrolled_window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.lifecycle.enrollments import Enrollment, Joined, Term
    from attain.lifecycle.scores import DailyScore
    from attain.lifecycle.windows import Period
    from attain.rulebook.programme import Programme


@dataclass(frozen=True, slots=True)
class Doubt:
    """A recorded enrollment that something speaks against, and what that is."""

    code: Literal["not-qualified", "other-anniversary"]
    designation: str
    enrolled_on: dt.date
    text: str


def doubts(programme: Programme, scores: Mapping[str, Iterable[DailyScore]], enrollments: Iterable[Enrollment]) -> list[Doubt]:
    """List the recorded enrollments without a qualified day in the window that they needed, and those with an anniversary of their own.

    `scores` by designation; a window before the first known score of its designation raises no doubt.
    """
    terms = membership(programme, enrollments).terms
    steps = {designation: ScoreSteps(known) for designation, known in scores.items()}
    found: list[Doubt] = []
    for number, term in enumerate(terms):
        before = terms[number - 1] if term.renews else None
        for row in term.joined:
            window = _window_needed(programme, before, row)
            known = steps.get(row.enrollment.designation)
            if known is not None and known.on(window.start) is not None and known.first_qualified(window) is None:
                text = f"no day from {window.start} to {window.end} qualifies in these facts"
                found.append(Doubt("not-qualified", row.enrollment.designation, row.enrollment.enrolled_on, text))
            recorded = row.enrollment.anniversary
            if recorded is not None and recorded != term.anniversary:
                text = f"its anniversary {recorded} is not the partner's, {term.anniversary}, which all designations share"
                found.append(Doubt("other-anniversary", row.enrollment.designation, row.enrollment.enrolled_on, text))
    return found


def _window_needed(programme: Programme, before: Term | None, row: Joined) -> Period:
    if before is not None and before.row_of(row.enrollment.designation, row.day) is not None:
        return enrolled_window(programme, before.anniversary, row.day).until(row.day)
    return not_enrolled_window(programme, row.day)

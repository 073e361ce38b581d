"""Why a track counts: the totals compared, the arithmetic of the assignment, or the enrollment that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import polars as pl

from attain.explaining.words import needs, number
from attain.lifecycle.enrollments import locked_track
from attain.rulebook.words import TRACK_NAMES
from attain.scoring.assign import AZURE, ENTERPRISE, REVENUE, SMB, RevenueAssignment, SegmentAssignment
from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.locks import enrollments_of
from attain.scoring.rationals import MICRO
from attain.scoring.result import TOTAL
from attain.scoring.scans import PARTNER
from attain.scoring.tracks import assigned_smb
from attain.scoring.units import counted
from attain.scoring.windows import month_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from attain.facts.facts import Facts
    from attain.lifecycle import Enrollment
    from attain.rulebook.load import Book
    from attain.rulebook.model import Assign
    from attain.scoring.plan import DesignationPlan, Plan
    from attain.scoring.result import Scores

By = Literal["single", "best", "assigned", "enrolled"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which track of a designation counts for a partner, by what, and the sentence that says why."""

    partner_id: str
    designation: str
    track: str
    by: By
    reason: str


def selections(book: Book, facts: Facts, plan: Plan, values: pl.DataFrame, scores: Scores) -> list[Selection]:
    """Say why the selected tracks of `scores` count; `plan` and `values` are those that gave them (`attain.scoring.values`)."""
    accounts: list[str] = values[PARTNER].to_list()
    enrollments = enrollments_of(facts, accounts, plan.as_of)
    rows = scores.frame.filter(pl.col("metric") == TOTAL).with_columns(pl.col("designation", "track").cast(pl.String))
    totals: dict[tuple[str, str], dict[str, int]] = {}
    selected: dict[tuple[str, str], str] = {}
    for partner, designation, track, points, counts in rows.select(PARTNER, "designation", "track", "points", "selected").iter_rows():
        totals.setdefault((partner, designation), {})[track] = points
        if counts:
            selected[partner, designation] = track
    found: list[Selection] = []
    for planned in plan.designations:
        name = planned.rules.designation.id
        own = {one: totals[one, name] for one in accounts}
        found.extend(_of_designation(book, plan, planned, values, own, selected, enrollments, scores.undecided))
    return found


def _of_designation(
    book: Book,
    plan: Plan,
    planned: DesignationPlan,
    values: pl.DataFrame,
    totals: Mapping[str, Mapping[str, int]],
    selected: Mapping[tuple[str, str], str],
    enrollments: Mapping[str, Sequence[Enrollment]],
    undecided: Collection[tuple[str, str]],
) -> Iterator[Selection]:
    name, tracks = planned.rules.designation.id, planned.rules.tracks
    if tracks.choose == "assigned":
        arithmetic = _arithmetic(planned, plan, values)
        assigned = [SMB if is_smb else ENTERPRISE for is_smb in assigned_smb(planned, values)]
        for row, account in enumerate(totals):
            track = selected[account, name]
            lock = locked_track(book.programme, enrollments.get(account, ()), name, plan.as_of)
            if lock is None:
                yield Selection(account, name, track, "assigned", f"{TRACK_NAMES[track]} is assigned: {arithmetic[row]}")
            elif (account, name) in undecided:
                missing = f"the track of the enrollment of {lock.decided_on} is not recorded, and the facts lack months that decide it"
                today = f"today's facts would assign {TRACK_NAMES[assigned[row]]}: {arithmetic[row]}"
                yield Selection(account, name, track, "enrolled", f"{TRACK_NAMES[track]} is shown, not certain: {missing}; {today}")
            else:
                today = f"today's facts would assign {TRACK_NAMES[assigned[row]]}: {arithmetic[row]}"
                reason = f"{TRACK_NAMES[track]} is kept from the enrollment of {lock.decided_on} until renewal; {today}"
                yield Selection(account, name, track, "enrolled", reason)
        return
    for account, by_track in totals.items():
        track = selected[account, name]
        if tracks.choose == "single":
            yield Selection(account, name, track, "single", "This edition has one track")
        else:
            yield Selection(account, name, track, "best", _compared(plan, track, by_track))


def _compared(plan: Plan, track: str, totals: Mapping[str, int]) -> str:
    shown = plan.programme.shown
    each = " and ".join(f"{TRACK_NAMES[one]} has {shown(Fraction(points, MICRO))}" for one, points in totals.items())
    if len(set(totals.values())) == 1:
        return f"{each} points: the totals are equal, and {TRACK_NAMES[track]} comes first"
    return f"{each} points: the higher total counts"


def _arithmetic(planned: DesignationPlan, plan: Plan, values: pl.DataFrame) -> list[str]:
    """Say for each row of `values` what the assignment looked at and what it asks for."""
    assign, assignment = planned.rules.tracks.assign, planned.assignment
    if assign is None or assignment is None:
        missing = f"there is no {AZURE if assign is None or assign.kind == 'customer_segments' else REVENUE} table to assign it by"
        return [missing] * values.height
    if isinstance(assignment, RevenueAssignment):
        return _by_revenue(assign, assignment, plan, values)
    return _by_segments(assign, assignment, plan, values)


def _by_segments(assign: Assign, assignment: SegmentAssignment, plan: Plan, values: pl.DataFrame) -> list[str]:
    month = month_text(plan.windows[AZURE].data_month)
    base, small = values[assignment.base].to_list(), values[assignment.smb].to_list()
    acr: Sequence[int | None] = [None] * values.height if assignment.acr is None else values[assignment.acr].to_list()
    asked = "" if assign.share is None else f"SMB needs {needs(assign.share)}%"
    return [_segment_words(assign, month, *numbers, asked) for numbers in zip(base, small, acr, strict=True)]


def _segment_words(assign: Assign, month: str, base: int, small: int, acr: int | None, asked: str) -> str:
    if base == 0:
        return f"no customer has usage in {month}, and an empty customer base is Enterprise"
    share = number(Fraction(small * 100, base))
    of_base = f"{small:,} of {counted(f'{base:,}', 'customers')} with usage in {month}"
    words = f"{of_base} {'is' if small == 1 else 'are'} in an SMB segment, {share}%; {asked}"
    if acr is not None and assign.acr is not None:
        words += f" and {needs(assign.acr)} USD of ACR in twelve months, which is {number(Fraction(acr, MONEY_SCALE))} USD"
    return words


def _by_revenue(assign: Assign, assignment: RevenueAssignment, plan: Plan, values: pl.DataFrame) -> list[str]:
    window = plan.windows[REVENUE]
    months = f"in both {month_text(window.baseline_month)} and {month_text(window.data_month)}"
    revenue = "" if assign.revenue is None else f"{needs(assign.revenue)} USD of revenue "
    asked = "" if assign.workload_count is None else f"; Enterprise needs {needs(assign.workload_count)}"
    return [
        f"{counted(str(large), 'workloads')} {'has' if large == 1 else 'have'} a customer with {revenue}{months}{asked}"
        for large in values[assignment.column].to_list()
    ]

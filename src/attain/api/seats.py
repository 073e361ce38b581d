"""Seats bought, assigned and active, and the active shares to reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.advise import seats as seating
from attain.advise.seats import SeatUse
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Month, Word
from attain.api.cursors import Paged
from attain.api.downloads import DOWNLOADS, Wanted
from attain.api.working import WORKED_OUT, Given, Listed, Working
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.scoring.windows import month_text

router = Router(tags=["Advice"])
FILES = {DOWNLOADS: True, WORKED_OUT: True}
SEATS = Listed("seats", lambda advice: advice.seats(), "seats", seating.SEAT_COLUMNS, seating.seat_records)
GOALS = Listed("seats", lambda advice: advice.seats(), "seat goals", seating.GOAL_COLUMNS, seating.goal_records)


class SeatsAsked(Paged):
    """Which seats."""

    search: Word = Field("", description="A part of the customer's name, its tenant or the workload.")
    idle: bool = Field(False, description="Only where seats are unassigned or unused.")
    format: Wanted = None


class SeatsShown(Schema):
    """One customer's workload in the data month; `assigned` and what follows from it are null where no file tells it."""

    tenant_id: str
    customer: str
    workload: str = Field(examples=["teams"])
    name: str
    bought: int
    assigned: int | None
    active: int
    unassigned: int | None
    unused: int | None
    share: Amount | None


class SeatsPage(Schema):
    """A page of seats, those with most unassigned and unused first; the sums are over all of the partner's."""

    as_of: dt.date
    data_month: Month
    bought: int
    assigned: int
    active: int
    count: int
    rows: list[SeatsShown]
    next: str


class GoalsAsked(Paged):
    """How it is written."""

    format: Wanted = None


class GoalShown(Schema):
    """What it takes for a customer to reach the active share of a metric, and the points by designation that it gives."""

    tenant_id: str
    customer: str
    designation: str
    metric: str
    part: str
    bought: int
    active: int
    more_users: int
    share_needed: str = Field(examples=["more than 40%"])
    points: dict[str, Amount]
    gain: Amount


class GoalsPage(Schema):
    """A page of goals, those worth most first: of `customers` short of an active share, those with the fewest users to go."""

    as_of: dt.date
    customers: int
    count: int
    rows: list[GoalShown]
    next: str


@router.get("/partners/{partner_id}/seats", response={200: SeatsPage, 202: Working}, summary="Seats", openapi_extra=FILES)
@endpoint_needs(Access.INSIGHTS)
def seats(
    request: AttainRequest, partner_id: str, asked: Query[SeatsAsked], response: HttpResponse
) -> SeatsPage | Status[Working] | HttpResponseBase:
    """Compare seats bought, assigned and active, by customer and workload."""

    def narrowed(every: SeatUse) -> SeatUse:
        return replace(every, seats=every.matching(asked.search, idle=asked.idle))

    given = SEATS.of(request, partner_id, asked, response, narrowed)
    if not isinstance(given, Given):
        return given
    found, kept = given.found, given.kept.seats
    shown, following = given.about.page(kept, asked)
    bought, assigned, active = found.counts
    return SeatsPage(
        as_of=found.as_of,
        data_month="" if found.data_month is None else month_text(found.data_month),
        bought=bought,
        assigned=assigned,
        active=active,
        count=len(kept),
        rows=[SeatsShown.model_validate(one) for one in shown],
        next=following,
    )


@router.get(
    "/partners/{partner_id}/seats/goals", response={200: GoalsPage, 202: Working}, summary="Active shares to reach", openapi_extra=FILES
)
@endpoint_needs(Access.INSIGHTS)
def seat_goals(
    request: AttainRequest, partner_id: str, asked: Query[GoalsAsked], response: HttpResponse
) -> GoalsPage | Status[Working] | HttpResponseBase:
    """Say for which customers more active users would reach the share that a metric asks for, and what that gives."""
    given = GOALS.of(request, partner_id, asked, response)
    if not isinstance(given, Given):
        return given
    found = given.found
    shown, following = given.about.page(found.goals, asked)
    rows = [GoalShown.model_validate(one) for one in shown]
    return GoalsPage(as_of=found.as_of, customers=found.short, count=len(found.goals), rows=rows, next=following)

"""A distributor's call list: whom to call first and why, calls and notes about them."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Word
from attain.api.bodies import Body
from attain.api.cursors import Paged
from attain.api.portfolio import Key, PartnerId, ResellerShown, Slug, next_of, place_of, start_of
from attain.people.access import AttainRequest, OutOfReach
from attain.people.roles import Access
from attain.published.calls import Asked, Call, Words, call_list
from attain.published.read import publication
from attain.published.resellers import listed_ids
from attain.recorded.calls import LONGEST_NOTE, calls_with, record_call
from attain.recorded.models import ResellerCall
from attain.rulebook.load import load_book

router = Router(tags=["Portfolio"])


class CallRecorded(Schema):
    """A call with a reseller, or only a note about it."""

    partner_id: str
    called: bool
    note: str
    recorded_by: str
    recorded_at: dt.datetime

    @classmethod
    def of(cls, found: ResellerCall) -> CallRecorded:
        """Show a call."""
        return cls(
            partner_id=found.partner_id,
            called=found.called,
            note=found.note,
            recorded_by=found.recorded_by,
            recorded_at=found.recorded_at,
        )


class CallLine(Schema):
    """A line of the call list: the reseller as it is seen, the reason by its name and in one sentence, the last call or note."""

    reseller: ResellerShown
    reason: str = Field(examples=["renew_short"])
    sentence: str
    last: CallRecorded | None

    @classmethod
    def of(cls, found: Call) -> CallLine:
        """Show a line."""
        last = None if found.last is None else CallRecorded.of(found.last)
        return cls(reseller=ResellerShown.of(found.reseller), reason=found.reason.name.lower(), sentence=found.sentence, last=last)


class CallPage(Schema):
    """A page of the call list, the most pressing first. `next` is the cursor of the following page, empty on the last."""

    count: int
    calls: list[CallLine]
    next: str


class CallsAsked(Paged):
    """Which lines are asked for."""

    designation: Word = Field("", description="The designation; any unless given.")
    segment: Key | None = Field(None, description="The number of a segment; any reseller unless given.")
    state: Word = Field("", description="open or called: whether one was called in the last 30 days.")


class CallMade(Body):
    """A call that was made, or with `called` false a note alone."""

    called: bool = True
    note: str = Field("", max_length=LONGEST_NOTE)


class CallsRecorded(Schema):
    """Calls and notes about a reseller, the latest first."""

    calls: list[CallRecorded]


@router.get("/portfolio/{organization}/calls", response=CallPage, summary="Whom to call")
@endpoint_needs(Access.PORTFOLIO)
def list_calls(request: AttainRequest, organization: Slug, asked: Query[CallsAsked]) -> CallPage:
    """List whom to call, the most pressing first, of the resellers that share at least their totals."""
    holds, book = publication(), load_book()
    designation = book.designation(asked.designation).id if asked.designation else ""
    wanted = Asked(designation, asked.segment, asked.state)
    found = call_list(holds, place_of(request), wanted, Words.of(book, holds.day))
    start, count = start_of("calls", holds, asked.cursor), found.count()
    end = start + asked.limit
    return CallPage(count=count, calls=[CallLine.of(one) for one in found[start:end]], next=next_of("calls", holds, end, count))


@router.get("/portfolio/{organization}/resellers/{partner_id}/calls", response=CallsRecorded, summary="Calls with a reseller")
@endpoint_needs(Access.PORTFOLIO)
def list_recorded_calls(request: AttainRequest, organization: Slug, partner_id: PartnerId) -> CallsRecorded:
    """List the calls and notes about a reseller that people of the organization recorded."""
    _listed(request, partner_id)
    return CallsRecorded(calls=[CallRecorded.of(one) for one in calls_with(place_of(request), partner_id)])


@router.post("/portfolio/{organization}/resellers/{partner_id}/calls", response={201: CallRecorded}, summary="Record a call")
@endpoint_needs(Access.PORTFOLIO_NOTES)
def record_a_call(request: AttainRequest, organization: Slug, partner_id: PartnerId, asked: CallMade) -> Status[CallRecorded]:
    """Record a call or a note. A token needs the scope to plan."""
    _listed(request, partner_id)
    made = record_call(place_of(request), request.granted.principal.actor, partner_id, note=asked.note, called=asked.called)
    return Status(HTTPStatus.CREATED, CallRecorded.of(made))


def _listed(request: AttainRequest, partner_id: str) -> None:
    if not listed_ids(publication(), place_of(request), [partner_id]):
        raise OutOfReach(f"reseller {partner_id}")

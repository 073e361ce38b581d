"""Partners, their overview, one designation, and its history."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Month, Word, maybe_micro, of_micro
from attain.api.caching import not_changed, tagged
from attain.api.cursors import Paged, after, cursor
from attain.api.shown import tag_of_published
from attain.api.standing import DesignationShown, PartnerShown, PublicationShown, TrackShown
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published import read
from attain.published.listed import partners_after
from attain.published.read import publication, published

router = Router(tags=["Partners"])


class PartnerPage(Schema):
    """A page of partners by name. `next` is the cursor of the following page, empty on the last."""

    partners: list[PartnerShown]
    next: str


class Overview(Schema):
    """A partner with all its designations."""

    publication: PublicationShown
    partner: PartnerShown
    designations: list[DesignationShown]


class DesignationDetail(DesignationShown):
    """A designation with every metric of every track."""

    tracks: list[TrackShown]


class MonthShown(Schema):
    """A month: how it ended on `day` and its best day; points by metric of the track that counted, and totals of the other tracks."""

    month: Month
    day: dt.date
    status: str
    track: str
    total: Amount
    complete: bool
    qualified: bool
    data_month: Month
    best_total: Amount | None
    best_on: dt.date | None
    metrics: dict[str, Amount]
    other_tracks: dict[str, Amount]


class DayShown(Schema):
    """A total that holds from `day` until the next one."""

    day: dt.date
    total: Amount
    qualified: bool
    complete: bool


class RuleChange(Schema):
    """A day on which the rules changed."""

    day: dt.date
    what: str = Field(examples=["edition 2026-07"])


class History(Schema):
    """A designation of a partner through time. `refreshes` are days on which new months of usage began to count."""

    designation: str
    months: list[MonthShown]
    days: list[DayShown]
    rule_changes: list[RuleChange]
    refreshes: list[dt.date]


@router.get("/publication", response=PublicationShown, summary="What answers are made from")
@endpoint_needs(Access.SIGNED_IN)
def current_publication(request: AttainRequest) -> PublicationShown:
    """Give the day and the state of the facts and the rulebook that is published now."""
    return PublicationShown.of(publication())


class PartnersAsked(Paged):
    """Which partners are asked for."""

    search: Word = Field("", description="A part of the name, or the beginning of the id.")


@router.get("/partners", response=PartnerPage, summary="Partners that I may see")
@endpoint_needs(Access.SIGNED_IN)
def list_partners(request: AttainRequest, asked: Query[PartnersAsked]) -> PartnerPage:
    """List one's own partners that are published, by name."""
    among = request.granted.principal.partner_ids(Access.INSIGHTS)
    last = after("partners", asked.cursor)
    search = asked.search.strip()
    found = partners_after(publication(), among, search=search, after=None if last is None else (last[0], last[1]), size=asked.limit + 1)
    shown = found[: asked.limit]
    more = len(found) > len(shown)
    end = cursor("partners", shown[-1].name_folded, shown[-1].partner_id) if more else ""
    return PartnerPage(partners=[PartnerShown.of(row) for row in shown], next=end)


@router.get("/partners/{partner_id}", response=Overview, summary="A partner with all its designations")
@endpoint_needs(Access.MEMBERSHIP)
def overview(request: AttainRequest, partner_id: str, response: HttpResponse) -> Overview | HttpResponse:
    """Give how a partner stands in every designation: points, status, what blocks, the next date, Microsoft's own number."""
    holds, partner = published(partner_id)
    tag = tag_of_published(request, holds, partner)
    if (same := not_changed(request, tag)) is not None:
        return same
    tagged(response, tag)
    found = read.overview(partner_id, holds)
    return Overview(
        publication=PublicationShown.of(holds),
        partner=PartnerShown.of(found.partner),
        designations=[DesignationShown.model_validate(DesignationShown.fields_of(one)) for one in found.designations],
    )


@router.get("/partners/{partner_id}/designations/{designation}", response=DesignationDetail, summary="A designation with its metrics")
@endpoint_needs(Access.MEMBERSHIP)
def designation(request: AttainRequest, partner_id: str, designation: str, response: HttpResponse) -> DesignationDetail | HttpResponse:
    """Give a designation of a partner with every metric of every track."""
    holds, partner = published(partner_id)
    tag = tag_of_published(request, holds, partner)
    if (same := not_changed(request, tag)) is not None:
        return same
    tagged(response, tag)
    _, found = read.designation(partner_id, designation, holds)
    tracks = [TrackShown.of(track, track.id == found.row.track) for track in found.tracks]
    return DesignationDetail.model_validate({**DesignationShown.fields_of(found), "tracks": tracks})


@router.get("/partners/{partner_id}/designations/{designation}/history", response=History, summary="A designation through time")
@endpoint_needs(Access.MEMBERSHIP)
def history(request: AttainRequest, partner_id: str, designation: str, response: HttpResponse) -> History | HttpResponse:
    """Give all months of a designation, the days on which its total changed, and those on which its rules did."""
    holds, partner = published(partner_id)
    tag = tag_of_published(request, holds, partner)
    if (same := not_changed(request, tag)) is not None:
        return same
    tagged(response, tag)
    found = read.history(partner_id, designation, holds)
    months = [
        MonthShown(
            month=point.month,
            day=point.day,
            status=point.status,
            track=point.track,
            total=of_micro(point.total),
            complete=point.complete,
            qualified=point.qualified,
            data_month=point.data_month,
            best_total=maybe_micro(point.best),
            best_on=point.best_on,
            metrics={name: of_micro(points) for name, points in point.metrics.items()},
            other_tracks={name: of_micro(total) for name, total in point.others.items()},
        )
        for point in found.months
    ]
    days = [
        DayShown(day=point.day, total=of_micro(point.total), qualified=point.qualified, complete=point.complete) for point in found.days
    ]
    changes = [RuleChange(day=change.day, what=change.what) for change in found.changes]
    return History(designation=found.designation, months=months, days=days, rule_changes=changes, refreshes=sorted(found.refreshes))

"""Segments of a portfolio: partners put together under a name."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from attain.api.access import endpoint_needs
from attain.api.bodies import Body
from attain.api.portfolio import Key, PartnerId, Slug, place_of
from attain.people.access import AttainRequest
from attain.people.models import Segment, SegmentPartner
from attain.people.roles import Access
from attain.people.segments import LARGEST, LONGEST_NAME, remove_segment, rename_segment, save_segment, segment_of, segments_of
from attain.published.read import publication
from attain.published.resellers import listed_ids

router = Router(tags=["Portfolio"])
Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f]*$")]


class SegmentShown(Schema):
    """A segment and how many partners it has."""

    id: int
    name: str
    size: int


class SegmentWhole(SegmentShown):
    """A segment with its partners."""

    partners: list[str]


class Segments(Schema):
    """Every segment of an organization, by name."""

    segments: list[SegmentShown]


class SegmentAsked(Body):
    """A segment to save; one of the same name gets these partners instead of its own."""

    name: Name
    partners: Annotated[list[PartnerId], Field(max_length=LARGEST)]


class SegmentNamed(Body):
    """Another name."""

    name: Name


def _whole(found: Segment) -> SegmentWhole:
    ids = list(SegmentPartner.objects.filter(segment=found).order_by("partner_id").values_list("partner_id", flat=True))
    return SegmentWhole(id=found.pk, name=found.name, size=len(ids), partners=ids)


@router.get("/portfolio/{organization}/segments", response=Segments, summary="Segments")
@endpoint_needs(Access.PORTFOLIO)
def list_segments(request: AttainRequest, organization: Slug) -> Segments:
    """List the segments."""
    rows = segments_of(place_of(request)).values_list("pk", "name", "size")
    return Segments(segments=[SegmentShown(id=key, name=name, size=size) for key, name, size in rows])


@router.put("/portfolio/{organization}/segments", response=SegmentWhole, summary="Save a segment")
@endpoint_needs(Access.PORTFOLIO_NOTES)
def put_segment(request: AttainRequest, organization: Slug, asked: SegmentAsked) -> SegmentWhole:
    """Make a segment, or give the one of that name other partners. A token needs the scope to plan."""
    holds, place = publication(), place_of(request)
    made = save_segment(request.granted, request, asked.name, asked.partners, known=lambda some: listed_ids(holds, place, some))
    return _whole(made)


@router.get("/portfolio/{organization}/segments/{segment}", response=SegmentWhole, summary="One segment")
@endpoint_needs(Access.PORTFOLIO)
def show_segment(request: AttainRequest, organization: Slug, segment: Key) -> SegmentWhole:
    """Give a segment with its partners."""
    return _whole(segment_of(place_of(request), segment))


@router.patch("/portfolio/{organization}/segments/{segment}", response=SegmentWhole, summary="Rename a segment")
@endpoint_needs(Access.PORTFOLIO_NOTES)
def name_segment(request: AttainRequest, organization: Slug, segment: Key, asked: SegmentNamed) -> SegmentWhole:
    """Give a segment another name."""
    return _whole(rename_segment(request.granted, request, segment_of(place_of(request), segment), asked.name))


@router.delete("/portfolio/{organization}/segments/{segment}", response={204: None}, summary="Remove a segment")
@endpoint_needs(Access.PORTFOLIO_NOTES)
def delete_segment(request: AttainRequest, organization: Slug, segment: Key) -> HttpResponse:
    """Remove a segment; its partners stay as they are."""
    remove_segment(request.granted, request, segment_of(place_of(request), segment))
    return HttpResponse(status=204)

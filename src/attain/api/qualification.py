"""The qualification summary: every designation with its tracks side by side, for whoever sees Insights."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Month
from attain.api.caching import not_changed, tagged
from attain.api.shown import tag_of_published
from attain.api.standing import TrackShown
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published import read
from attain.published.read import Designation, published

router = Router(tags=["Insights"])


class AreaShown(Schema):
    """A designation in the summary: the track that counts and why, what blocks, and every metric of every track."""

    designation: str = Field(examples=["security"])
    name: str = Field(examples=["Security"])
    edition: str = Field(examples=["2026-07"])
    status: str = Field(examples=["in_progress"])
    status_name: str = Field(examples=["In progress"])
    track: str = Field(examples=["enterprise"])
    selected_why: str
    blocks: str
    qualifying_total: Amount
    qualifies: bool
    data_month: Month
    tracks: list[TrackShown]

    @classmethod
    def of(cls, found: Designation) -> AreaShown:
        """Show a designation."""
        row = found.row
        return cls(
            designation=found.id,
            name=found.name,
            edition=row.edition,
            status=row.status,
            status_name=row.status_name,
            track=row.track,
            selected_why=row.selected_why,
            blocks=row.blocks,
            qualifying_total=found.qualifying_total,
            qualifies=row.qualifies,
            data_month=row.data_month,
            tracks=[TrackShown.of(track, track.id == row.track) for track in found.tracks],
        )


class Qualification(Schema):
    """How near a partner is to every designation, on every track. `held` counts those that it holds."""

    partner_id: str = Field(examples=["1000001"])
    name: str
    day: dt.date
    held: int
    designations: list[AreaShown]


@router.get("/partners/{partner_id}/qualification", response=Qualification, summary="Qualification summary")
@endpoint_needs(Access.INSIGHTS)
def qualification(request: AttainRequest, partner_id: str, response: HttpResponse) -> Qualification | HttpResponse:
    """Give how near each designation is, with both tracks side by side."""
    holds, partner = published(partner_id)
    tag = tag_of_published(request, holds, partner)
    if (same := not_changed(request, tag)) is not None:
        return same
    tagged(response, tag)
    found = read.overview(partner_id, holds)
    return Qualification(
        partner_id=partner_id,
        name=found.partner.name,
        day=found.partner.day,
        held=found.partner.held,
        designations=[AreaShown.of(one) for one in found.designations],
    )

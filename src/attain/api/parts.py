"""A metric split: by location, or by the subscriptions or workloads of one tenant."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Code, Word
from attain.api.working import About
from attain.errors import AttainError, did_you_mean
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published import read

router = Router(tags=["Partners"])


class PartsAsked(Schema):
    """How it is split."""

    track: Word = Field("", description="The track; the one that counts unless given.")
    tenant: Word = Field("", description="The tenant whose subscriptions or workloads are wanted; locations unless given.")


class PartShown(Schema):
    """A subscription, a workload or a location: what is recognized a year ago and now, and what nobody is recognized for."""

    pool: str
    name: str
    before: Amount | None
    after: Amount
    unrecognized: Amount


class PartsShown(Schema):
    """A metric split. `by` says into what."""

    designation: str
    metric: str
    track: str
    by: str = Field(examples=["location"])
    parts: list[PartShown]


@router.get("/partners/{partner_id}/designations/{designation}/metrics/{metric}/parts", response=PartsShown, summary="A metric split")
@endpoint_needs(Access.MEMBERSHIP)
def metric_parts(
    request: AttainRequest, partner_id: str, designation: Code, metric: Code, asked: Query[PartsAsked], response: HttpResponse
) -> PartsShown | HttpResponse:
    """Split a metric by location, or one tenant's part of it by subscription or workload."""
    about = About.of(request, partner_id)
    if (same := about.same()) is not None:
        return same
    standing = about.standing
    _, found = read.designation(partner_id, designation, standing.overview.publication)
    tracks = {track.id: [one.id for one in track.metrics] for track in found.tracks}
    track = asked.track or found.row.track
    if track not in tracks:
        raise AttainError("unknown-track", f"{found.id} has no track {track!r}", "track", did_you_mean(track, tracks))
    if metric not in tracks[track]:
        raise AttainError("unknown-metric", f"{found.id} has no metric {metric!r}", "metric", did_you_mean(metric, tracks[track]))
    tenant = asked.tenant or None
    day, options = standing.overview.partner.day, standing.options
    parts = standing.answer(
        ("parts", found.id, metric, track, tenant),
        lambda workspace: workspace.parts(
            day, partner=partner_id, designation=found.id, metric=metric, track=track, tenant=tenant, **options
        ),
    )
    about.tagged(response)
    return PartsShown(
        designation=found.id,
        metric=metric,
        track=track,
        by="subscription or workload" if tenant else "location",
        parts=[PartShown.model_validate(one) for one in parts],
    )

"""Why scores changed between two days, and Microsoft's numbers beside ours, computed when they are asked for."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Day, Word, maybe_decimal, maybe_fraction, of_fraction
from attain.api.caching import not_changed, tagged
from attain.api.downloads import DOWNLOADS, Format, Wanted, download, wanted
from attain.api.shown import tag_of_facts
from attain.errors import AttainError
from attain.explaining.lines import DesignationDifference, ScoredOn
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.read import published
from attain.published.served import options_of, workspace_of
from attain.report.pieces import difference_pieces, reconciliation_pieces

router = Router(tags=["Computed"])


class LineShown(Schema):
    """One cause of a change. `points` are cut at six places, `exact` the same without loss, such as 20/3."""

    kind: str = Field(examples=["won"])
    part: str
    entity: str
    tenant_id: str
    name: str
    before: Amount
    after: Amount
    points: Amount
    exact: str = Field(examples=["20/3"])
    reason: str


class MetricDifferenceShown(Schema):
    """A metric on either day; the points of its lines add up exactly to its change."""

    metric: str
    name: str
    before: Amount
    after: Amount
    lines: list[LineShown]


class ScoredDay(Schema):
    """A designation on one of the days."""

    day: dt.date
    edition: str
    track: str
    total: Amount
    qualified: bool
    notes: list[str]


class DesignationDifferenceShown(Schema):
    """A designation on two days."""

    designation: str
    name: str
    change: Amount
    before: ScoredDay
    after: ScoredDay
    metrics: list[MetricDifferenceShown]


class DifferenceShown(Schema):
    """Why the scores of a partner differ between two days."""

    partner_id: str
    designations: list[DesignationDifferenceShown]


class DaysAsked(Schema):
    """Which two days."""

    from_: Day = Field(alias="from", description="The earlier day.")
    to: Day = Field(description="The later day.")
    designation: Word = Field("", description="The designation; all unless given.")
    track: Word = Field("", description="The track; the one that counts unless given.")
    format: Wanted = None


class ClueShown(Schema):
    """What could explain a difference; `agrees` where it does by itself."""

    kind: str
    words: str
    points: Amount | None
    agrees: bool


class ComparedShown(Schema):
    """A number that Microsoft reported, and ours of the same day."""

    as_of: dt.date
    designation: str
    edition: str
    track: str
    metric: str
    reported_value: Amount | None
    value: Amount | None
    reported_points: Amount | None
    points: Amount | None
    difference: Amount | None
    agrees: bool
    clues: list[ClueShown]


class ReconciliationShown(Schema):
    """Microsoft's numbers beside ours. `faults` are reported rows that cannot be compared."""

    partner_id: str
    rows: list[ComparedShown]
    faults: list[str]


class ReconciliationAsked(Schema):
    """Which numbers."""

    as_of: Day | None = Field(None, description="The day of the numbers; every one unless given.")
    format: Wanted = None


@router.get("/partners/{partner_id}/difference", response=DifferenceShown, summary="Why scores changed", openapi_extra={DOWNLOADS: True})
@endpoint_needs(Access.MEMBERSHIP)
def difference(
    request: AttainRequest, partner_id: str, asked: Query[DaysAsked], response: HttpResponse
) -> DifferenceShown | HttpResponseBase:
    """Say why the scores of a partner changed between two days, cause by cause, adding up exactly."""
    holds, partner = published(partner_id)
    workspace = workspace_of(partner)
    tag = tag_of_facts(request, workspace, holds.pk)
    kind = wanted(request, asked.format)
    if (same := not_changed(request, tag)) is not None:
        return same
    if asked.track and not asked.designation:
        raise AttainError("track-of-what", "a track is one of a designation", "track", "name the designation too")
    found = workspace.difference(
        partner=partner_id,
        from_=asked.from_,
        to=asked.to,
        designations=[asked.designation] if asked.designation else None,
        track=asked.track or None,
        **options_of(holds),
    )
    if kind is not Format.json:
        return download(request, kind, f"{partner_id} {asked.from_} to {asked.to}", tag, partial(difference_pieces, found))
    tagged(response, tag)
    return DifferenceShown(partner_id=found.partner_id, designations=[_difference(one) for one in found.designations])


def _difference(found: DesignationDifference) -> DesignationDifferenceShown:
    metrics = [
        MetricDifferenceShown(
            metric=metric.metric,
            name=metric.name,
            before=of_fraction(metric.before),
            after=of_fraction(metric.after),
            lines=[
                LineShown(
                    kind=line.kind,
                    part=line.part,
                    entity=line.entity,
                    tenant_id=line.tenant_id,
                    name=line.name,
                    before=of_fraction(line.before),
                    after=of_fraction(line.after),
                    points=of_fraction(line.points),
                    exact=str(line.points),
                    reason=line.reason,
                )
                for line in metric.lines
            ],
        )
        for metric in found.metrics
    ]
    return DesignationDifferenceShown(
        designation=found.designation,
        name=found.name,
        change=of_fraction(found.change),
        before=_scored(found.before),
        after=_scored(found.after),
        metrics=metrics,
    )


def _scored(found: ScoredOn) -> ScoredDay:
    return ScoredDay(
        day=found.day,
        edition=found.edition,
        track=found.track,
        total=of_fraction(found.total),
        qualified=found.qualified,
        notes=list(found.notes),
    )


@router.get(
    "/partners/{partner_id}/reconciliation",
    response=ReconciliationShown,
    summary="Microsoft's numbers beside ours",
    openapi_extra={DOWNLOADS: True},
)
@endpoint_needs(Access.MEMBERSHIP)
def reconciliation(
    request: AttainRequest, partner_id: str, asked: Query[ReconciliationAsked], response: HttpResponse
) -> ReconciliationShown | HttpResponseBase:
    """Compare every number that Microsoft reported with ours of the same day, and say what could explain a difference."""
    holds, partner = published(partner_id)
    workspace = workspace_of(partner)
    tag = tag_of_facts(request, workspace, holds.pk)
    kind = wanted(request, asked.format)
    if (same := not_changed(request, tag)) is not None:
        return same
    found = workspace.reconcile(partner=partner_id, as_of=asked.as_of, **options_of(holds))
    if kind is not Format.json:
        return download(request, kind, f"{partner_id} reconciliation", tag, partial(reconciliation_pieces, found))
    tagged(response, tag)
    rows = [
        ComparedShown(
            as_of=row.as_of,
            designation=row.designation,
            edition=row.edition,
            track=row.track,
            metric=row.metric,
            reported_value=maybe_decimal(row.reported_value),
            value=maybe_fraction(row.value),
            reported_points=maybe_decimal(row.reported_points),
            points=maybe_fraction(row.points),
            difference=maybe_fraction(row.difference),
            agrees=row.agrees,
            clues=[
                ClueShown(kind=clue.kind, words=clue.words, points=maybe_fraction(clue.points), agrees=clue.agrees) for clue in row.clues
            ],
        )
        for row in found.rows
    ]
    return ReconciliationShown(partner_id=found.partner_id, rows=rows, faults=list(found.faults))

"""Scores and statuses of any day, computed when they are asked for."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Day, Word, maybe_decimal, of_decimal, of_fraction
from attain.api.caching import not_changed, tagged
from attain.api.downloads import DOWNLOADS, Format, Wanted, download, wanted
from attain.api.shown import tag_of_facts
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.read import published
from attain.published.served import options_of, workspace_of
from attain.report.pieces import score_pieces, status_pieces
from attain.scoring.options import ScoreOptions
from attain.scoring.statuses import PartnerOn

router = Router(tags=["Computed"])


class DayAsked(Schema):
    """Of which day, and how it is written."""

    on: Day | None = Field(None, description="The day; the published one unless given.")
    designation: Word = Field("", description="The designation; all unless given.")
    format: Wanted = None


class ScoresAsked(DayAsked):
    """What is scored."""

    edition: Word = Field("", description="Score by this edition, whatever the day.")
    basis: Word = Field("", description="acr, list, billed or amortized; the published one unless given.")
    refresh_day: int | None = Field(None, ge=1, le=31, description="The day of a month from which the month before counts.")


class ScoreShown(Schema):
    """A row of a score: a metric, or `total`, of a track. Values are empty where a metric adds unlike things."""

    partner_id: str
    as_of: dt.date
    data_month: str | None
    designation: str
    edition: str
    track: str
    selected: bool
    metric: str
    value: Amount | None
    full_marks: Amount | None
    points: Amount
    max_points: Amount
    complete: bool
    qualified: bool | None
    basis: str


class ScoresShown(Schema):
    """Scores of a day, with what made them. `notes` say what the facts do not cover."""

    rulebook: str
    facts: str
    engine: str
    notes: list[str]
    scores: list[ScoreShown]


class StatusShown(Schema):
    """The status of a designation on a day, why, and the next date that matters."""

    designation: str
    status: str
    status_name: str
    reason: str
    next_date: dt.date
    next_event: str
    next_meaning: str
    window_start: dt.date
    window_end: dt.date
    qualified_on: dt.date | None
    best_points: Amount | None
    best_on: dt.date | None
    enrolled_on: dt.date | None
    recorded: bool
    anniversary: dt.date | None
    renewal_start: dt.date | None
    renewal_end: dt.date | None
    track: str | None


class StatusesShown(Schema):
    """Statuses of a day. `doubts` say what speaks against recorded purchases."""

    partner_id: str
    as_of: dt.date
    badges: list[str]
    all_held: str
    statuses: list[StatusShown]
    doubts: list[str]


@router.get("/partners/{partner_id}/scores", response=ScoresShown, summary="Scores of any day", openapi_extra={DOWNLOADS: True})
@endpoint_needs(Access.MEMBERSHIP)
def scores(request: AttainRequest, partner_id: str, asked: Query[ScoresAsked], response: HttpResponse) -> ScoresShown | HttpResponseBase:
    """Score a partner on a day, in every designation or one; a file has the columns of the data contract."""
    holds, partner = published(partner_id)
    workspace = workspace_of(partner)
    tag = tag_of_facts(request, workspace, holds.pk)
    kind = wanted(request, asked.format)
    if (same := not_changed(request, tag)) is not None:
        return same
    options: ScoreOptions = {**options_of(holds), "edition": asked.edition or None}
    if asked.basis:
        options["basis"] = asked.basis
    if asked.refresh_day is not None:
        options["refresh_day"] = asked.refresh_day
    named = [asked.designation] if asked.designation else None
    day = asked.on or partner.day
    found = workspace.score(day, partners=[partner_id], designations=named, **options)
    if kind is not Format.json:
        return download(request, kind, f"{partner_id} scores {day}", tag, partial(score_pieces, found))
    tagged(response, tag)
    rows = [
        ScoreShown(
            partner_id=row.partner_id,
            as_of=row.as_of,
            data_month=row.data_month,
            designation=row.designation,
            edition=row.edition,
            track=row.track,
            selected=row.selected,
            metric=row.metric,
            value=maybe_decimal(row.value),
            full_marks=maybe_decimal(row.full_marks),
            points=of_decimal(row.points),
            max_points=of_decimal(row.max_points),
            complete=row.complete,
            qualified=row.qualified,
            basis=row.basis,
        )
        for row in found.rows()
    ]
    notes = [str(gap) for gap in found.gaps]
    return ScoresShown(rulebook=found.rulebook, facts=found.facts, engine=found.engine, notes=notes, scores=rows)


@router.get("/partners/{partner_id}/statuses", response=StatusesShown, summary="Statuses of any day", openapi_extra={DOWNLOADS: True})
@endpoint_needs(Access.MEMBERSHIP)
def statuses(request: AttainRequest, partner_id: str, asked: Query[DayAsked], response: HttpResponse) -> StatusesShown | HttpResponseBase:
    """Give the status of each designation on a day, with the reason and the next date that matters."""
    holds, partner = published(partner_id)
    workspace = workspace_of(partner)
    tag = tag_of_facts(request, workspace, holds.pk)
    kind = wanted(request, asked.format)
    if (same := not_changed(request, tag)) is not None:
        return same
    named = [asked.designation] if asked.designation else None
    day = asked.on or partner.day
    found = workspace.status(day, partners=[partner_id], designations=named, **options_of(holds))
    if kind is not Format.json:
        return download(request, kind, f"{partner_id} statuses {day}", tag, partial(status_pieces, found))
    tagged(response, tag)
    return _statuses(found[0])


def _statuses(found: PartnerOn) -> StatusesShown:
    shown = [
        StatusShown(
            designation=one.designation,
            status=one.status,
            status_name=one.status_name,
            reason=one.reason,
            next_date=one.next_date,
            next_event=one.next_event,
            next_meaning=one.next_meaning,
            window_start=one.window.start,
            window_end=one.window.end,
            qualified_on=one.qualified_on,
            best_points=None if one.best is None else of_fraction(one.best.points),
            best_on=None if one.best is None else one.best.day,
            enrolled_on=one.enrolled_on,
            recorded=one.recorded,
            anniversary=one.anniversary,
            renewal_start=None if one.renewal_window is None else one.renewal_window.start,
            renewal_end=None if one.renewal_window is None else one.renewal_window.end,
            track=one.track,
        )
        for one in found.on.statuses
    ]
    return StatusesShown(
        partner_id=found.partner_id,
        as_of=found.on.day,
        badges=[badge.name for badge in found.on.badges],
        all_held=found.on.all_held,
        statuses=shown,
        doubts=[f"{doubt.designation}: {doubt.text}" for doubt in found.doubts],
    )

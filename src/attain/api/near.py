"""Near misses and what is at risk."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.advise import near as nearing
from attain.advise.near import NearList
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Word
from attain.api.cursors import Paged
from attain.api.downloads import DOWNLOADS, Wanted
from attain.api.working import WORKED_OUT, Given, Listed, Working
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.rulebook.load import load_book

router = Router(tags=["Advice"])
FILES = {DOWNLOADS: True, WORKED_OUT: True}
NEAR = Listed("near", lambda advice: advice.near(), "near misses", nearing.COLUMNS, nearing.records)


class Stands(StrEnum):
    """Near a condition, from below or from above."""

    near_miss = "near_miss"
    at_risk = "at_risk"


class NearCondition(StrEnum):
    """Which condition."""

    threshold = "threshold"
    band_top = "band_top"
    active_share = "active_share"
    certificate = "certificate"


class NearAsked(Paged):
    """Which near misses."""

    designation: Word = Field("", description="The designation; all unless given.")
    state: Stands | None = Field(None, description="near_miss or at_risk; both unless given.")
    condition: NearCondition | None = Field(None, description="The condition; all unless given.")
    search: Word = Field("", description="A part of a name or id.")
    moves: bool = Field(False, description="Only what moves points.")
    format: Wanted = None


class NearShown(Schema):
    """A customer, or a person, near a condition: what is missing or to spare, and the points if that alone turned."""

    state: str = Field(examples=["near_miss"])
    designation: str
    track: str
    metric: str
    part: str
    condition: str = Field(examples=["threshold"])
    entity: str
    tenant_id: str
    name: str
    value: Amount
    needed: Amount
    distance: Amount
    unit: str = Field(examples=["USD"])
    trend: Amount | None
    months: int
    points: Amount
    reason: str


class NearPage(Schema):
    """A page of near misses, most points first: within the share `within` of what is asked for, certificates within `days`.

    Of those near one condition the nearest are listed; `left_out` counts the others.
    """

    as_of: dt.date
    within: Amount
    days: int
    left_out: int
    count: int
    rows: list[NearShown]
    next: str


@router.get("/partners/{partner_id}/near", response={200: NearPage, 202: Working}, summary="Near misses and at risk", openapi_extra=FILES)
@endpoint_needs(Access.INSIGHTS)
def near(
    request: AttainRequest, partner_id: str, asked: Query[NearAsked], response: HttpResponse
) -> NearPage | Status[Working] | HttpResponseBase:
    """List who is just below a condition and who is just above, with the points that this one turn moves."""

    def narrowed(every: NearList) -> NearList:
        designation = load_book().designation(asked.designation).id if asked.designation else ""
        state, condition = asked.state or "", asked.condition or ""
        kept = every.matching(asked.search, designation=designation, state=state, condition=condition, moves=asked.moves)
        return replace(every, rows=kept)

    given = NEAR.of(request, partner_id, asked, response, narrowed, asked.designation)
    if not isinstance(given, Given):
        return given
    found, kept = given.found, given.kept.rows
    shown, following = given.about.page(kept, asked)
    return NearPage.model_validate(
        {
            "as_of": found.as_of,
            "within": found.within,
            "days": found.days,
            "left_out": found.left_out,
            "count": len(kept),
            "rows": shown,
            "next": following,
        }
    )

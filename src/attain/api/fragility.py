"""What one loss would break, and the margins of each metric."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum
from typing import Literal

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.advise import fragility as breaking
from attain.advise.fragility import Fragility
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Word
from attain.api.cursors import Paged
from attain.api.downloads import DOWNLOADS, Wanted
from attain.api.working import WORKED_OUT, Given, Listed, Working
from attain.people.access import AttainRequest
from attain.people.roles import Access

router = Router(tags=["Advice"])
FILES = {DOWNLOADS: True, WORKED_OUT: True}
LOSSES = Listed("fragility", lambda advice: advice.fragility(), "losses", breaking.LOSS_COLUMNS, breaking.loss_records)
MARGINS = Listed("fragility", lambda advice: advice.fragility(), "margins", breaking.MARGIN_COLUMNS, breaking.margin_records)


class LossKind(StrEnum):
    """What is lost."""

    person = "person"
    certificate = "certificate"
    customer = "customer"


class LossesAsked(Paged):
    """Which losses."""

    kind: LossKind | None = Field(None, description="person, certificate or customer; all unless given.")
    breaks: Literal["qualification", "metric"] | None = Field(None, description="Only what loses a designation, or empties a metric.")
    search: Word = Field("", description="A part of a name, an id or a certificate.")
    format: Wanted = None


class EffectShown(Schema):
    """What a loss does to one designation: metrics in `emptied` fall to nothing."""

    designation: str
    name: str
    points: Amount
    emptied: list[str]
    disqualifies: bool
    track_before: str
    track_after: str


class LossShown(Schema):
    """One loss and the designations that it moves."""

    kind: str = Field(examples=["customer"])
    entity: str
    name: str
    certification: str
    effects: list[EffectShown]


class LossesPage(Schema):
    """A page of losses, worst first. `tried` counts those played through; of `customers` many, only those that add most are."""

    as_of: dt.date
    tried: dict[str, int]
    customers: int
    count: int
    rows: list[LossShown]
    next: str


class MarginShown(Schema):
    """How much a metric could lose: `spare` before the designation no longer qualifies, `surplus` beyond full marks."""

    designation: str
    metric: str
    name: str
    points: Amount
    max_points: Amount
    spare: Amount
    surplus: Amount
    entities: int
    largest: str
    largest_name: str
    largest_share: Amount | None


class Margins(Schema):
    """The margins of every metric on the tracks that count."""

    as_of: dt.date
    rows: list[MarginShown]


class FormatAsked(Schema):
    """How it is written."""

    format: Wanted = None


@router.get(
    "/partners/{partner_id}/fragility/losses", response={200: LossesPage, 202: Working}, summary="What one loss breaks", openapi_extra=FILES
)
@endpoint_needs(Access.INSIGHTS)
def losses(
    request: AttainRequest, partner_id: str, asked: Query[LossesAsked], response: HttpResponse
) -> LossesPage | Status[Working] | HttpResponseBase:
    """Say what the loss of one person, one certificate or one customer would break, worst first."""

    def narrowed(every: Fragility) -> Fragility:
        return replace(every, losses=every.matching(asked.search, kind=asked.kind or "", breaks=asked.breaks or ""))

    given = LOSSES.of(request, partner_id, asked, response, narrowed)
    if not isinstance(given, Given):
        return given
    found, kept = given.found, given.kept.losses
    shown, following = given.about.page(kept, asked)
    return LossesPage(
        as_of=found.as_of,
        tried={str(kind): number for kind, number in found.tried.items()},
        customers=found.customers,
        count=len(kept),
        rows=[LossShown.model_validate(one) for one in shown],
        next=following,
    )


@router.get(
    "/partners/{partner_id}/fragility/margins", response={200: Margins, 202: Working}, summary="Margins by metric", openapi_extra=FILES
)
@endpoint_needs(Access.INSIGHTS)
def margins(
    request: AttainRequest, partner_id: str, asked: Query[FormatAsked], response: HttpResponse
) -> Margins | Status[Working] | HttpResponseBase:
    """Say how much each metric could lose before its designation no longer qualifies."""
    given = MARGINS.of(request, partner_id, asked, response)
    if not isinstance(given, Given):
        return given
    found = given.found
    return Margins(as_of=found.as_of, rows=[MarginShown.model_validate(one) for one in found.margins])

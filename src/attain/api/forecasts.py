"""The forecast: a designation's total to come, until when it is safe, and what decides its renewal."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.advise import outlook
from attain.advise.courses import Usage
from attain.advise.expected import read_expectations
from attain.advise.outlook import NOT_AN_ENTITLEMENT, Forecast
from attain.advise.scenario import read_changes
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Line, Word
from attain.api.changes import MOST_CHANGES
from attain.api.downloads import DOWNLOADS, Format, Wanted, wanted
from attain.api.working import WORKED_OUT, About, Working, working
from attain.people.access import AttainRequest
from attain.people.roles import Access

router = Router(tags=["Forecast"])
MOST_EXPECTED, LONGEST_LINE = 20, 400
Lines = list[Annotated[Line, Field(max_length=LONGEST_LINE)]]


class ForecastAsked(Schema):
    """Of which designation, and how usage goes on."""

    designation: Word = Field(description="The designation.", examples=["security"])
    usage: Usage = Field("held", description="held as it is, by its trend, or set by `expect`.")
    expect: Lines = Field(
        default_factory=list[str],
        max_length=MOST_EXPECTED,
        description="What is expected of usage, a line each, where usage is set.",
        examples=[["percent=-20 from=2027-01-01"]],
    )
    change: Lines = Field(
        default_factory=list[str],
        max_length=MOST_CHANGES,
        description="Changes made first, a line each, as `attain simulate --change` takes them.",
        examples=[["drop_customer tenant='Adventure Works'"]],
    )
    format: Wanted = None


class CauseShown(Schema):
    """Something known or assumed that happens on a day."""

    kind: str = Field(examples=["certificate"])
    words: str


class MetricStepShown(Schema):
    """A metric that moves, on the track that counts from then on."""

    metric: str
    before: Amount
    after: Amount
    causes: list[CauseShown]


class StepAhead(Schema):
    """A score that holds from `day` until the next step; `low` to `high` is its range by the errors of earlier forecasts."""

    day: dt.date
    edition: str
    track: str
    total: Amount
    totals: dict[str, Amount] = Field(examples=[{"enterprise": "46.666666", "smb": "46.666666"}])
    metrics: dict[str, Amount] = Field(examples=[{"net_customer_adds": "46.666666"}])
    qualified: bool
    complete: bool
    low: Amount | None
    high: Amount | None
    moved: list[MetricStepShown]
    causes: list[CauseShown]


class RenewalShown(Schema):
    """What decides whether an enrolled designation may be renewed: one qualified day up to `qualify_by` secures it."""

    anniversary: dt.date
    window_start: dt.date
    window_end: dt.date
    qualify_by: dt.date
    qualified_on: dt.date | None
    expected_on: dt.date | None


class ForecastShown(Schema):
    """A designation to come. `comparisons` earlier forecasts stand behind the ranges; `disclaimer` goes with whatever is shown of it."""

    as_of: dt.date
    until: dt.date
    usage: str = Field(examples=["held"])
    last_known: dict[str, str] = Field(examples=[{"azure_usage": "2026-10"}])
    comparisons: int
    notes: list[str]
    disclaimer: str
    designation: str
    name: str
    status: str = Field(examples=["in_progress"])
    steps: list[StepAhead]
    safe_until: dt.date | None
    at_risk_on: dt.date | None
    at_risk_because: list[str]
    doubtful_from: dt.date | None
    qualifies_on: dt.date | None
    renewal: RenewalShown | None


@router.get(
    "/partners/{partner_id}/forecast",
    response={200: ForecastShown, 202: Working},
    summary="Forecast",
    openapi_extra={DOWNLOADS: True, WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def forecast(
    request: AttainRequest, partner_id: str, asked: Query[ForecastAsked], response: HttpResponse
) -> ForecastShown | Status[Working] | HttpResponseBase:
    """Forecast one designation: its total to come, until when it is safe, the first day at risk, and what decides the renewal."""
    about = About.of(request, partner_id)
    kind = wanted(request, asked.format)
    if (same := about.same()) is not None:
        return same
    code = about.designation(asked.designation)
    expected, changes = read_expectations(asked.expect), read_changes(asked.change)
    found = about.answer(
        ("forecast", asked.usage, tuple(asked.expect), tuple(asked.change)),
        lambda advice: advice.forecast(usage=asked.usage, expected=expected, changes=changes),
        designation=code,
    )
    if found is None:
        return working(response)
    if kind is not Format.json:
        return about.file(kind, f"forecast {code}", outlook.COLUMNS, outlook.records(found))
    about.tagged(response)
    return _shown(found, code)


def _shown(found: Forecast, code: str) -> ForecastShown:
    one = found.of(code)
    renewal = one.renewal
    said: dict[str, object] = {name: getattr(found, name) for name in ("as_of", "until", "usage", "last_known", "comparisons", "notes")}
    own = ("designation", "name", "steps", "safe_until", "at_risk_on", "at_risk_because", "doubtful_from", "qualifies_on")
    said |= {name: getattr(one, name) for name in own}
    said |= {"disclaimer": NOT_AN_ENTITLEMENT, "status": one.status.status, "renewal": None}
    if renewal is not None:
        days = {name: getattr(renewal, name) for name in ("anniversary", "qualify_by", "qualified_on", "expected_on")}
        said["renewal"] = days | {"window_start": renewal.window.start, "window_end": renewal.window.end}
    return ForecastShown.model_validate(said)

"""What to do first for a designation."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.advise.plans import RECOMMENDATION_COLUMNS, Recommendation, recommendation_records
from attain.advise.scenario import change_fields
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Word
from attain.api.changes import ChangeMade
from attain.api.downloads import DOWNLOADS, Format, Wanted, wanted
from attain.api.working import WORKED_OUT, About, Working, working
from attain.people.access import AttainRequest
from attain.people.roles import Access

router = Router(tags=["Advice"])
FILES = {DOWNLOADS: True, WORKED_OUT: True}


class RecommendedAsked(Schema):
    """For which designation."""

    designation: Word = Field(description="The designation.", examples=["security"])
    format: Wanted = None


class RecommendationShown(Schema):
    """One thing to do: points on the total of today, or, where it `protects`, points kept; `changes` simulate it."""

    kind: str = Field(examples=["certify"])
    metric: str
    tenant_id: str
    words: str
    points: Amount
    protects: bool
    cost_usd: Amount
    days: int
    likelihood_percent: int
    deadline: dt.date | None
    by: dt.date
    changes: list[ChangeMade]

    @classmethod
    def of(cls, found: Recommendation) -> RecommendationShown:
        """Show a recommendation."""
        action = found.action
        said = {"points": found.points, "cost_usd": action.cost, "changes": [change_fields(change) for change in action.changes]}
        of_action = ("kind", "tenant_id", "words", "days", "likelihood_percent")
        own = ("metric", "protects", "deadline", "by")
        return cls.model_validate(
            {**{name: getattr(action, name) for name in of_action}, **{name: getattr(found, name) for name in own}, **said}
        )


class Recommendations(Schema):
    """What to do first for a designation, best first."""

    as_of: dt.date
    designation: str
    rows: list[RecommendationShown]


@router.get(
    "/partners/{partner_id}/recommendations", response={200: Recommendations, 202: Working}, summary="What to do first", openapi_extra=FILES
)
@endpoint_needs(Access.INSIGHTS)
def recommendations(
    request: AttainRequest, partner_id: str, asked: Query[RecommendedAsked], response: HttpResponse
) -> Recommendations | Status[Working] | HttpResponseBase:
    """Say what to do first for one designation: points, effort, the last day to begin, and the changes that simulate it."""
    about = About.of(request, partner_id)
    kind = wanted(request, asked.format)
    if (same := about.same()) is not None:
        return same
    code, day = about.designation(asked.designation), about.standing.overview.partner.day
    found = about.answer("recommendations", lambda advice: advice.recommendations()[code], designation=code)
    if found is None:
        return working(response)
    if kind is not Format.json:
        return about.file(kind, f"recommendations {code}", RECOMMENDATION_COLUMNS, recommendation_records(partner_id, day, {code: found}))
    about.tagged(response)
    return Recommendations(as_of=day, designation=code, rows=[RecommendationShown.of(one) for one in found])

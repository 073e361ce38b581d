"""What is counted, month by month."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Month, Word, of_decimal
from attain.api.working import About
from attain.people.access import AttainRequest
from attain.people.roles import Access

router = Router(tags=["Insights"])


class TrendMonthShown(Schema):
    """A month: customers, how many of them were there a year before, are new and are lost, and the amount."""

    month: Month
    customers: int
    existing: int | None
    added: int | None
    lost: int | None
    amount: Amount


class TrendShown(Schema):
    """A table of usage month by month: Azure consumed revenue in US dollars, or active users."""

    table: str = Field(examples=["azure_usage"])
    unit: str = Field(examples=["USD"])
    months: list[TrendMonthShown]


class TrendsShown(Schema):
    """Usage that the tracks that count keep, month by month."""

    as_of: dt.date
    designations: list[str] = Field(examples=[["security"]])
    trends: list[TrendShown]


class TrendsAsked(Schema):
    """Of which designation."""

    designation: Word = Field("", description="Only usage recognized for this designation; for any unless given.")


@router.get("/partners/{partner_id}/trends", response=TrendsShown, summary="Metric trends")
@endpoint_needs(Access.INSIGHTS)
def trends(request: AttainRequest, partner_id: str, asked: Query[TrendsAsked], response: HttpResponse) -> TrendsShown | HttpResponse:
    """Follow customers kept, won and lost, Azure consumed revenue and active users month by month."""
    about = About.of(request, partner_id)
    if (same := about.same()) is not None:
        return same
    standing = about.standing
    named = about.designation(asked.designation) if asked.designation else ""
    day, tracks = standing.overview.partner.day, standing.tracks
    found = standing.answer(
        ("trends", named),
        lambda workspace: workspace.trends(
            day, partner=partner_id, tracks=tracks, designations=[named] if named else None, **standing.options
        ),
    )
    about.tagged(response)
    shown = [
        TrendShown(
            table=trend.table,
            unit="USD" if trend.table == "azure_usage" else "active users",
            months=[
                TrendMonthShown(
                    month=one.month,
                    customers=one.customers,
                    existing=one.existing,
                    added=one.added,
                    lost=one.lost,
                    amount=of_decimal(one.amount),
                )
                for one in trend.months
            ],
        )
        for trend in found.of.values()
    ]
    return TrendsShown(as_of=day, designations=list(found.designations), trends=shown)

"""Metric trends: customers kept, won and lost, Azure consumed revenue and active users, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from attain.explaining.trends import SEATS, Trend
from attain.people.access import needs
from attain.people.roles import Access
from attain.scoring.assign import AZURE
from attain.web.charts import SERIES, draw
from attain.web.dates import month_label, month_words
from attain.web.insights.standing import insight, nothing_yet, standing_of
from attain.web.tables import Cell, Column, Table
from attain.web.templatetags.attain import dollars, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from attain.explaining.trends import TrendMonth
    from attain.people.access import AttainRequest
    from attain.published.read import Designation

TITLE = "Metric trends"
SPANS = {"13": "13 months", "25": "25 months", "all": "All months"}
WIDTH, HEIGHT = 760, 220
UNKNOWN = "No year before to compare"
_MANY = 30
"""Months from which the axis names every third one only."""


class TrendFilters(forms.Form):
    """Which usage is followed, and for how long."""

    designation = forms.ChoiceField(label="Recognized for", required=False)
    span = forms.ChoiceField(label="Show", required=False, choices=list(SPANS.items()))

    def __init__(self, data: dict[str, str], designations: Sequence[Designation]) -> None:
        super().__init__(data)
        field = self.fields["designation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any designation"), *((one.id, one.name) for one in designations)]


@needs(Access.INSIGHTS)
def trends(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show how what is counted moves."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, TITLE)
    filters = TrendFilters({"span": "13", **request.GET.dict()}, standing.overview.designations)
    asked, span = (filters.cleaned_data["designation"], filters.cleaned_data["span"] or "13") if filters.is_valid() else ("", "13")
    day, partner, tracks = standing.overview.partner.day, standing.partner_id, standing.tracks
    named = [asked] if asked else None
    found = standing.answer(
        ("trends", asked),
        lambda workspace: workspace.trends(day, partner=partner, tracks=tracks, designations=named, **standing.options),
    )
    groups: list[dict[str, Any]] = []
    for table, name, customers, amount, unit in (
        (AZURE, "Azure", "Azure customers", "Azure consumed revenue", "USD"),
        (SEATS, "Workloads", "Customers with active users", "Active users", "users"),
    ):
        trend = found.of.get(table)
        if trend is None or not trend.months:
            continue
        months = _span(trend, span)
        groups.append({"name": name, "charts": [_customers(customers, months), _amounts(amount, unit, months)]})
    context = {
        "note": standing.note,
        "filters": filters,
        "clear_url": reverse("insights:trends", args=[partner_id]),
        "groups": groups,
    }
    return insight(request, "web/insights/trends.html", TITLE, context)


def _span(trend: Trend, span: str) -> Sequence[TrendMonth]:
    return trend.months if span == "all" else trend.months[-int(span) :]


def _axis(months: Sequence[TrendMonth]) -> dict[str, Any]:
    named = [month_label(month.month) for place, month in enumerate(reversed(months)) if len(months) < _MANY or place % 3 == 0]
    return {"field": "month", "type": "ordinal", "axis": {"title": None, "labelAngle": -45, "values": named[::-1]}, "sort": None}


def _customers(heading: str, months: Sequence[TrendMonth]) -> dict[str, Any]:
    compared = any(month.existing is not None for month in months)
    alone = any(month.existing is None for month in months)
    kinds = (*(("Existing", "Added", "Lost") if compared else ()), *((UNKNOWN,) if alone else ()))
    colors = {"Existing": SERIES[0], "Added": SERIES[1], "Lost": SERIES[3], UNKNOWN: SERIES[4]}
    values: list[dict[str, Any]] = []
    for month in months:
        if month.existing is None or month.added is None or month.lost is None:
            values.append({"month": month_label(month.month), "kind": UNKNOWN, "customers": month.customers, "order": 0})
            continue
        for place, (kind, count) in enumerate(zip(("Existing", "Added", "Lost"), (month.existing, month.added, -month.lost), strict=True)):
            values.append({"month": month_label(month.month), "kind": kind, "customers": count, "order": place})
    chart: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": _axis(months),
            "y": {"field": "customers", "type": "quantitative", "axis": {"title": "customers", "tickMinStep": 1, "format": "d"}},
            "color": {"field": "kind", "type": "nominal", "scale": {"domain": list(kinds), "range": [colors[kind] for kind in kinds]}},
            "order": {"field": "order"},
        },
    }
    columns = (
        Column("month", "Month"),
        Column("customers", "Customers", numeric=True),
        Column("existing", "Existing", numeric=True),
        Column("added", "Added", numeric=True),
        Column("lost", "Lost", numeric=True),
    )
    rows = [
        [Cell(month_words(month.month)), *(Cell(number(value)) for value in (month.customers, month.existing, month.added, month.lost))]
        for month in reversed(months)
    ]
    return {
        "heading": heading,
        "note": "Against the same month a year before. Lost ones stand below the line.",
        "svg": draw(chart),
        "table": Table(f"{heading} by month", columns, rows),
    }


def _amounts(heading: str, unit: str, months: Sequence[TrendMonth]) -> dict[str, Any]:
    # Text keeps the exact number on its way to the picture; the picture alone reads it as a floating one.
    values = [{"month": month_label(month.month), "amount": str(month.amount)} for month in months]
    chart: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": values, "format": {"parse": {"amount": "number"}}},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": _axis(months),
            "y": {"field": "amount", "type": "quantitative", "axis": {"title": unit, "format": ",d"}, "scale": {"zero": True}},
        },
    }
    written = dollars if unit == "USD" else number
    columns = (Column("month", "Month"), Column("amount", heading, unit, numeric=True))
    rows = [[Cell(month_words(month.month)), Cell(written(month.amount))] for month in reversed(months)]
    return {"heading": heading, "note": "", "svg": draw(chart), "table": Table(f"{heading} by month", columns, rows)}

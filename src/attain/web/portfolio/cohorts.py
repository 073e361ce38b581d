"""Cohorts: resellers by the month in which they began, and the statuses of all of them over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from attain.people.access import needs
from attain.people.roles import Access
from attain.published.cohorts import AFTER, Cohort, cohorts
from attain.web.charts import QUIET, SERIES, draw
from attain.web.dates import month_label, month_words
from attain.web.portfolio.places import DASH, About, about, nothing_yet
from attain.web.tables import Cell, Column, Table
from attain.web.templatetags.attain import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.cohorts import Begin

TITLE = "Cohorts"
BEGIN = {"data": "First month with data", "qualified": "First month qualified or enrolled"}
WIDTH, HEIGHT = 760, 220
_MANY = 14
"""Months from which the axis names every third one only."""
_FEW = 5
"""Resellers up to which the axis names every number."""


class CohortFilters(forms.Form):
    """What is followed, and what a cohort has in common."""

    designation = forms.ChoiceField(label="Designation", required=False)
    begin = forms.ChoiceField(label="Cohorts by", required=False, choices=list(BEGIN.items()))

    def __init__(self, data: Mapping[str, Any], found: About) -> None:
        super().__init__(data)
        field = self.fields["designation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(found.designations.items())


@needs(Access.PORTFOLIO)
def all_cohorts(request: AttainRequest, organization: str) -> HttpResponse:
    """Show how resellers that share their totals came along."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    filters = CohortFilters(request.GET, found)
    filters.is_valid()
    designation = filters.cleaned_data.get("designation") or next(iter(found.designations))
    begin: Begin = "qualified" if filters.cleaned_data.get("begin") == "qualified" else "data"
    followed = cohorts(found.publication, found.organization, designation, begin)
    context: dict[str, Any] = {"filters": filters, "clear_url": found.url("cohorts"), "any": bool(followed.cohorts)}
    if followed.cohorts:
        context |= {
            "chart": {
                "heading": found.designations[designation],
                "note": "Resellers that share their totals, by the status that each month ended with.",
                "svg": draw(_chart(found, followed.months)),
                "table": _months(found, followed.months),
            },
            "table": _cohorts(followed.cohorts),
        }
    return found.page("web/portfolio/cohorts.html", TITLE, context)


def _chart(found: About, months: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    names = list(found.statuses.values())
    values = [
        {"month": month_label(month), "status": name, "resellers": counts[status], "order": place}
        for month, counts in months.items()
        for place, (status, name) in enumerate(found.statuses.items())
    ]
    known = list(months)
    named = [month_label(month) for place, month in enumerate(reversed(known)) if len(known) < _MANY or place % 3 == 0]
    colors = [QUIET, SERIES[0], SERIES[2], SERIES[3]]
    most = max(sum(counts.values()) for counts in months.values())
    ticks = {"values": list(range(most + 1))} if most <= _FEW else {"tickMinStep": 1}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": "month",
                "type": "ordinal",
                "axis": {"title": None, "labelAngle": -45, "values": named[::-1]},
                "sort": None,
            },
            "y": {"field": "resellers", "type": "quantitative", "axis": {"title": "resellers", "format": "d", **ticks}},
            "color": {"field": "status", "type": "nominal", "scale": {"domain": names, "range": colors[: len(names)]}},
            "order": {"field": "order"},
        },
        "config": {"legend": {"labelLimit": 260}},
    }


def _months(found: About, months: Mapping[str, Mapping[str, int]]) -> Table:
    columns = (Column("month", "Month", whole=True), *(Column(status, name, numeric=True) for status, name in found.statuses.items()))
    rows = [
        [Cell(month_words(month)), *(Cell(number(counts[status])) for status in found.statuses)]
        for month, counts in reversed(list(months.items()))
    ]
    return Table("Resellers by month and status", columns, rows)


def _cohorts(found: tuple[Cohort, ...]) -> Table:
    columns = (
        Column("month", "Began in", whole=True),
        Column("size", "Resellers", numeric=True),
        *(Column(f"after_{later}", f"After {later} months", numeric=True) for later in AFTER),
        Column("now", "Now", numeric=True),
    )
    rows = [
        [
            Cell("Not yet" if one.month is None else month_words(one.month), note="or earlier" if one.open else ""),
            Cell(number(one.size)),
            *(Cell(number(one.after[later]) if later in one.after else DASH) for later in AFTER),
            Cell(number(one.now)),
        ]
        for one in found
    ]
    return Table("Cohorts: resellers qualified or enrolled since they began", columns, rows)

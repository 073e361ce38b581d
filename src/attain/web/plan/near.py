"""Near misses and what is at risk: for every condition, who is just below and just above, by points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from attain.advise.near import EACH, Near, NearList
from attain.explaining.words import number
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.dates import dated
from attain.web.membership.compare import signed
from attain.web.membership.standing import track_name
from attain.web.plan.asking import Asked, asked, downloads, nothing_yet, paged
from attain.web.tables import Cell, Column, Table, sort_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpResponse, QueryDict

    from attain.people.access import AttainRequest

TITLE = "Near misses and at risk"
STATES = {"near_miss": ("Near miss", "info"), "at_risk": ("At risk", "warn")}
CONDITIONS = {
    "threshold": "Threshold, or lower end of a band",
    "band_top": "Upper end of a band",
    "active_share": "Active share",
    "certificate": "Certificate",
}
COLUMNS = (
    Column("who", "Customer or person", sortable=True),
    Column("metric", "Metric", sortable=True),
    Column("state", "Stands", sortable=True),
    Column("reason", "What is missing, or to spare"),
    Column("trend", "Trend", "3 months", numeric=True, sortable=True),
    Column("months", "Lasting", "months", numeric=True, sortable=True),
    Column("points", "Points", numeric=True, sortable=True),
)
SORTS: dict[str, Callable[[Near], Any]] = {
    "who": lambda row: (row.name or row.entity).casefold(),
    "metric": lambda row: (row.designation, row.metric),
    "state": lambda row: row.state,
    "trend": lambda row: (row.trend is None, row.trend or 0),
    "months": lambda row: row.months,
    "points": lambda row: row.points,
}


class NearFilters(forms.Form):
    """Which conditions are shown."""

    q = forms.CharField(label="Customer or person", required=False)
    designation = forms.ChoiceField(label="Designation", required=False)
    state = forms.ChoiceField(label="Stands", required=False, choices=[("", "Both"), *((key, words) for key, (words, _) in STATES.items())])
    condition = forms.ChoiceField(label="Condition", required=False, choices=[("", "Any"), *CONDITIONS.items()])
    moves = forms.ChoiceField(label="Points", required=False, choices=[("", "Any"), ("yes", "Only what moves points")])

    def __init__(self, data: Mapping[str, Any] | QueryDict, designations: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["designation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "All"), *designations]


@needs(Access.INSIGHTS)
def near(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show near misses and what is at risk."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    found = near_list(about)
    if found is None:
        return about.wait()
    kept, filters = kept_rows(about, found)
    sort = sort_of(request.GET.get("sort", ""), COLUMNS, "")
    if sort:
        kept = sorted(kept, key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    shown = paged(request, _together(kept))
    context = {
        "filters": filters,
        "clear_url": reverse("plan:near", args=[partner_id]),
        "table": Table(TITLE, COLUMNS, [_row(about, rows) for rows in shown], sort=sort),
        "page_obj": shown,
        "any": bool(found.rows),
        "left_out": found.left_out,
        "each": EACH,
        "within": number(found.within * 100),
        "days": found.days,
        "downloads": downloads(request, partner_id, "near"),
    }
    return about.page("web/plan/near.html", context)


def near_list(about: Asked) -> NearList | None:
    """Ask for the list; None while it is being worked out."""
    return about.answer("near", lambda advice: advice.near())


def kept_rows(about: Asked, found: NearList) -> tuple[list[Near], NearFilters]:
    """Give the rows that the URL's filters keep, most points first."""
    filters = NearFilters(about.request.GET, about.designations)
    if not filters.is_valid():
        return list(found.rows), filters
    text, designation, state, condition, moves = (
        str(filters.cleaned_data[name]) for name in ("q", "designation", "state", "condition", "moves")
    )
    kept = found.matching(text, designation=designation, state=state, condition=condition, moves=bool(moves))
    return list(kept), filters


def narrowed(about: Asked, found: NearList) -> NearList:
    """Keep of the list what the URL's filters keep."""
    return replace(found, rows=tuple(kept_rows(about, found)[0]))


def _together(rows: Sequence[Near]) -> list[list[Near]]:
    """Put together what several designations say alike of one customer or person."""
    found: dict[tuple[object, ...], list[Near]] = {}
    for row in rows:
        found.setdefault((row.condition, row.state, row.entity, row.tenant_id, row.metric, row.part, row.reason, row.points), []).append(
            row
        )
    return list(found.values())


def _row(about: Asked, rows: Sequence[Near]) -> list[Cell]:
    row = rows[0]
    words, tone = STATES[row.state]
    metric = about.metric_name(row.designation, row.metric)
    who = row.name or row.entity
    part = about.part_name(row.designation, row.metric, row.part)
    names = "; ".join(dict.fromkeys(about.name_of(one.designation) for one in rows))
    where = f"{names}, {track_name(row.track)}{f', {part}' if part else ''}"
    url = reverse("insights:customer", args=[about.standing.partner_id, row.tenant_id]) if row.tenant_id else ""
    below = "" if row.entity in {who, row.tenant_id} or row.condition == "certificate" else row.entity
    return [
        Cell(who, url, note=below),
        Cell(metric, note=where),
        Cell(words, tone=tone),
        Cell(dated(row.reason)),
        Cell("\N{EN DASH}" if row.trend is None else signed(row.trend)),
        Cell(str(row.months) if row.months else "\N{EN DASH}"),
        Cell(about.moved(row.points)),
    ]

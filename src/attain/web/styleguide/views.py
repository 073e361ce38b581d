"""Each component once, on made-up values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.charts import SERIES, draw
from attain.web.pages import Crumb, page, panel_page
from attain.web.tables import Cell, Column, Table, sort_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from attain.people.access import AttainRequest

_MONTHS = [f"2026-{month:02}" for month in range(1, 11)]
_TOTALS = [48, 52, 55, 61, 60, 66, 69, 72, 75, 82]


@dataclass(frozen=True)
class _Tab:
    label: str
    url: str
    current: bool = False
    note: str = ""


class _Filters(forms.Form):
    q = forms.CharField(label="Customer", required=False)
    verdict = forms.ChoiceField(label="Verdict", required=False, choices=[("", "All"), ("counts", "Counts"), ("lost", "Lost")])


class _Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As it should be shown.")
    day = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}))
    agreed = forms.BooleanField(label="Shown to resellers", required=False)


@needs(Access.PUBLIC)
def components(request: AttainRequest) -> HttpResponse:
    """Show every component."""
    return page(request, "web/styleguide/components.html", "Components", _context(request), crumbs=_crumbs())


@needs(Access.PUBLIC)
def panel(request: AttainRequest) -> HttpResponse:
    """Show the panel beside the components."""
    return panel_page(
        request,
        "web/styleguide/components.html",
        "web/styleguide/panel.html",
        "Components",
        "Net customer adds",
        {**_context(request), "panel_table": _table(request, "Customers of the panel")},
        crumbs=_crumbs(),
        close_url=reverse("styleguide:components"),
    )


def _crumbs() -> list[Crumb]:
    return [Crumb("Attain", reverse("home")), Crumb("Components")]


def _context(request: HttpRequest) -> dict[str, Any]:
    numbers = [[Cell(month), Cell(str(total))] for month, total in zip(_MONTHS, _TOTALS, strict=True)]
    return {
        "metrics": _metrics(),
        "tabs": [_Tab("Azure", ".", current=True, note="12"), _Tab("Microsoft 365", ".", note="3")],
        "filters": _Filters(request.GET),
        "table": _table(request, "Customers of a metric"),
        "page_obj": Paginator(range(230), 50).get_page(request.GET.get("page")),
        "svg": _chart(),
        "chart_table": Table("Points by month", [Column("month", "Month"), Column("total", "Total", "points", numeric=True)], numbers),
        "facts": [("Status", "Qualified"), ("Anniversary", "14 March 2027"), ("Data month", "October 2026")],
        "form": _Sample(),
        "panel_url": reverse("styleguide:panel"),
    }


def _table(request: HttpRequest, caption: str) -> Table:
    columns = [
        Column("customer", "Customer", sortable=True),
        Column("before", "Before", "USD", numeric=True, sortable=True),
        Column("after", "After", "USD", numeric=True, sortable=True),
        Column("verdict", "Verdict"),
    ]
    rows = [
        [Cell("Adatum", note="9f2c… tenant"), Cell("0.00"), Cell("1,482.10"), Cell("Counts", tone="good")],
        [Cell("Litware", url="."), Cell("120.00"), Cell("99.99"), Cell("Near miss", tone="warn")],
        [Cell("Proseware", url="."), Cell("340.00"), Cell("0.00"), Cell("Lost", tone="bad")],
    ]
    return Table(caption, columns, rows, sort=sort_of(request.GET.get("sort", ""), columns, "customer"))


def _metrics() -> list[dict[str, Any]]:
    url = reverse("styleguide:panel")
    shared = {"details_url": url, "requirements_url": url, "maximum": 20, "sentence": "What is still missing is said in one sentence."}
    adds = {"label": "Net customer adds", "state": "Achieved", "tone": "good", "points": 20, "value_words": "6 customers added"}
    growth = {"label": "Usage growth", "state": "In progress", "tone": "info", "points": "7.333333", "value_words": "11% growth"}
    deployments = {"label": "Deployments", "state": "Not started", "tone": "neutral", "points": 0, "value_words": "No deployments"}
    return [{**shared, **metric} for metric in (adds, growth, deployments)]


def _chart() -> str:
    import altair as alt  # noqa: PLC0415 - heavy, and only pages with charts need it

    months = alt.Data(values=[{"month": month, "total": total} for month, total in zip(_MONTHS, _TOTALS, strict=True)])
    line = (
        alt.Chart(months).mark_line(point=True, color=SERIES[0]).encode(x=alt.X("month:O", title=None), y=alt.Y("total:Q", title="points"))
    )
    goal = alt.Chart(alt.Data(values=[{"goal": 70}])).mark_rule(strokeDash=[4, 4]).encode(y="goal:Q")
    return draw(alt.layer(line, goal).properties(width=720, height=220))

"""Views of Data: how fresh the facts are, what is missing, what was imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.paginator import Paginator
from django.urls import reverse

from attain.errors import AttainError
from attain.explaining.freshness import without_facts
from attain.explaining.words import TABLE_WORDS, first_upper
from attain.imports import runner
from attain.imports.kept import LoadLine, load_lines, runs_of, sees_every_load
from attain.imports.publishing import today
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.standing import standing_of
from attain.rulebook.load import load_book
from attain.web.data.imports import forms_of
from attain.web.dates import dated, day_words, month_words
from attain.web.pages import Crumb, page
from attain.web.tables import Cell, Column, Table
from attain.web.templatetags.attain import number
from attain.workspace import Workspace

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.explaining.freshness import Freshness, TableFreshness
    from attain.people.access import AttainRequest

ON_A_PAGE = 25
RUNS_SHOWN = 5
_FRESH_COLUMNS = (
    Column("table", "Data"),
    Column("newest", "Newest month"),
    Column("used", "Scores use"),
    Column("next", "Next month"),
    Column("due", "Expected by", whole=True),
    Column("state", "State"),
)
_LOAD_COLUMNS = (
    Column("load", "Load"),
    Column("when", "When", "UTC", whole=True),
    Column("what", "What"),
    Column("rows", "Rows", numeric=True),
    Column("kept", "Kept", numeric=True),
    Column("rejected", "Set aside", numeric=True),
    Column("own", "Of this partner", "rows", numeric=True),
)


@needs(Access.DATA)
def loads(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show how fresh the facts are, what is missing and what was imported."""
    runner.mend()
    workspace, standing = _workspace(), standing_of(partner_id)
    lines = load_lines(request, _ids(workspace, partner_id))
    shown = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "served": bool(settings.STORE),
        "runs": [
            {
                "run": run,
                "url": reverse("data:run", args=[partner_id, run.pk]),
                "tone": {"done": "good", "failed": "bad"}.get(run.state, "info"),
            }
            for run in runs_of(request.granted)[:RUNS_SHOWN]
        ],
        "loads_table": Table("What each load brought", _LOAD_COLUMNS, [_load_row(line, partner_id) for line in shown]),
        "page_obj": shown,
        "any_loads": bool(lines),
        "every_load": sees_every_load(request.granted),
        "megabytes": settings.IMPORT_MEGABYTES,
        "nothing_of_it": standing is None,
    }
    if standing is not None:
        own = standing.overview.partner
        context["note"] = f"Scores published {day_words(own.published_at)} at {own.published_at:%H:%M} UTC, as of {day_words(own.day)}"
    if settings.STORE:
        fresh = workspace.freshness(today()) if workspace is not None else without_facts(load_book(), today())
        context |= {
            "fresh": fresh,
            "fresh_table": _fresh_table(fresh),
            "missing": [_missing(fresh, place) for place in range(len(fresh.missing))],
        }
    if request.granted.may(Access.IMPORT) and settings.STORE:
        context["form"], context["more"] = forms_of(request)
    return page(request, "web/data/loads.html", "Data", context, crumbs=[Crumb("Data")])


def _workspace() -> Workspace | None:
    if not settings.STORE:
        return None
    try:
        return Workspace.open(settings.STORE)
    except AttainError as error:
        if error.code in {"store-empty", "empty-folder"}:
            return None
        raise


def _ids(workspace: Workspace | None, partner_id: str) -> list[str]:
    return [partner_id] if workspace is None else workspace.ids_of([partner_id])


def _fresh_table(fresh: Freshness) -> Table:
    return Table("How fresh the data is", _FRESH_COLUMNS, [_fresh_row(one) for one in fresh.tables])


def _fresh_row(one: TableFreshness) -> list[Cell]:
    name = first_upper(TABLE_WORDS[one.table]) + (f" ({one.basis})" if one.basis else "")
    gaps = f"not there: {', '.join(month_words(gap) for gap in one.gaps)}" if one.gaps else ""
    state = Cell("Late", tone="warn") if one.late else Cell("Up to date", tone="good")
    return [
        Cell(name, note=f"from {month_words(one.first)}"),
        Cell(month_words(one.newest), note=gaps),
        Cell(month_words(one.used) if one.used else "\N{EN DASH}"),
        Cell(month_words(one.next_month)),
        Cell(day_words(one.due)),
        state,
    ]


def _missing(fresh: Freshness, place: int) -> dict[str, Any]:
    one = fresh.missing[place]
    return {"name": first_upper(TABLE_WORDS[one.table]), "blocks": one.blocks, "files": one.files}


def _load_row(line: LoadLine, partner_id: str) -> list[Cell]:
    number_cell = Cell(str(line.number) if line.number else "\N{EN DASH}")
    rejected_url = reverse("data:rejected", args=[partner_id, line.number]) if line.rejected and line.number else ""
    note = "; ".join(part for part in (line.files, *line.notes) if part)
    return [
        number_cell,
        Cell(dated(line.at)),
        Cell(line.title, note=note),
        Cell(number(line.rows)),
        Cell(number(line.kept)),
        Cell(number(line.rejected) if line.rows is not None else "\N{EN DASH}", rejected_url),
        Cell(number(line.own_rows)),
    ]

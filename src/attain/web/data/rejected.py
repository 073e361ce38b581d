"""Rows that a load set aside: each with its reason, and all of them as a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.urls import reverse

from attain.facts.spreadsheet import neutral
from attain.imports.kept import load_of
from attain.people.access import needs
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.store.records import rejects_of
from attain.web.pages import Crumb, page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpResponse, HttpResponseBase

    from attain.people.access import AttainRequest
    from attain.store.records import Record

ON_A_PAGE = 100
COLUMNS = ("file", "row", "column", "value", "reason", "hint", "given")
_SHOWN = (
    Column("row", "Row", numeric=True),
    Column("file", "File"),
    Column("column", "Column"),
    Column("value", "Value"),
    Column("reason", "Why"),
)
_AT_ONCE = 500


@needs(Access.DATA)
def rejected(request: AttainRequest, partner_id: str, load: int) -> HttpResponse:
    """Show the rows that a load set aside."""
    store, found = load_of(request, load)
    rows = rejects_of(store, found.number)
    shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    cells = [
        [
            Cell(_text(row["row"])),
            Cell(_text(row["file"])),
            Cell(_text(row["column"])),
            Cell(_text(row["value"])),
            Cell(_text(row["reason"]), note=_text(row["hint"])),
        ]
        for row in shown
    ]
    title = f"Rows set aside by load {load}"
    context = {
        "table": Table(title, _SHOWN, cells),
        "page_obj": shown,
        "any": bool(rows),
        "file_url": reverse("data:rejected_file", args=[partner_id, load]) if request.granted.may(Access.EXPORT) else "",
    }
    home = Crumb("Data", reverse("data:loads", args=[partner_id]))
    return page(request, "web/data/rejected.html", title, context, crumbs=[home, Crumb(title)])


@needs(Access.DATA)
def rejected_file(request: AttainRequest, partner_id: str, load: int) -> HttpResponseBase:
    """Give the rows that a load set aside as CSV, each as it was given."""
    store, found = load_of(request, load)
    rows = rejects_of(store, found.number)
    grant = request.granted.grant
    organization = None if grant is None else grant.organization
    record(Event.EXPORTED, request, organization=organization, partner_id=partner_id, detail=f"rows set aside by load {load}")
    answer = StreamingHttpResponse(_pieces(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="set-aside-by-load-{load}.csv"'
    return answer


def _pieces(rows: Sequence[Record]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for count, row in enumerate(rows, 1):
        writer.writerow([neutral(_text(row[name])) for name in COLUMNS])
        if count % _AT_ONCE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)

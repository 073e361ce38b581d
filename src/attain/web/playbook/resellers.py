"""What a distributor's resellers learned, beside how their scores moved."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from attain.learning.resellers import FEWEST, consented_lines, others
from attain.lifecycle.windows import rules_on
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.read import current
from attain.published.shapes import MICRO
from attain.rulebook.load import load_book
from attain.web.pages import Crumb, page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from attain.learning.resellers import Line
    from attain.people.access import AttainRequest
    from attain.published.shapes import MonthPoint
    from attain.rulebook.load import Book

_FIRST = (
    Column("reseller", "Reseller"),
    Column("designation", "Course"),
    Column("people", "People", numeric=True),
    Column("lessons", "Lessons done", numeric=True),
    Column("since", "Since", whole=True),
)
_NONE = "\N{EN DASH}"


@needs(Access.PORTFOLIO)
def learning(request: AttainRequest, organization: str) -> HttpResponse:
    """Show what the resellers that consented learned, and how the points of each category stood before and stand now."""
    del organization
    grant = request.granted.grant
    assert grant is not None
    publication, book = current(), load_book()
    lines = consented_lines(grant.organization, publication)
    moved = [Column(category.id, category.name, numeric=True) for category in book.programme.categories]
    columns = (*_FIRST, *moved, Column("total", "Total", numeric=True))
    rows = [_row(line, book) for line in lines]
    context = {
        "table": Table("What resellers learned, and their points before and now", columns, rows),
        "any": bool(lines),
        "others": others(grant.organization, publication),
        "fewest": FEWEST,
    }
    return page(request, "web/playbook/resellers.html", "What resellers learn", context, crumbs=[Crumb("Portfolio"), Crumb("Learning")])


def _row(line: Line, book: Book) -> list[Cell]:
    metrics = {metric.id: metric.category for metric in book.programme.metrics}
    cells = [
        Cell(line.name),
        Cell(book.designations[line.designation].name if line.designation in book.designations else line.designation),
        Cell(str(line.people)),
        Cell(str(line.lessons)),
        Cell(f"{line.since:%-d %b %Y}"),
    ]
    for category in book.programme.categories:
        mine = [metric for metric, of in metrics.items() if of == category.id]
        hidden = line.now is None or not line.now.metrics
        cells.append(Cell(_NONE) if hidden else _moved(line, lambda month, mine=mine: sum(month.metrics.get(one, 0) for one in mine), book))
    return [*cells, _moved(line, lambda month: month.total, book)]


def _moved(line: Line, points: Callable[[MonthPoint], int], book: Book) -> Cell:
    if line.now is None:
        return Cell(_NONE)
    rules = rules_on(book.programme, line.now.day)
    now = rules.shown(Fraction(points(line.now), MICRO))
    if line.before is None:
        return Cell(now, note="before: not known")
    return Cell(now, note=f"before: {rules.shown(Fraction(points(line.before), MICRO))}")

"""Others: resellers without consent, counted together and never named with a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.published.disclosure import LEAST
from attain.published.others import UNSCORED, others
from attain.published.sight import Sight
from attain.web.portfolio.places import DASH, About, about, nothing_yet
from attain.web.tables import Cell, Column, Table
from attain.web.templatetags.attain import number

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.disclosure import Disclosed

TITLE = "Others"
NAMED = 20
"""Resellers without anything published that are named."""


@needs(Access.PORTFOLIO)
def other_resellers(request: AttainRequest, organization: str) -> HttpResponse:
    """Show how many resellers without consent have which status, where they are enough."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    counted = others(found.publication, found.organization, found.designations, found.statuses)
    columns = (
        Column("designation", "Designation"),
        *(Column(status, name, numeric=True) for status, name in found.statuses.items()),
        Column("together", "Only together", numeric=True),
    )
    missing = list(Sight(found.organization).missing(found.publication)[: NAMED + 1])
    context = {
        "total": counted.total,
        "least": LEAST,
        "enough": counted.total >= LEAST,
        "table": Table("Resellers without consent, by status", columns, [_row(found, name, one) for name, one in counted.groups.items()]),
        "missing": [str(one) for one in missing[:NAMED]],
        "more": len(missing) > NAMED,
        "list_url": f"{found.url('resellers')}?consent=none&sort=name",
    }
    return found.page("web/portfolio/others.html", TITLE, context)


def _row(found: About, designation: str, counts: Disclosed | None) -> list[Cell]:
    name = Cell(found.designations.get(designation, designation))
    if counts is None:
        return [name, *(Cell(DASH) for _ in range(len(found.statuses) + 1))]
    cells = [Cell(number(counts.shown[status]) if status in counts.shown else DASH) for status in found.statuses]
    names = {**found.statuses, UNSCORED: "Without a score"}
    together = ", ".join(names[one] for one in counts.together)
    return [name, *cells, Cell(number(counts.rest) if counts.together else DASH, note=together)]

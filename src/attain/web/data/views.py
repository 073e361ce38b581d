"""Views of Data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_AREA = Crumb("Data")


@needs(Access.DATA)
def loads(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show what was imported."""
    return page(request, "web/data/loads.html", "Data", crumbs=[_AREA, Crumb("Data")])

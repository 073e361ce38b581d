"""Views of Portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_AREA = Crumb("Portfolio")


@needs(Access.PORTFOLIO)
def resellers(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the resellers of a distributor."""
    return page(request, "web/portfolio/resellers.html", "Portfolio", crumbs=[_AREA, Crumb("Portfolio")])

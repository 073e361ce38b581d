"""Views of Membership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_AREA = Crumb("Membership")


@needs(Access.MEMBERSHIP)
def overview(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show the designations of a partner."""
    return page(request, "web/membership/overview.html", "Solutions Partner", crumbs=[_AREA, Crumb("Solutions Partner")])


@needs(Access.MEMBERSHIP)
def history(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show the scores of all months."""
    return page(request, "web/membership/history.html", "Scoring history", crumbs=[_AREA, Crumb("Scoring history")])


@needs(Access.MEMBERSHIP)
def offers(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show what was bought and what is due."""
    return page(request, "web/membership/offers.html", "Offers", crumbs=[_AREA, Crumb("Offers")])

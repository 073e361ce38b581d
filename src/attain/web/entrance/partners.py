"""The partners that one may see, and switching between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect

from attain.people.access import OutOfReach, needs
from attain.people.roles import Access
from attain.web.navigation import first_page
from attain.web.pages import Crumb, page
from attain.web.partner_choice import begins_here, choices

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_SHOWN = 100


@needs(Access.SIGNED_IN)
def partners(request: AttainRequest) -> HttpResponse:
    """List the partners of one's organizations, by name or id; an id typed in full leads to it."""
    asked = request.GET.get("q", "").strip()
    principal = request.granted.principal
    if asked and not choices(principal, asked, 1)[1] and first_page(principal, asked):
        return redirect("switch_partner", asked)
    found, total = choices(principal, asked, _SHOWN)
    begins = begins_here(principal) and not (asked or found)
    context = {"partners": found, "asked": asked, "total": total, "shown": _SHOWN, "begins": begins}
    return page(request, "web/entrance/partners.html", "Partners", context, crumbs=[Crumb("Partners")])


@needs(Access.SIGNED_IN)
def switch_partner(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Lead to the first page of a partner that one may see."""
    url = first_page(request.granted.principal, partner_id)
    if not url:
        raise OutOfReach(f"partner {partner_id}")
    return redirect(url)

"""Views of Rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_AREA = Crumb("Rules")


@needs(Access.RULES)
def designations(request: AttainRequest) -> HttpResponse:
    """Show the designations and their editions."""
    return page(request, "web/rules/designations.html", "Rules", crumbs=[_AREA, Crumb("Rules")])

"""Views of Playbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_AREA = Crumb("Playbook")


@needs(Access.PLAYBOOK)
def course(request: AttainRequest) -> HttpResponse:
    """Show the course."""
    return page(request, "web/playbook/course.html", "Playbook", crumbs=[_AREA, Crumb("Playbook")])

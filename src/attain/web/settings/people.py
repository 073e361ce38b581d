"""People and roles of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.models import Member
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


@needs(Access.PEOPLE)
def people(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the members of an organization with their roles."""
    members = Member.objects.filter(organization__slug=organization).select_related("user")
    return page(
        request, "web/settings/people.html", "People and roles", {"members": members}, crumbs=[Crumb("Settings"), Crumb("People and roles")]
    )

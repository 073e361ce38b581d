"""What the pages of Settings share: the organization asked for, the tabs, the crumbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.people.models import Organization

_PAGES = (
    ("People and roles", "settings:people", Access.PEOPLE),
    ("Invitations", "settings:invitations", Access.PEOPLE),
    ("Tokens", "settings:tokens", Access.PEOPLE),
    ("Sharing", "settings:sharing", Access.CONSENT),
    ("Alerts", "settings:alerts", Access.ALERTS),
    ("Audit log", "settings:audit", Access.PEOPLE),
    ("Organizations", "settings:organizations", Access.OPERATE),
    ("Personal data", "settings:person", Access.OPERATE),
)


@dataclass(frozen=True)
class Tab:
    """A tab of Settings."""

    label: str
    url: str
    current: bool


def organization_of(request: AttainRequest) -> Organization:
    """Give the organization that the request was let through for."""
    grant = request.granted.grant
    assert grant is not None, "an access to an organization comes with a grant"
    return grant.organization


def settings_page(request: AttainRequest, template: str, title: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Render a page of an organization's settings with its tabs."""
    place = organization_of(request)
    shown = [(label, reverse(view, args=[place.slug])) for label, view, access in _PAGES if request.granted.may(access)]
    tabs = [Tab(label, url, label == title) for label, url in shown]
    crumbs = [Crumb("Settings", shown[0][1]), Crumb(title)]
    full = {"organization": place, "settings_tabs": tabs, **context}
    return page(request, template, title, full, crumbs=crumbs, status=status)

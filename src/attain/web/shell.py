"""What every page shows around its own content: navigation, the switch of partners, the account, the theme."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings

from attain.people.access import Granted
from attain.people.principal import ANYBODY, Principal, principal_of
from attain.web.last_partner import keep, last_partner
from attain.web.navigation import Group, groups
from attain.web.partner_choice import OF_PARTNER, Choice, first_choices, name_of

if TYPE_CHECKING:
    from django.http import HttpRequest


THEMES = ("light", "dark")
THEME_COOKIE = "attain_theme"


class Shell:
    """The frame of one page; each part is worked out when the template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        granted = getattr(request, "granted", None)
        self._granted = granted if isinstance(granted, Granted) else None

    @cached_property
    def principal(self) -> Principal:
        """Who asks."""
        if self._granted is not None:
            return self._granted.principal
        user = getattr(self._request, "user", None)
        return principal_of(user) if user is not None else ANYBODY

    @property
    def theme(self) -> str:
        """The theme chosen; empty where the system's holds."""
        chosen = self._request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def partners(self) -> list[Choice]:
        """The first partners to switch between."""
        return first_choices(self.principal)

    @cached_property
    def partner_id(self) -> str:
        """The partner of the page, else the one shown last, else the first there is."""
        if self._granted is not None and self._granted.partner_id:
            return self._granted.partner_id
        last = last_partner(self._request)
        if last and any(self.principal.grant_for_partner(last, access) for access in OF_PARTNER):
            return last
        return self.partners[0].partner_id if self.partners else ""

    @property
    def page_partner(self) -> str:
        """The partner that the page is about; empty for pages of nobody in particular."""
        return self._granted.partner_id if self._granted is not None else ""

    @cached_property
    def partner_name(self) -> str:
        """The name of that partner, or its id."""
        listed = next((partner.name for partner in self.partners if partner.partner_id == self.partner_id), "")
        return listed or name_of(self.partner_id)

    @cached_property
    def organization(self) -> str:
        """The slug of the organization of the page, else of the first one; empty where there is none."""
        grant = self._granted.grant if self._granted is not None else None
        grant = grant or next(iter(self.principal.grants), None)
        return grant.organization.slug if grant is not None else ""

    @property
    def role(self) -> str:
        """The role in that organization, in words."""
        grant = self.principal.grant_in(self.organization)
        return f"{grant.role.words}, {grant.organization.name}" if grant is not None else ""

    @cached_property
    def groups(self) -> list[Group]:
        """The navigation."""
        return list(groups(self.principal, partner_id=self.partner_id, organization=self.organization, path=self._request.path))

    @property
    def on_demo(self) -> bool:
        """Say whether made-up facts are shown."""
        return bool(settings.DEMO_DAY)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates the frame of the page, and keep the partner shown for pages that name none."""
    frame = Shell(request)
    granted = getattr(request, "granted", None)
    if isinstance(granted, Granted) and granted.partner_id:
        keep(request, granted.partner_id)
    return {"shell": frame}

"""The one place where a page or an endpoint is let through or refused.

Every view says what it needs, with the name of the URL's part that the answer depends on fixed by the access' reach:

    @needs(Access.MEMBERSHIP)          # asked for `partner_id`
    def overview(request: AttainRequest, partner_id: str) -> HttpResponse: ...

    @needs(Access.PEOPLE)              # asked for `organization` (its slug)
    @needs(Access.RULES)               # for nothing in the URL
    @needs(Access.PUBLIC)              # for nothing, by anybody

What was granted is `request.granted`. A view without a rule stops the server before it serves (`attain.server.declared`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from attain.people.principal import Grant, Principal, principal_of
from attain.people.roles import Access, Reach, Role, roles_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_htmx.middleware import HtmxDetails

    from attain.people.models import Organization

P = ParamSpec("P")
DECLARED = "attain_needs"
"""The attribute of a view that holds its accesses."""


@dataclass(frozen=True)
class Granted:
    """What a request was let through with: who asks, and the grant that lets it (None where no role is needed)."""

    principal: Principal
    access: Access
    grant: Grant | None = None
    partner_id: str = ""

    @property
    def sees_names(self) -> bool:
        """Say whether the names of certified people are shown."""
        return self.grant is not None and self.grant.sees_names

    def may(self, access: Access) -> bool:
        """Say whether the same asker may do something else to the same partner or organization: what decides which buttons are shown."""
        if access.reach in {Reach.PARTNER, Reach.RESELLER}:
            return bool(self.partner_id) and self.principal.grant_for_partner(self.partner_id, access) is not None
        if access.reach is Reach.ORGANIZATION:
            return self.grant is not None and self.principal.grant_in(self.grant.organization.slug, access) is not None
        return self.principal.may_anywhere(access)


def granted_to_command(organization: Organization, access: Access, command: str) -> Granted:
    """Let a command of the server's own machine do something in an organization; the audit log names the command."""
    grant = Grant(organization, Role.GLOBAL_ADMIN, sees_names=False)
    return Granted(Principal(None, (grant,), actor=command), access, grant)


class AttainRequest(HttpRequest):
    """A request that was let through: for annotations alone."""

    granted: Granted
    htmx: HtmxDetails


class NotSignedIn(Exception):
    """Nobody is signed in, and the page needs somebody."""


@dataclass(eq=False)
class NoRole(Exception):
    """The role does not have the access; those that do are named."""

    access: Access

    @property
    def roles(self) -> list[Role]:
        """Name the roles that have it."""
        return roles_with(self.access)

    def __str__(self) -> str:
        names = [role.words for role in self.roles]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
        return f"{self.access.words} needs the role {listed}."


@dataclass(eq=False)
class OutOfReach(Exception):
    """No organization of the asker may see the partner or organization: the same answer whether it exists or not."""

    name: str

    def __str__(self) -> str:
        return f"There is no {self.name} here, or it is not yours to see."


def check(principal: Principal, access: Access, *, partner_id: str = "", organization: str = "") -> Granted:
    """Decide on one access; raises NotSignedIn, NoRole or OutOfReach where it is refused."""
    reach = access.reach
    if reach is Reach.NOBODY:
        return Granted(principal, access)
    if not principal.signed_in:
        raise NotSignedIn
    if reach is Reach.PERSON:
        return Granted(principal, access)
    if reach is Reach.PROGRAMME:
        if not principal.may_anywhere(access):
            raise NoRole(access)
        return Granted(principal, access)
    if reach is Reach.ORGANIZATION:
        grant = principal.grant_in(organization, access)
        if grant is None:
            raise NoRole(access) if principal.grant_in(organization) else OutOfReach(f"organization {organization}")
        return Granted(principal, access, grant)
    grant = principal.grant_for_partner(partner_id, access)
    if grant is None:
        raise NoRole(access) if principal.knows(partner_id, access) else OutOfReach(f"partner {partner_id}")
    return Granted(principal, access, grant, partner_id)


def needs(
    access: Access,
) -> Callable[[Callable[Concatenate[AttainRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Declare what a view needs and check it on every request; see the module's text."""

    def declare(
        view: Callable[Concatenate[AttainRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            principal = principal_of(request.user)
            try:
                granted = check(
                    principal, access, partner_id=str(kwargs.get("partner_id", "")), organization=str(kwargs.get("organization", ""))
                )
            except NotSignedIn:
                return to_sign_in(request)
            request.granted = granted  # pyright: ignore[reportAttributeAccessIssue] - what makes it an AttainRequest
            return view(request, *args, **kwargs)  # pyright: ignore[reportArgumentType] - it has what an AttainRequest has

        setattr(checked, DECLARED, access)
        return checked

    return declare


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page, and back here afterwards; a fragment asked for by htmx sends the whole page there."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    redirect = redirect_to_login(back, resolve_url(settings.LOGIN_URL))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": redirect.url})
    return redirect

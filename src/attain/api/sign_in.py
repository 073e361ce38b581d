"""Who calls: the token of a person or a service in `Authorization: Bearer`, or the session of the web workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja.security import HttpBearer, SessionAuth

from attain.people.models import Token
from attain.people.principal import Principal, principal_of, principal_of_token

if TYPE_CHECKING:
    from django.http import HttpRequest


def _known(request: HttpRequest) -> Principal | None:
    """Give who was found to call before."""
    found = getattr(request, "auth", None)
    return found if isinstance(found, Principal) and found.signed_in else None


class ByToken(HttpBearer):
    """A token of `Settings > Tokens`."""

    def __call__(self, request: HttpRequest) -> Principal | None:
        """Look the token up once a request."""
        return _known(request) or super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        """Give the principal of a token that is good."""
        found = Token.valid(token)
        return principal_of_token(found) if found is not None else None


class BySession(SessionAuth):
    """The session of a person signed in to the web workspace; a call that changes something needs its form token."""

    def __call__(self, request: HttpRequest) -> Principal | None:
        """Ask for the form token only where somebody is signed in: whoever is not is told that instead."""
        known = _known(request)
        if known is not None or self.param_name not in request.COOKIES or not request.user.is_authenticated:
            return known
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Principal | None:
        """Give the principal of the person signed in."""
        principal = principal_of(request.user)
        return principal if principal.signed_in else None


SIGN_INS = (ByToken(), BySession())
"""How a caller may sign in, in the order in which they are tried."""

"""Ending a token: what it was for works no longer, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event, Token

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from attain.people.models import Organization


def tokens_of(place: Organization) -> QuerySet[Token]:
    """List the tokens of an organization's services that were not revoked, the latest first."""
    return Token.objects.filter(organization=place, revoked_at=None)


def token_starting(place: Organization, start: str) -> Token:
    """Find a token of a service by its name, or by its first letters where several have that name.

    Raises AttainError `no-such-token` with the nearest name, and `which-token`.
    """
    every = list(tokens_of(place))
    found = [one for one in every if start in {one.name, one.start}]
    if not found:
        known = [one.name for one in every]
        hint = did_you_mean(start, known) if known else "there is none"
        raise AttainError("no-such-token", f"there is no token {start!r}", hint=hint)
    if len(found) > 1:
        starts = ", ".join(one.start for one in found)
        raise AttainError("which-token", f"{len(found)} tokens have this name", start, f"name one by its start: {starts}")
    return found[0]


@transaction.atomic
def revoke_token(token: Token, request: HttpRequest | None, *, actor: str = "") -> None:
    """Make a token stop working."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(Event.TOKEN_REVOKED, request, organization=token.organization, detail=token.name, actor=actor)

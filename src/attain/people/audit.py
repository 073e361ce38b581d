"""Writing the audit log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from attain.people.models import AuditEntry, Event, User

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from attain.people.models import Organization


def record(
    event: Event,
    request: HttpRequest | None,
    *,
    organization: Organization | None = None,
    partner_id: str = "",
    detail: str = "",
    user: User | None = None,
    actor: str = "",
) -> None:
    """Add an entry. Who did it is the request's user or token, or the one named; `detail` says what, in a few words, without secrets."""
    signed_in = getattr(request, "user", None)
    principal = getattr(getattr(request, "granted", None), "principal", None)
    who = user or (signed_in if isinstance(signed_in, User) else None) or getattr(principal, "user", None)
    by_token = principal.actor if principal is not None and principal.user == who else ""
    name = actor or by_token or (who.email if who else "")
    AuditEntry.objects.create(
        event=event,
        organization=organization,
        user=who,
        actor=name,
        partner_id=partner_id,
        detail=detail,
        address=str(request.META.get("REMOTE_ADDR", ""))[:45] if request is not None else "",
    )


def entries_of(place: Organization, *, event: str = "", who: str = "", since: dt.date | None = None) -> QuerySet[AuditEntry]:
    """Give the entries that an organization may read, newest first: its own, and the sign-ins of its members.

    Of them those of an `event`, of whose actor `who` is a part, and from the day `since` on (UTC), where these are said. The one that sees
    every partner also reads what commands did on the server, and sign-ins that failed for nobody's address.
    """
    own = Q(organization=place) | Q(organization=None, user__members__organization=place)
    found = AuditEntry.objects.filter(own | Q(organization=None, user=None) if place.sees_all else own).distinct()
    found = found.filter(event=event) if event else found
    found = found.filter(actor__icontains=who) if who else found
    return found if since is None else found.filter(at__gte=dt.datetime.combine(since, dt.time(), dt.UTC))

"""Calls with resellers and notes about them: recorded by the people of a distributor, for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.recorded.models import ResellerCall

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.db.models import QuerySet

    from attain.people.models import Organization

LONGEST_NOTE = 500


def record_call(organization: Organization, actor: str, partner_id: str, *, note: str = "", called: bool = True) -> ResellerCall:
    """Record that a reseller was called, or only a note; raises AttainError `no-note` and `long-note`."""
    note = " ".join(note.split())
    if not note and not called:
        raise AttainError("no-note", "there is neither a call nor a note", "note", "write a note, or say that the reseller was called")
    if len(note) > LONGEST_NOTE:
        raise AttainError("long-note", f"the note has {len(note)} letters", "note", f"write {LONGEST_NOTE} at most")
    return ResellerCall.objects.create(organization=organization, partner_id=partner_id, note=note, called=called, recorded_by=actor)


def calls_with(organization: Organization, partner_id: str) -> QuerySet[ResellerCall]:
    """Give the calls and notes about a reseller, the latest first."""
    return ResellerCall.objects.filter(organization=organization, partner_id=partner_id)


def latest_calls(organization: Organization, partners: Collection[str]) -> dict[str, ResellerCall]:
    """Give the latest call or note about each of some resellers, with one query."""
    found: dict[str, ResellerCall] = {}
    for call in ResellerCall.objects.filter(organization=organization, partner_id__in=list(partners)):
        found.setdefault(call.partner_id, call)
    return found


def called_since(organization: Organization, since: dt.datetime) -> QuerySet[ResellerCall, dict[str, str]]:
    """Give the ids of resellers called since a moment, for a query."""
    return ResellerCall.objects.filter(organization=organization, called=True, recorded_at__gte=since).values("partner_id")

"""The audit log of an organization."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Day, Word
from attain.api.cursors import Paged, after, cursor
from attain.api.recording import organization_of
from attain.people.access import AttainRequest
from attain.people.audit import entries_of
from attain.people.models import Event
from attain.people.roles import Access

router = Router(tags=["Organizations"])


class AuditAsked(Paged):
    """Which entries."""

    event: Event | None = Field(None, description="What happened; everything unless given.")
    who: Word = Field("", description="A part of who did it.")
    since: Day | None = Field(None, description="The first day (UTC).")


class EntryShown(Schema):
    """What happened, who did it, when and from where."""

    at: dt.datetime
    event: str = Field(examples=["imported"])
    words: str = Field(examples=["Files imported"])
    actor: str
    partner_id: str
    detail: str = Field(examples=["AzureUsage.csv"])
    address: str


class AuditPage(Schema):
    """A page of the log, the latest first."""

    entries: list[EntryShown]
    next: str


@router.get("/organizations/{organization}/audit", response=AuditPage, summary="Audit log")
@endpoint_needs(Access.PEOPLE)
def list_audit(request: AttainRequest, organization: str, asked: Query[AuditAsked]) -> AuditPage:
    """List what happened in an organization: its own entries, the sign-ins of its members, and commands where it sees every partner."""
    place = organization_of(request)
    entries = entries_of(place, event=asked.event or "", who=asked.who, since=asked.since)
    listing = f"audit {organization} {asked.model_dump(exclude={'cursor', 'limit'})}"
    last = after(listing, asked.cursor)
    if last is not None:
        at = dt.datetime.fromisoformat(last[0])
        entries = entries.filter(Q(at__lt=at) | Q(at=at, pk__lt=last[1]))
    found = list(entries[: asked.limit + 1])
    shown = found[: asked.limit]
    rows = [
        EntryShown(
            at=entry.at,
            event=entry.event,
            words=Event(entry.event).words,
            actor=entry.actor,
            partner_id=entry.partner_id,
            detail=entry.detail,
            address=entry.address,
        )
        for entry in shown
    ]
    return AuditPage(entries=rows, next=cursor(listing, shown[-1].at.isoformat(), shown[-1].pk) if len(found) > len(shown) else "")

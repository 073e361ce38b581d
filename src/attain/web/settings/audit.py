"""The audit log of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse

from attain.people.access import needs
from attain.people.audit import entries_of
from attain.people.models import Event
from attain.people.roles import Access
from attain.web.dates import day_words
from attain.web.settings.places import organization_of, settings_page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_ON_A_PAGE = 50
_COLUMNS = (
    Column("at", "When", "UTC", whole=True),
    Column("event", "What"),
    Column("who", "Who"),
    Column("detail", "Details"),
    Column("address", "From"),
)


class AuditFilters(forms.Form):
    """Which entries are shown."""

    event = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *Event.choices])
    who = forms.CharField(label="Who", required=False)


@needs(Access.PEOPLE)
def audit(request: AttainRequest, organization: str) -> HttpResponse:
    """Show what happened in an organization, newest first: its own entries, and the sign-ins of its members."""
    place = organization_of(request)
    filters = AuditFilters(request.GET)
    entries = entries_of(place, **filters.cleaned_data) if filters.is_valid() else entries_of(place)
    shown = Paginator(entries, _ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        [
            Cell(f"{day_words(entry.at)}, {entry.at:%H:%M}"),
            Cell(Event(entry.event).words),
            Cell(entry.actor),
            Cell(entry.detail, note=f"partner {entry.partner_id}" if entry.partner_id else ""),
            Cell(entry.address),
        ]
        for entry in shown
    ]
    table, clear_url = Table("Audit log", _COLUMNS, rows), reverse("settings:audit", args=[place.slug])
    context = {"filters": filters, "page_obj": shown, "table": table, "clear_url": clear_url}
    return settings_page(request, "web/settings/audit.html", "Audit log", context)

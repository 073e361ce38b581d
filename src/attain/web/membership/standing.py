"""What pages of Membership have in common: how they call tracks and statuses, the way back, and the page where nothing is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from attain.rulebook.words import TRACK_NAMES
from attain.web.pages import Crumb, nothing_published

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

TONES = {"in_progress": "info", "qualified": "good", "enrolled": "good", "renewal_due": "warn"}
"""How the badge of a status looks."""


def nothing_yet(request: AttainRequest, title: str) -> HttpResponse:
    """Say that nothing is published of the partner, and what to do."""
    return nothing_published(request, title, Crumb("Membership"))


def track_name(track: str) -> str:
    """Call a track as pages do."""
    return TRACK_NAMES.get(track, track)


def home_crumb(partner_id: str) -> Crumb:
    """Lead back to the overview."""
    return Crumb("Overview", reverse("membership:overview", args=[partner_id]))

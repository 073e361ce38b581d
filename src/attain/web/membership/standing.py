"""What every page of Membership begins with: what is published of the partner, and the words around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from attain.errors import AttainError
from attain.published.read import current, overview
from attain.rulebook.words import TRACK_NAMES
from attain.web.pages import Crumb, nothing_published

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.models import Publication
    from attain.published.read import Designation, Overview

TONES = {"in_progress": "info", "qualified": "good", "enrolled": "good", "renewal_due": "warn"}
"""How the badge of a status looks."""


@dataclass(frozen=True)
class Standing:
    """What is published of a partner."""

    publication: Publication
    overview: Overview

    @property
    def name(self) -> str:
        """Call the partner by its name, or its id."""
        return self.overview.partner.name or self.overview.partner.partner_id

    def designation(self, code: str) -> Designation:
        """Give one designation; AttainError `unknown-designation` with the nearest name."""
        known = self.overview.designations[0].book.designation(code).id
        return next(found for found in self.overview.designations if found.id == known)


def standing_of(partner_id: str) -> Standing | None:
    """Give what is published of a partner; None where nothing is."""
    publication = current()
    if publication is None:
        return None
    try:
        return Standing(publication, overview(partner_id, publication))
    except AttainError as error:
        if error.code != "not-published":
            raise
        return None


def nothing_yet(request: AttainRequest, title: str) -> HttpResponse:
    """Say that nothing is published of the partner, and what to do."""
    return nothing_published(request, title, Crumb("Membership"))


def track_name(track: str) -> str:
    """Call a track as pages do."""
    return TRACK_NAMES.get(track, track)


def home_crumb(partner_id: str) -> Crumb:
    """Lead back to the overview."""
    return Crumb("Overview", reverse("membership:overview", args=[partner_id]))

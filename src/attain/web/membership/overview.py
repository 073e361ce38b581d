"""The overview: a card a designation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from attain.explaining.words import first_upper
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.standing import standing_of
from attain.web.dates import day_words
from attain.web.membership.standing import TONES, nothing_yet, track_name
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.read import Designation


@dataclass(frozen=True)
class Card:
    """A designation as its card shows it."""

    found: Designation
    url: str
    blocks: str
    track: str
    tone: str
    reconcile_url: str
    report_url: str
    renewal: str

    @property
    def ring_label(self) -> str:
        """Say what the ring shows."""
        return f"{self.found.total} of {self.found.cap} points, {self.found.qualifying_total} qualify"


@needs(Access.MEMBERSHIP)
def overview(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show where a partner stands in every designation."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Overview")
    context: dict[str, Any] = {
        "standing": standing,
        "partner": standing.overview.partner,
        "cards": [_card(partner_id, found, standing.overview.partner.day) for found in standing.overview.designations],
        "statuses": standing.overview.designations[0].book.programme.statuses,
        "qualifying_total": standing.overview.designations[0].qualifying_total,
    }
    return page(request, "web/membership/overview.html", "Overview", context, crumbs=[Crumb("Membership"), Crumb("Overview")])


def _card(partner_id: str, found: Designation, day: dt.date) -> Card:
    reconcile = reverse("membership:reconcile", args=[partner_id])
    report = reverse("membership:report", args=[partner_id])
    return Card(
        found,
        reverse("membership:designation", args=[partner_id, found.id]),
        first_upper(found.row.blocks),
        track_name(found.row.track),
        TONES.get(found.row.status, "neutral"),
        f"{reconcile}?designation={found.id}",
        f"{report}?designation={found.id}",
        "" if found.row.anniversary is None else renewal_words(day, found.row.window_start, found.row.window_end, found.row.qualified_on),
    )


def renewal_words(day: dt.date, start: dt.date, end: dt.date, qualified_on: dt.date | None) -> str:
    """Say how the renewal of an enrolled designation stands on a day, by its qualification window and the day it last qualified in it."""
    if qualified_on is not None:
        return f"May be renewed: qualified on {day_words(qualified_on)}"
    if day < start:
        return f"Can be qualified for from {day_words(start)}"
    return "Not qualified for yet" if day <= end else "Cannot be renewed: not qualified in its window"

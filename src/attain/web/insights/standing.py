"""What every page of Insights begins with: the partner as it is published, and the way such a page is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.published.standing import Standing, standing_of
from attain.web.dates import dated
from attain.web.pages import Crumb, nothing_published, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from attain.people.access import AttainRequest

__all__ = ["AREA", "Standing", "insight", "nothing_yet", "standing_of"]
AREA = Crumb("Insights")


def insight(request: AttainRequest, template: str, title: str, context: Mapping[str, Any], *crumbs: Crumb) -> HttpResponse:
    """Show a page of Insights."""
    context = {**context, "note": dated(context.get("note", ""))}
    return page(request, template, title, context, crumbs=[AREA, *(crumbs or (Crumb(title),))])


def nothing_yet(request: AttainRequest, title: str) -> HttpResponse:
    """Show that nothing is published of the partner."""
    return nothing_published(request, title, AREA)

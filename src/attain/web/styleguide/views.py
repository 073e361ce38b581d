"""Each component once, on made-up values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


@needs(Access.PUBLIC)
def components(request: AttainRequest) -> HttpResponse:
    """Show every component."""
    return page(request, "web/styleguide/components.html", "Components")

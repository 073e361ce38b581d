"""One's own account: name, password, two-step sign-in, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


@needs(Access.SIGNED_IN)
def account(request: AttainRequest) -> HttpResponse:
    """Show one's own account and what may be changed there."""
    return page(request, "web/settings/account.html", "Your account", crumbs=[Crumb("Settings"), Crumb("Your account")])

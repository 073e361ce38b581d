"""The partner shown last, for pages that name none: kept in a cookie, so that looking at another partner writes nothing to the database.

Whoever asks is checked anew against the partner, wherever it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from django.conf import settings

from attain.people.fitting import holds_no_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

COOKIE = "attain_partner"
_SHOWN = "attain_partner_shown"


def last_partner(request: HttpRequest) -> str:
    """Give the partner that the browser was shown last; empty where there is none. It may not be the asker's to see any more."""
    # Written as in a URL: a cookie takes no other characters.
    kept = unquote(request.COOKIES.get(COOKIE, ""))
    return "" if holds_no_text(kept) else kept


def keep(request: HttpRequest, partner_id: str) -> None:
    """Keep the partner of a page for the pages after it."""
    setattr(request, _SHOWN, partner_id)


class LastPartnerMiddleware:
    """Sends the cookie where another partner is shown, and takes it back where nobody is signed in any more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        answer = self.get_response(request)
        kept, shown = request.COOKIES.get(COOKIE, ""), quote(getattr(request, _SHOWN, ""), safe="")
        if shown and shown != kept:
            answer.set_cookie(COOKIE, shown, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        elif kept and hasattr(request, "user") and not request.user.is_authenticated:
            answer.delete_cookie(COOKIE, samesite="Lax")
        return answer

"""Requests with a character that is no text in their address or cookies: PostgreSQL refuses to look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.errors import AttainError
from attain.people.fitting import holds_no_text, refuse_address
from attain.server.not_found import for_programs
from attain.web import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase


class PlainTextMiddleware:
    """Refuses such an address, and leaves out such cookies: none of them is of this server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, with the cookies that are text."""
        for name in [name for name, value in request.COOKIES.items() if holds_no_text(value)]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponse | None:
        """Answer in the place of a page; an endpoint says first who may ask, and then the same by itself."""
        if not for_programs(request):
            try:
                refuse_address(request)
            except AttainError as error:
                return faults.refused(request, error)
        return None

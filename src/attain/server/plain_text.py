"""Requests whose address has a character that is no text: no page and no row is named like that, and PostgreSQL refuses to look for it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from attain.api.problems import problem
from attain.errors import AttainError
from attain.people.fitting import holds_no_text
from attain.server.not_found import for_programs
from attain.web import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

_FAULT = AttainError("no-text", "the address has a character that is no text, such as NUL", hint="take it out: %00 stands for it")


class PlainTextMiddleware:
    """Refuses such a request, and leaves out cookies with such a character: none of them is of this server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, with the cookies that are text."""
        for name in [name for name, value in request.COOKIES.items() if holds_no_text(value)]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponse | None:
        """Answer in the place of a view that would ask the database for what is no text."""
        if not holds_no_text([request.path_info, *request.GET, *(value for values in request.GET.lists() for value in values[1])]):
            return None
        if for_programs(request):
            return problem(HTTPStatus.BAD_REQUEST, _FAULT.code, _FAULT.message, hint=_FAULT.hint)
        return faults.refused(request, _FAULT)

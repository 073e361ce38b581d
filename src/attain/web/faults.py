"""What is shown where something is refused or missing: who may, what to do, the way back."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.shortcuts import render
from structlog.contextvars import get_contextvars

from attain.errors import AttainError
from attain.people.access import NoRole, NotSignedIn, OutOfReach, to_sign_in
from attain.people.roles import Access

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

_log = logging.getLogger("attain.web")


class FaultMiddleware:
    """Turns what views raise into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the fault; another exception goes on to Django."""
        match exception:
            case NotSignedIn():
                return to_sign_in(request)
            case NoRole():
                whom = "the organization that sees every partner" if exception.access is Access.OPERATE else "your organization"
                return _show(request, HTTPStatus.FORBIDDEN, "Not for your role", str(exception), f"Ask a Global admin of {whom}.")
            case OutOfReach():
                return not_found(request, exception)
            case AttainError():
                return refused(request, exception)
            case _:
                return None


def refused(request: HttpRequest, error: AttainError) -> HttpResponse:
    """Show what is wrong with what was asked, and what to do."""
    return _show(request, HTTPStatus.BAD_REQUEST, "That did not work", error.message, error.hint, error.where)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Show that there is no such page, or none for this person."""
    message = str(exception) if isinstance(exception, OutOfReach) else "There is no such page."
    return _show(request, HTTPStatus.NOT_FOUND, "Not found", message, "Check the address, or start again from the first page.")


def failed(request: HttpRequest) -> HttpResponse:
    """Show that the server failed; the log says how."""
    name = get_contextvars().get("request", "")
    hint = f"Its log says why, under request {name}." if name else "Its log says why."
    return _show(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong", "The server could not answer.", hint)


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show that a form did not come from a page of this server, or came too late."""
    _log.warning("form refused: %s", reason)
    return _show(
        request, HTTPStatus.FORBIDDEN, "The form is out of date", "It could not be checked.", "Open the page again and send it anew."
    )


def _show(request: HttpRequest, status: HTTPStatus, title: str, message: str, hint: str, where: str = "") -> HttpResponse:
    template = "web/fault_part.html" if request.headers.get("HX-Request") == "true" else "web/fault.html"
    return render(request, template, {"title": title, "message": message, "hint": hint, "where": where}, status=status)

"""Each request with an id of its own, one line in the log, and a count: by the route of its page, never by its address."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from attain.server.metrics import requests, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
NO_ROUTE = "none"
STATIC = "static"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_REFUSED = 400
_log = structlog.get_logger("attain.requests")


class WatchMiddleware:
    """Gives a request its id (the proxy's, where it sent one), logs it and counts it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and note how it was answered."""
        given = request.headers.get(HEADER, "")
        name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=name):
            answer = self.get_response(request)
            taken = time.perf_counter() - started
            route, method, status = route_of(request), request.method or "", answer.status_code
            if route != STATIC or status >= _REFUSED:
                _log.info(
                    "answered", method=method if method in _METHODS else "other", route=route, status=status, ms=round(taken * 1000, 1)
                )
        requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        seconds.labels(route).observe(taken)
        answer.headers[HEADER] = name
        return answer


def route_of(request: HttpRequest) -> str:
    """Give the route of a request's page as it is declared, `<partner:partner_id>/membership/` and the like."""
    match = request.resolver_match
    if match is not None:
        return match.route or "home"
    return STATIC if request.path_info.startswith(str(settings.STATIC_URL)) else NO_ROUTE

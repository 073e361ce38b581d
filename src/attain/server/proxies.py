"""Whose request it is behind a proxy: the address that the nearest trusted proxies wrote down, for the audit log and the limits."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase


class ProxyMiddleware:
    """Puts the address that the outermost of `settings.PROXIES` proxies saw in the place of the nearest proxy's own.

    Each proxy adds what it saw to the end of `X-Forwarded-For`; what stands before those was written by whoever asked, and counts for
    nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        count = int(settings.PROXIES)
        seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if 0 < count <= len(seen) and (address := _address(seen[-count])):
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


def _address(text: str) -> str:
    """Give an address without a port, nothing where it is none."""
    bare = text[1 : text.index("]")] if text.startswith("[") and "]" in text else text
    bare = bare.split(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""

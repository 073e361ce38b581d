"""ETags: an answer that did not change is not sent again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

if TYPE_CHECKING:
    from django.http import HttpRequest

Answer = TypeVar("Answer", bound=HttpResponseBase)


def etag(*parts: object) -> str:
    """Make the tag of an answer from all that decides it: the publication, what was asked, by whom where that matters."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def not_changed(request: HttpRequest, tag: str) -> HttpResponse | None:
    """Give the empty answer where the caller has this tag already; else None, and the caller sends the body with the tag."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if known == ["*"] or tag in (name.removeprefix("W/") for name in known):
        return tagged(HttpResponse(status=304), tag)
    return None


def tagged(response: Answer, tag: str) -> Answer:
    """Put the tag on an answer, which the caller alone may keep and asks about each time."""
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response

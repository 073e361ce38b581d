"""What is answered where no page and no endpoint is: a page to people, a problem to programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.urls import reverse

from attain.api.problems import problem
from attain.web import faults

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def for_programs(request: HttpRequest) -> bool:
    """Say whether an address is one below the REST interface."""
    return request.path.startswith(reverse("api:openapi-json").rpartition("/")[0] + "/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere, below the REST interface in its own form."""
    description = reverse("api:openapi-json")
    if not for_programs(request):
        return faults.not_found(request, exception)
    return problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such endpoint.", hint=f"{description} lists those there are")

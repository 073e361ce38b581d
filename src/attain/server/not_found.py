"""What is answered where no page and no endpoint is: a page to people, a problem to programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.urls import reverse

from attain.api.problems import problem
from attain.web import faults

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere, below the REST interface in its own form."""
    description = reverse("api:openapi-json")
    if not request.path.startswith(description.rpartition("/")[0] + "/"):
        return faults.not_found(request, exception)
    return problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such endpoint.", hint=f"{description} lists those there are")

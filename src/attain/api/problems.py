"""Errors as problem details (RFC 9457): what is wrong, where, what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import Field

from attain.errors import AttainError
from attain.people.access import NoRole, NotSignedIn, OutOfReach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ninja import NinjaAPI

NOT_THERE = frozenset(
    {
        "no-such-case",
        "no-such-channel",
        "no-such-claim",
        "no-such-consent",
        "no-such-delivery",
        "no-such-file",
        "no-such-import",
        "no-such-load",
        "no-such-pack",
        "no-such-purchase",
        "no-such-rule",
        "no-such-rulebook",
        "no-such-scenario",
        "no-such-segment",
        "not-published",
        "unknown-check",
        "unknown-designation",
        "unknown-edition",
        "unknown-metric",
        "unknown-partner",
    }
)
"""Codes of what is asked for by its address and is not there."""
NOT_YET = frozenset(
    {
        "claim-recorded",
        "empty-folder",
        "erases-oneself",
        "facts-gone",
        "last-admin",
        "made-by-another",
        "name-taken",
        "no-store",
        "not-failed",
        "nothing-published",
        "refresh-running",
        "rulebook-kept",
        "scenario-saved",
        "store-busy",
        "store-empty",
        "too-many-rulebooks",
    }
)
"""Codes of what this server cannot answer, or do, as it stands now."""
CONTENT_TYPE = "application/problem+json"
_log = logging.getLogger("attain.api")


class Problem(Schema):
    """What is wrong: `code` is stable, `detail` says it in words, `where` names the place, `hint` what to do."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    where: str = ""
    hint: str = ""
    faults: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    where: str = "",
    hint: str = "",
    faults: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Make the response of a problem."""
    body = Problem(title=status.phrase, status=status.value, code=code, detail=detail, where=where, hint=hint, faults=faults or [])
    return JsonResponse(body.model_dump(), status=status.value, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def handle(api: NinjaAPI) -> None:
    """Let an API answer every error as a problem."""
    for exception in (AuthenticationError, NotSignedIn):
        api.add_exception_handler(exception, _not_signed_in)
    api.add_exception_handler(NoRole, _no_role)
    api.add_exception_handler(OutOfReach, _out_of_reach)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(AttainError, _refused)
    api.add_exception_handler(ValidationError, _not_valid)
    api.add_exception_handler(Throttled, _throttled)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Exception, _failed)


def _not_signed_in(request: HttpRequest, error: Any) -> HttpResponse:
    hint = "send a token: Authorization: Bearer attain_..."
    headers = {"WWW-Authenticate": "Bearer"}
    return problem(HTTPStatus.UNAUTHORIZED, "not-signed-in", "Nobody is signed in, or the token is not good.", hint=hint, headers=headers)


def _no_role(request: HttpRequest, error: Any) -> HttpResponse:
    hint = "a Global admin gives roles; a token has the scopes it was made with"
    return problem(HTTPStatus.FORBIDDEN, "no-role", str(error), hint=hint)


def _out_of_reach(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, "not-found", str(error))


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, "not-found", str(error) or "There is nothing here.")


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    status = HTTPStatus.NOT_FOUND if error.code in NOT_THERE else HTTPStatus.CONFLICT if error.code in NOT_YET else HTTPStatus.BAD_REQUEST
    where = "the store" if settings.STORE and error.where == settings.STORE else error.where
    return problem(status, error.code, error.message, where=where, hint=error.hint)


def _not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    faults = [{"where": ".".join(str(part) for part in fault["loc"]), "detail": fault["msg"]} for fault in error.errors]
    first = faults[0] if faults else {"where": "", "detail": "The request is not valid."}
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "not-valid", str(first["detail"]), where=str(first["where"]), faults=faults)


def _throttled(request: HttpRequest, error: Any) -> HttpResponse:
    hint = f"wait {error.wait} seconds; fetch less often, or larger pages"
    headers = {"Retry-After": str(error.wait)}
    return problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many-calls", "These are too many calls in a minute.", hint=hint, headers=headers)


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(HTTPStatus(error.status_code), "refused", str(error))


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    _log.error("answer failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", "The server could not answer; its log says why.")

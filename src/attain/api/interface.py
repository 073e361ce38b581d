"""What every endpoint has in common: tags on answers, and problems, files and tags in the description."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from ninja import NinjaAPI

from attain.api.caching import not_changed, tagged
from attain.api.downloads import DOWNLOADS, TYPES, Format
from attain.api.problems import CONTENT_TYPE, Problem
from attain.api.working import AGAIN, LONGEST, WORKED_OUT

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from ninja.openapi.schema import OpenAPISchema
    from ninja.operation import Operation

_SAFE = frozenset({"GET", "HEAD"})
_OF_ALL = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": f"`wait=20`: wait so many seconds for the answer, {LONGEST} at most, before it is said to be still worked out.",
    "schema": {"type": "string"},
    "example": "wait=20",
}
_RETRY = {"description": "Seconds after which to ask again.", "schema": {"type": "string"}, "example": str(AGAIN)}
_TAG = {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}


class Interface(NinjaAPI):
    """The interface."""

    def create_response(
        self, request: HttpRequest, data: Any, *, status: int | None = None, temporal_response: HttpResponse | None = None
    ) -> HttpResponse:
        """Write an answer with its tag: that of its content, where the endpoint did not make one before; an unchanged one is not sent."""
        answer = super().create_response(request, data, status=status, temporal_response=temporal_response)
        if request.method not in _SAFE or answer.status_code != HTTPStatus.OK:
            return answer
        if "ETag" not in answer:
            tagged(answer, f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"')
        return not_changed(request, answer["ETag"]) or answer

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Call an operation by the name of its function."""
        return str(cast("Any", operation).view_func.__name__)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> OpenAPISchema:
        """Describe the interface."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        described = cast("dict[str, Any]", schema)
        described["components"]["schemas"]["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        paths: dict[str, dict[str, dict[str, Any]]] = described["paths"]
        for operations in paths.values():
            for method, operation in operations.items():
                _describe(method, operation)
        return schema


def _describe(method: str, operation: dict[str, Any]) -> None:
    answers: dict[Any, Any] = operation["responses"]
    if operation.pop(WORKED_OUT, False):
        operation["parameters"].append(_PREFER)
        answers[HTTPStatus.ACCEPTED.value]["headers"] = {"Retry-After": _RETRY}
    if method == "get":
        found = answers[HTTPStatus.OK.value]
        found["headers"] = {"ETag": _TAG}
        if operation.pop(DOWNLOADS, False):
            binary = {"schema": {"type": "string", "format": "binary"}}
            found["content"] |= {TYPES[kind]: dict(binary) for kind in (Format.csv, Format.parquet)}
        answers[HTTPStatus.NOT_MODIFIED.value] = {"description": "The answer is the one whose tag was sent."}
    asked = bool(operation["parameters"]) or "requestBody" in operation
    for status in (*_OF_ALL, *((HTTPStatus.UNPROCESSABLE_ENTITY,) if asked else ())):
        answers[status.value] = {
            "description": status.phrase,
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }

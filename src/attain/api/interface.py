"""What every endpoint has in common: tags on answers, and how it is described."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from ninja import NinjaAPI

from attain.api.caching import not_changed, tagged
from attain.api.describing import describe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from ninja.openapi.schema import OpenAPISchema
    from ninja.operation import Operation

_SAFE = frozenset({"GET", "HEAD"})


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
        describe(cast("dict[str, Any]", schema))
        return schema

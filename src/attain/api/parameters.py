"""The parameters behind the question mark: one that an operation does not have is refused, with the nearest one that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja.errors import ValidationError

from attain.errors import did_you_mean

if TYPE_CHECKING:
    from django.http import HttpRequest

_SOURCE = "query"


def check_parameters(operation: Any, request: HttpRequest) -> None:
    """Refuse a request with a parameter that its operation does not have: whoever writes `limt` for `limit` is told so.

    Raises ValidationError, which names each of them.
    """
    if not request.GET:
        return
    asked = [model for model in operation.models if model.__ninja_param_source__ == _SOURCE]
    known = [name for model in asked for name in model.__ninja_flatten_map__]
    faults = [
        {"type": "unknown-parameter", "loc": (_SOURCE, name), "msg": f"there is no parameter '{name}'; {_hint(name, known)}"}
        for name in request.GET
        if name not in known
    ]
    if faults:
        raise ValidationError(faults)


def _hint(name: str, known: list[str]) -> str:
    return did_you_mean(name, known) if known else "this operation has none"

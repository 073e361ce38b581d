"""From a strict YAML file to a rulebook model: what Pydantic refuses is said with file, line, rule path and the nearest valid name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

    from attain.rulebook.strict_yaml import Document, Place

M = TypeVar("M", bound=BaseModel)

_HOLDERS = frozenset({"metrics", "pools", "steps"})
"""Lists whose name a rule path leaves out: their members' ids already say where one is."""

_WORDS = {
    "string_type": "is not text",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "date_type": "is not a day",
    "date_parsing": "is not a day",
    "date_from_datetime_parsing": "is not a day",
    "date_from_datetime_inexact": "is not a day",
    "tuple_type": "is not a list",
    "list_type": "is not a list",
    "dict_type": "is not a mapping of names to values",
    "model_type": "is not a mapping of fields",
}
_HINTS = {
    "string_type": "quote it if it is text",
    "int_type": "write a whole number without quotes",
    "int_parsing": "write a whole number without quotes",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "date_type": "write a day as YYYY-MM-DD, without quotes",
    "date_parsing": "write a day as YYYY-MM-DD, without quotes",
    "date_from_datetime_parsing": "write a day as YYYY-MM-DD, without quotes",
    "date_from_datetime_inexact": "write a day as YYYY-MM-DD, without quotes",
    "tuple_type": "write [first, second], or one item a line after '- '",
    "list_type": "write [first, second], or one item a line after '- '",
    "dict_type": "write 'name: value' lines",
    "model_type": "write 'field: value' lines",
}


def rule_path(document: Document, place: Place) -> str:
    """Name what stands at `place` as people do: `security.net_customer_adds.azure.qualifies_if`.

    Members of lists go by their `id` or `code`; members without one (dated entries, list items) are told apart by the line.
    """
    root = document.text(("id",))
    parts = [] if root is None else [root]
    for depth, part in enumerate(place):
        if isinstance(part, int):
            member = place[: depth + 1]
            name = document.text((*member, "id")) or document.text((*member, "code"))
            if name is not None:
                parts.append(name)
        elif part not in _HOLDERS:
            parts.append(part)
    return ".".join(parts)


def where(document: Document, place: Place) -> str:
    """Name a place as `file:line, rule path`."""
    path = rule_path(document, place)
    return f"{document.where(place)}, {path}" if path else document.where(place)


def validate(model: type[M], document: Document) -> tuple[M | None, list[AttainError]]:
    """Read `document` as `model`: the model, or every fault of the file in the order of its lines."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        places = [(_place(document, detail), detail) for detail in error.errors()]
        return None, [_fault(model, document, place, detail) for place, detail in sorted(places, key=lambda pair: document.line(pair[0]))]


def _place(document: Document, detail: ErrorDetails) -> Place:
    """Keep of Pydantic's location what the file holds: it also names unions and missing fields."""
    place: Place = ()
    for part in detail["loc"]:
        if (*place, part) in document.lines:
            place = (*place, part)
    return place


def _fault(model: type[BaseModel], document: Document, place: Place, detail: ErrorDetails) -> AttainError:
    kind = detail["type"]
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    at = where(document, place)
    if kind == "extra_forbidden":
        hint = did_you_mean(last, _fields(model, place[:-1]))
        return AttainError("rulebook-unknown-field", f"there is no field {last!r}", at, hint)
    if kind == "missing":
        return AttainError("rulebook-missing-field", f"the field {last!r} is missing", at, "add it")
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
        given = detail["input"]
        return AttainError("rulebook-choice", f"{_shown(given)} is not a choice here", at, did_you_mean(str(given), choices))
    if kind == "value_error":
        return AttainError("rulebook-value", str(detail["ctx"]["error"]) if "ctx" in detail else detail["msg"], at)
    words = _WORDS.get(kind)
    if words is None:
        return AttainError("rulebook-value", f"{_shown(detail['input'])}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", at)
    return AttainError("rulebook-type", f"{_shown(detail['input'])} {words}", at, _HINTS[kind])


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    return str(value) if not isinstance(value, str) else repr(value)


def _fields(model: type[BaseModel], place: Place) -> list[str]:
    """List the fields, as files write them, of the model that stands at `place` below `model`."""
    annotation: Any = model
    for part in place:
        fields = [pair for holder in _models(annotation) for pair in holder.model_fields.items()]
        annotation = next((field.annotation for name, field in fields if part in {name, field.alias}), annotation)
    return list(dict.fromkeys(field.alias or name for holder in _models(annotation) for name, field in holder.model_fields.items()))


def _models(annotation: Any) -> Sequence[type[BaseModel]]:
    """Find the models that an annotation holds, through unions, lists, mappings and annotations."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models(argument)]

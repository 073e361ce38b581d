"""The REST interface as the handbook knows it: from its own OpenAPI description."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from http import HTTPStatus
from typing import Any

from handbook.markdown import code, table, words

_METHODS = ("get", "post", "put", "patch", "delete")
_JSON = "application/json"
_SCHEMAS = "#/components/schemas/"


@cache
def description() -> dict[str, Any]:
    """Give the description that a server gives at `/api/v1/openapi.json`; no server and no database is needed."""
    from django.conf import settings  # noqa: PLC0415 - Django is read once it is known whether it is set up

    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attain.server.settings")
        # The server's settings ask for a folder of its own data and make it; nothing of it is needed here.
        with tempfile.TemporaryDirectory() as folder:
            os.environ.setdefault("ATTAIN_HOME", folder)
            _set_up()
            return _described()
    return _described()


def _set_up() -> None:
    import django  # noqa: PLC0415 - as above

    django.setup()


def _described() -> dict[str, Any]:
    from attain.api.root import api  # noqa: PLC0415 - models can be imported only once Django is set up

    return dict(api.get_openapi_schema())


def endpoints() -> dict[tuple[str, str], dict[str, Any]]:
    """Give every operation by its method (`GET`) and path (`/api/v1/me`)."""
    return {
        (method.upper(), path): operations[method]
        for path, operations in description()["paths"].items()
        for method in _METHODS
        if method in operations
    }


def page() -> str:
    """Write every operation by the group it belongs to, and every shape that one takes or gives."""
    parts: list[str] = []
    grouped: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for (method, path), operation in endpoints().items():
        grouped.setdefault(next(iter(operation.get("tags", [])), "Others"), []).append((method, path, operation))
    rows = [
        (f"[`{method} {path}`](#{_anchor(operation)})", words(operation["summary"])) for (method, path), operation in endpoints().items()
    ]
    parts.append(table(("endpoint", "what it is for"), rows))
    for group, operations in grouped.items():
        parts.append(f"## {group}")
        for method, path, operation in operations:
            parts += _operation(method, path, operation)
    parts.append("## Shapes")
    parts += [text for name, schema in sorted(description()["components"]["schemas"].items()) for text in _shape(name, schema)]
    return "\n\n".join(parts) + "\n"


def _anchor(operation: dict[str, Any]) -> str:
    return str(operation["operationId"]).replace("_", "-")


def _operation(method: str, path: str, operation: dict[str, Any]) -> list[str]:
    parts = [
        f"### {words(operation['summary'])} {{ #{_anchor(operation)} }}",
        f"```text\n{method} {path}\n```",
        words(operation.get("description", "")),
    ]
    if operation.get("parameters"):
        rows = [
            (
                code(one["name"]),
                one["in"],
                _type(one["schema"]),
                words(one.get("description", "")),
                "required" if one.get("required") else _default(one["schema"]),
            )
            for one in operation["parameters"]
        ]
        parts.append(table(("parameter", "in", "type", "what it is", "unless given"), rows))
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"Takes {code(kind)}: {_type(body['schema'])}.")
    parts.append(f"Gives {'; '.join(_answer(status, answer) for status, answer in operation['responses'].items())}.")
    return [part for part in parts if part]


def _answer(status: int | str, answer: dict[str, Any]) -> str:
    if int(status) >= HTTPStatus.MULTIPLE_CHOICES:
        return str(status)
    kinds = [(kind, content["schema"]) for kind, content in answer.get("content", {}).items()]
    shapes = [_type(schema) for kind, schema in kinds if kind == _JSON]
    others = [code(kind) for kind, _ in kinds if kind != _JSON]
    return " ".join(filter(None, (f"{status}", " or ".join((*shapes, *others)))))


def _shape(name: str, schema: dict[str, Any]) -> list[str]:
    parts = [f"### {name} {{ #{name.lower()} }}"]
    if schema.get("description"):
        parts.append(words(schema["description"]))
    if schema.get("enum"):
        parts.append(f"One of {', '.join(code(str(value)) for value in schema['enum'])}.")
    if schema.get("properties"):
        needed = set(schema.get("required", ()))
        rows = [
            (code(field), _type(inner), words(inner.get("description", "")), _example(inner), "yes" if field in needed else "")
            for field, inner in schema["properties"].items()
        ]
        parts.append(table(("field", "type", "what it is", "example", "always there"), rows))
    return parts


def _type(schema: dict[str, Any]) -> str:
    """Say in a few words what a schema lets in, with links to the shapes."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_SCHEMAS)
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[several]))
    if schema.get("enum"):
        return ", ".join(code(str(value)) for value in schema["enum"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {_type(schema['additionalProperties'])}"
    return {"date": "date", "date-time": "time", "binary": "file"}.get(str(schema.get("format", "")), "none" if kind == "null" else kind)


def _example(schema: dict[str, Any]) -> str:
    return code(str(schema["examples"][0])) if schema.get("examples") else ""


def _default(schema: dict[str, Any]) -> str:
    return code(str(schema["default"])) if schema.get("default") not in {None, ""} else ""

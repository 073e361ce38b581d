"""The description of the interface: valid OpenAPI, and complete for every operation, examples that fit their schemas included."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ninja import Schema
from openapi_spec_validator import OpenAPIV31SpecValidator
from typer.testing import CliRunner

from attain.api.describing import AREAS
from attain.api.examples import example_of
from attain.api.root import api
from attain.cli.app import app

DESCRIPTION: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
OPERATIONS = [(method, path) for path, operations in DESCRIPTION["paths"].items() for method in operations]
JSON_TYPES = ("application/json", "application/problem+json")


def operation(method: str, path: str) -> dict[str, Any]:
    return DESCRIPTION["paths"][path][method]


def fits(value: Any, schema: dict[str, Any]) -> list[str]:
    whole = {**schema, "components": DESCRIPTION["components"]}
    return [error.message for error in Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(value)]


def contents(found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the kinds of content that go in and out as JSON or a form, by where they stand."""
    for kind, content in found.get("requestBody", {}).get("content", {}).items():
        yield f"request {kind}", content
    for status, answer in found["responses"].items():
        for kind, content in answer.get("content", {}).items():
            if kind in JSON_TYPES:
                yield f"{status} {kind}", content


def test_it_is_valid_openapi() -> None:
    assert DESCRIPTION["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(DESCRIPTION).validate()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_is_described(method: str, path: str) -> None:
    found = operation(method, path)
    assert found["summary"]
    assert found["description"].endswith(".")
    assert len(found["tags"]) == 1
    assert found["tags"][0] in AREAS
    assert {"ByToken": []} in found["security"]
    assert {"400", "401", "403", "404", "409", "422", "429"} <= set(found["responses"])
    for parameter in found["parameters"]:
        assert parameter.get("description") or parameter["required"], parameter["name"]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_has_examples_that_fit(method: str, path: str) -> None:
    found = operation(method, path)
    shown = dict(contents(found))
    assert "204" in found["responses"] or any(where.startswith("2") for where in shown)
    for where, content in shown.items():
        assert fits(content["example"], content["schema"]) == [], where
    for parameter in found["parameters"]:
        assert "examples" not in parameter
        assert "example" in parameter or not parameter["required"], parameter["name"]
        if "example" in parameter:
            assert fits(parameter["example"], parameter["schema"]) == [], parameter["name"]


def test_no_two_operations_or_schemas_have_one_name() -> None:
    names = Counter(operation(method, path)["operationId"] for method, path in OPERATIONS)
    assert [name for name, times in names.items() if times > 1] == []

    def below(schema: type[Schema]) -> Iterator[type[Schema]]:
        for one in schema.__subclasses__():
            yield one
            yield from below(one)

    own = Counter(one.__name__ for one in set(below(Schema)) if one.__module__.startswith("attain.api"))
    assert [name for name, times in own.items() if times > 1] == []


def test_every_area_has_operations() -> None:
    assert {operation(method, path)["tags"][0] for method, path in OPERATIONS} == set(AREAS)
    assert [tag["name"] for tag in DESCRIPTION["tags"]] == list(AREAS)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "examples": ["a", "b"]}, "a"),
        ({"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 5}]}, 5),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        (
            {
                "type": "object",
                "properties": {"day": {"type": "string", "format": "date"}, "more": {"type": "string"}},
                "required": ["day"],
            },
            {"day": "2026-11-24"},
        ),
        ({"$ref": "#/components/schemas/One"}, "one"),
    ],
)
def test_examples_are_made_from_schemas(schema: dict[str, Any], expected: object) -> None:
    assert example_of(schema, {"One": {"enum": ["one", "two"]}}) == expected


def test_the_command_line_prints_it() -> None:
    result = CliRunner().invoke(app, ["openapi"])
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed == DESCRIPTION

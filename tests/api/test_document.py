"""The examples of `docs/api.md`, run as they stand: each is answered, and in the shape that the page shows."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from attain.alerts.models import Rule, RuleKind
from attain.imports import runner
from attain.people.models import TokenScope
from attain.people.roles import Role
from attain.published.models import Publication
from tests.api.calling import Caller
from tests.people.places import Places

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"```(sh|json)\n(.*?)```", re.DOTALL)
EVERY = (TokenScope.READ, TokenScope.IMPORT, TokenScope.PLAN, TokenScope.PEOPLE)


@dataclass
class Example:
    """A command of the page, and the answer that stands below it, if one does."""

    command: str
    shape: Any = None

    @property
    def name(self) -> str:
        return re.sub(r".*/api/v1", "", next(word for word in shlex.split(self.command) if "/api/v1" in word))


@dataclass
class Call:
    """A command of `curl`, read."""

    method: str = "GET"
    address: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    files: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def read(cls, command: str) -> Call:
        words, call = iter(shlex.split(command)[1:]), cls()
        for word in words:
            if word == "-X":
                call.method = next(words)
            elif word == "-H":
                name, _, value = next(words).partition(": ")
                call.headers[name] = value
            elif word == "-d":
                call.body = next(words)
            elif word == "-F":
                name, _, value = next(words).partition("=@")
                call.files[name], call.method = value, "POST"
            elif word == "-o":
                next(words)
            else:
                assert word.startswith("$ATTAIN/"), word
                call.address = word.removeprefix("$ATTAIN")
        return call


def examples() -> list[Example]:
    found: list[Example] = []
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            found += [Example(line) for line in text.splitlines() if line.startswith("curl")]
        else:
            about = found[-1] if '"tracks"' not in text else found[-2]
            about.shape = json.loads(text)
    return found


EXAMPLES = examples()


def unlike(shown: Any, said: Any, where: str = "answer") -> list[str]:
    """Say where an answer has another shape than is shown; lists may be shown shorter, and objects with fewer fields."""
    if shown is None or said is None:
        return []
    if type(shown) is not type(said):
        return [f"{where}: {type(said).__name__} instead of {type(shown).__name__}"]
    if isinstance(shown, dict):
        lacking = [f"{where}.{name} is not there" for name in shown if name not in said]
        return lacking + [fault for name in shown if name in said for fault in unlike(shown[name], said[name], f"{where}.{name}")]
    if isinstance(shown, list):
        return [fault for one in shown[:1] for other in said[:1] for fault in unlike(one, other, f"{where}[0]")]
    return []


@pytest.fixture
def headers(served: Publication, places: Places, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(runner, "start", lambda: None)
    # The page changes the rule of an alert that it made a line before.
    Rule.objects.create(pk=1, organization=places.partner, kind=RuleKind.AT_RISK)
    return Caller(places, Role.GLOBAL_ADMIN, EVERY).headers()


def send(call: Call, headers: dict[str, str]) -> Any:
    given = {**call.headers, "Authorization": headers["Authorization"]}
    if call.files:
        data = {name: SimpleUploadedFile(file, b"a,b\n1,2\n") for name, file in call.files.items()}
        return Client().post(call.address, data, headers=given)
    content = given.pop("Content-Type", "application/json")
    return Client().generic(call.method, call.address, call.body, content_type=content, headers=given)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_an_example_is_answered_as_the_page_shows(example: Example, headers: dict[str, str]) -> None:
    call = Call.read(example.command)
    assert call.headers["Authorization"] == "Bearer $TOKEN"
    answer = send(call, headers)
    wrong = example.shape is not None and example.shape.get("status", 0)
    if isinstance(wrong, int) and wrong:
        assert (answer.status_code, answer.json()) == (wrong, example.shape)
        return
    assert answer.status_code in {200, 201, 202}, answer.content
    if example.shape is not None:
        assert answer.status_code == 200
        assert unlike(example.shape, answer.json()) == []


def test_every_area_has_an_example() -> None:
    from attain.api.describing import AREAS
    from attain.api.root import api

    paths: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    shown: set[str] = set()
    for example in EXAMPLES:
        call = Call.read(example.command)
        path = call.address.partition("?")[0]
        for template, operations in paths.items():
            if call.method.lower() in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                shown.add(operations[call.method.lower()]["tags"][0])
    assert shown == set(AREAS)


def test_an_answer_of_another_shape_is_found() -> None:
    assert unlike({"a": [{"b": "1"}]}, {"a": [{"b": "2", "c": 3}, {"b": "4"}], "d": 5}) == []
    assert unlike({"a": "1", "b": [{"c": 1}]}, {"a": 1, "b": [{"d": 1}]}) == [
        "answer.a: int instead of str",
        "answer.b[0].c is not there",
    ]

"""Modules stay small, named for what they own, and explained where a rule of the linters is set aside."""

from __future__ import annotations

import ast
import re

import pytest

from tests.health.repository import PACKAGE, modules, place, texts, tree

HARD_LIMIT = 600
SOFT_LIMIT = 400
LONG: dict[str, str] = {}
"""Modules over the soft limit, each with the reason why it is one idea all the same."""

EMPTY_NAMES = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)(?P<rest>.*)$")
WITH_CODE_AND_REASON = re.compile(r"(:\s*[A-Z]+\d+(\s*,\s*[A-Z]+\d+)*|\[[\w, -]+\])\s*(#|-+|:)\s*\S+")


@pytest.mark.parametrize(
    ("comment", "good"),
    [
        ("# noqa: PLR0913 - the columns of a row", True),
        ("# type: ignore[no-any-return]  # untyped library", True),
        ("# pyright: ignore[reportUnknownMemberType] -- no stubs", True),
        ("# noqa", False),
        ("# noqa: E501", False),
        ("# type: ignore", False),
    ],
)
def test_the_search_for_reasons_tells_good_from_bare(comment: str, good: bool) -> None:
    found = SUPPRESSION.search(comment)
    assert found
    assert bool(WITH_CODE_AND_REASON.match(found["rest"].strip())) is good


def _length(path_text: str) -> int:
    return path_text.count("\n")


def test_no_module_is_longer_than_the_limits() -> None:
    lengths = {place(path): _length(texts()[path]) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > HARD_LIMIT} == {}
    assert {name for name, length in lengths.items() if length > SOFT_LIMIT} == set(LONG)


def test_every_module_is_named_for_what_it_owns() -> None:
    named = {place(path) for path in modules() if EMPTY_NAMES & {part.removesuffix(".py") for part in path.parts[-2:]}}
    assert named == set()


def test_every_package_says_what_it_owns() -> None:
    packages = [path for path in modules() if path.name == "__init__.py" and path.is_relative_to(PACKAGE)]
    assert packages
    assert [place(path) for path in packages if not ast.get_docstring(tree(path))] == []


def test_a_rule_is_set_aside_by_its_code_and_with_a_reason() -> None:
    bare = [
        place(path, number)
        for path in modules()
        if path.parent.name != "health"
        for number, line in enumerate(texts()[path].splitlines(), 1)
        if (found := SUPPRESSION.search(line)) and not WITH_CODE_AND_REASON.match(found["rest"].strip())
    ]
    assert bare == []


def test_no_test_is_switched_off() -> None:
    off = [
        place(path, node.lineno)
        for path in modules()
        if path.name != "conftest.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail", "importorskip"} and "pytest" in ast.unparse(node)
    ]
    assert off == []

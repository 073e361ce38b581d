"""The threat model names tests that exist, and leaves out none of the threats that it must speak of."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.health.repository import ROOT

TEXT = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| ") and "::" in line]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`(tests/[\w/]+\.py(?:::\w+)+)`", row[-1])})
SPOKEN_OF = (
    "another partner's data",
    "csrf",
    "xss",
    "content security policy",
    "formulas",
    "path traversal",
    "bombs",
    "xml",
    "oversized",
    "open redirects",
    "session fixation",
    "by time",
    "in logs",
    "mass assignment",
    "openid connect",
    "ssrf",
)


def _defined(path: Path) -> set[str]:
    """Name the tests of a module as pytest does below its path."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return names


def test_every_threat_has_a_test() -> None:
    assert len(ROWS) > 25
    assert [row[0] for row in ROWS if not re.search(r"`tests/", row[-1])] == []
    threats = [line for line in TEXT.split("## Threats")[1].split("\n## ")[0].splitlines() if line.startswith("| ")]
    assert len(threats) == len(ROWS) + 1, "a row of the table names no test"


@pytest.mark.parametrize("name", NAMED)
def test_the_test_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).is_file()
    assert test in _defined(ROOT / path)


@pytest.mark.parametrize("threat", SPOKEN_OF)
def test_the_threat_is_spoken_of(threat: str) -> None:
    assert threat in TEXT.casefold()

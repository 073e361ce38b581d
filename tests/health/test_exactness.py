"""No float on the way to a decision, and no figure or list of the programme outside the rulebook."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.health.repository import PACKAGE, modules_of, place, tree

DECIDING = ("rulebook", "engine", "facts", "scoring", "explaining", "lifecycle", "advise")
INEXACT_TYPES = {"Float32", "Float64", "FloatType", "DoubleType", "mean"}
INEXACT_BY_NATURE = {"attain/advise/solver.py"}
"""HiGHS computes in floats; what it finds is read back as whole numbers and played through the exact score before anybody sees it."""
TOO_WIDE = {"Int128", "UInt128"}
"""Spark has no such type, and divisions of it have gone wrong elsewhere: docs/adr/0002-exact-integers.md."""

FREE_OF_FIGURES = ("engine", "scoring", "explaining", "lifecycle", "advise")
NOT_OF_THE_PROGRAMME = {
    0: "nothing",
    1: "one",
    2: "a pair",
    3: "a number of parts",
    4: "a number of parts",
    6: "decimal places of points",
    10: "the base of decimal numbers",
    11: "months before the last of a year",
    12: "months of a year",
    40: "bits of an amount packed under its month",
    100: "percent",
    200: "twice a hundred: room in a bound",
    1_000: "a separator of thousands",
    10_000: "units of money in a dollar",
    1_000_000: "a millionth, the places of points",
}
EXAM = re.compile(r"\b(AB|AI|AZ|DP|MB|MD|MS|PL|SC)-\d{3}\b")


def _inexact(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=float()):
            return True
        case ast.Call(func=ast.Name(id="float")):
            return True
        case ast.Attribute(attr=name):
            return name in INEXACT_TYPES
        case _:
            return False


@pytest.mark.parametrize("code", ["x = 0.5", "y = float(x)", "nw.col('a').cast(nw.Float64)", "pl.col('a').mean()"])
def test_the_search_for_floats_finds_them(code: str) -> None:
    assert any(_inexact(node) for node in ast.walk(ast.parse(code)))


def test_no_float_on_the_way_to_a_decision() -> None:
    exact = [path for path in modules_of(*DECIDING) if path.relative_to(PACKAGE.parent).as_posix() not in INEXACT_BY_NATURE]
    assert len(exact) == len(list(modules_of(*DECIDING))) - len(INEXACT_BY_NATURE)
    found = [place(path, getattr(node, "lineno", 0)) for path in exact for node in ast.walk(tree(path)) if _inexact(node)]
    assert found == []


def test_no_integer_wider_than_the_engines_compute_right() -> None:
    found = [
        place(path, node.lineno)
        for path in modules_of(*DECIDING, "sources")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in TOO_WIDE
    ]
    assert found == []


def _scalars(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for child in node.values():
            yield from _scalars(child)
    elif isinstance(node, list):
        for child in node:
            yield from _scalars(child)
    else:
        yield node


def _figures_of_the_rulebook() -> set[Fraction]:
    figures: set[Fraction] = set()
    for path in (PACKAGE / "rulebook" / "solutions_partner").rglob("*.yaml"):
        if "cases" in path.parts:
            continue
        for scalar in _scalars(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if isinstance(scalar, int) and not isinstance(scalar, bool):
                figures.add(Fraction(scalar))
            elif isinstance(scalar, str) and re.fullmatch(r"[\d_]+(\.\d+|/\d+)?", scalar):
                figures.add(Fraction(scalar.replace("_", "")))
    return figures


def _numbers_in(path: Path) -> Iterator[tuple[int, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
            yield node.lineno, node.value


def test_no_figure_of_the_programme_is_in_the_code() -> None:
    figures = _figures_of_the_rulebook()
    assert Fraction(70) in figures, "the score that qualifies is not in the rulebook"
    found = [
        f"{place(path, line)}: {number}"
        for path in modules_of(*FREE_OF_FIGURES)
        for line, number in _numbers_in(path)
        if Fraction(number) in figures and number not in NOT_OF_THE_PROGRAMME
    ]
    assert found == []


def test_no_certificate_of_the_programme_is_in_the_code() -> None:
    found = [
        f"{place(path, node.lineno)}: {node.value}"
        for path in modules_of(*FREE_OF_FIGURES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and EXAM.search(node.value)
    ]
    assert found == []

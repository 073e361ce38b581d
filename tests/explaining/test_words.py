"""Numbers and distances in words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.explaining.words import distance, needs, number, one_of
from attain.rulebook.model import Range


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (-1, "-1"),
        (1000, "1,000"),
        (-1_234_567, "-1,234,567"),
        (Fraction("412.5"), "412.50"),
        (Fraction("412.05"), "412.05"),
        (Fraction("0.005"), "0.005"),
        (Fraction("0.0001"), "0.0001"),
        (Fraction(20, 3), "6.6666"),
        (Fraction(-20, 3), "-6.6666"),
        (Fraction("599.99999"), "599.9999"),
        (Fraction("83134.15"), "83,134.15"),
    ],
)
def test_number(value: Fraction | int, text: str) -> None:
    assert number(value) == text


@given(st.fractions(0, 10**9))
def test_a_number_is_never_shown_larger(value: Fraction) -> None:
    shown = Fraction(number(value).replace(",", ""))
    assert shown <= value < shown + Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("rule", "value", "text"),
    [
        ({"at_least": 600}, Fraction("412.50"), "412.50 of 600 USD: 187.50 short"),
        ({"at_least": 600}, Fraction("599.9999"), "599.9999 of 600 USD: 0.0001 short"),
        ({"at_least": 600}, Fraction(600), None),
        ({"above": 12_000}, Fraction(12_000), "12,000 USD, more than 12,000 needed"),
        ({"above": 12_000}, Fraction(11_999), "11,999 USD, more than 12,000 needed: more than 1 short"),
        ({"above": 12_000}, Fraction("12000.0001"), None),
        ({"at_least": 5, "at_most": 300}, Fraction(301), "301 USD: 1 over the band's 300"),
        ({"at_least": 5, "at_most": 300}, Fraction(300), None),
        ({"at_least": 5, "at_most": 300}, Fraction(4), "4 of 5 USD: 1 short"),
        ({}, Fraction(-5), None),
    ],
)
def test_distance(rule: dict[str, Any], value: Fraction, text: str | None) -> None:
    exact = {name: Fraction(bound) for name, bound in rule.items()}
    assert distance(Range.model_validate(exact), value, "USD") == text


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ({"at_least": 600}, ["at least 600"]),
        ({"above": 12_000}, ["more than 12,000"]),
        ({"at_least": 5, "at_most": 300}, ["5", "300"]),
        ({"above": 0, "at_most": 12_000}, ["more than 0", "12,000"]),
        ({"below": 5}, ["under 5"]),
    ],
)
def test_needs(rule: dict[str, Any], parts: list[str]) -> None:
    text = needs(Range.model_validate({name: Fraction(bound) for name, bound in rule.items()}))
    assert all(part in text for part in parts), text


def test_one_of() -> None:
    assert [one_of(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a or b", "a, b or c"]

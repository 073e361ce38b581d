"""Ranges of the rulebook as whole numbers: the edge itself, just below it, just above it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.engine.bounds import Bounds, ShareBound, bounds, share_bound
from attain.rulebook.model import Range

FORMS = ("at_least", "above", "at_most", "below")


def test_a_range_without_bounds_is_open() -> None:
    assert bounds(Range()) == Bounds(None, None, promoted=False)


@pytest.mark.parametrize(
    ("rule", "scale", "expected"),
    [
        ({"at_least": Fraction(300)}, 1, Bounds(low=300)),
        ({"above": Fraction(300)}, 1, Bounds(low=301)),
        ({"at_most": Fraction(300)}, 1, Bounds(high=300)),
        ({"below": Fraction(300)}, 1, Bounds(high=299)),
        ({"at_least": Fraction(0)}, 1, Bounds(low=0)),
        ({"above": Fraction(0)}, 1, Bounds(low=1)),
        ({"below": Fraction(0)}, 1, Bounds(high=-1)),
        ({"above": Fraction(12_000)}, 10_000, Bounds(low=120_000_001)),
        ({"below": Fraction(1, 10_000)}, 10_000, Bounds(high=0)),
        ({"at_least": Fraction(1, 3)}, 1, Bounds(low=1)),
        ({"above": Fraction(1, 3)}, 1, Bounds(low=1)),
        ({"at_most": Fraction(4, 3)}, 1, Bounds(high=1)),
        ({"below": Fraction(4, 3)}, 1, Bounds(high=1)),
        ({"at_least": Fraction(-1, 3)}, 1, Bounds(low=0)),
        ({"below": Fraction(-1, 3)}, 1, Bounds(high=-1)),
        ({"at_least": Fraction(5), "at_most": Fraction(300), "promoted": True}, 1, Bounds(5, 300, promoted=True)),
    ],
)
def test_bounds(rule: dict[str, Any], scale: int, expected: Bounds) -> None:
    assert bounds(Range.model_validate(rule), scale) == expected


def _holds(rule: Range, value: Fraction) -> bool:
    return (
        (rule.at_least is None or value >= rule.at_least)
        and (rule.above is None or value > rule.above)
        and (rule.at_most is None or value <= rule.at_most)
        and (rule.below is None or value < rule.below)
    )


@given(
    low=st.tuples(st.sampled_from(["at_least", "above"]), st.fractions(-50, 50, max_denominator=12)) | st.none(),
    high=st.tuples(st.sampled_from(["at_most", "below"]), st.fractions(-50, 50, max_denominator=12)) | st.none(),
    scale=st.sampled_from([1, 10, 10_000]),
    near=st.integers(-3, 3),
)
def test_whole_numbers_are_judged_as_the_rule_says(
    low: tuple[str, Fraction] | None, high: tuple[str, Fraction] | None, scale: int, near: int
) -> None:
    rule = Range.model_validate(dict(bound for bound in (low, high) if bound is not None))
    limits = bounds(rule, scale)
    for bound in (low, high):
        value = near if bound is None else math.floor(bound[1] * scale) + near
        judged = (limits.low is None or value >= limits.low) and (limits.high is None or value <= limits.high)
        assert judged == _holds(rule, Fraction(value, scale))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"at_least": Fraction(40)}, ShareBound(2, 5, strict=False)),
        ({"above": Fraction(80)}, ShareBound(4, 5, strict=True)),
        ({"at_least": Fraction(15)}, ShareBound(3, 20, strict=False)),
        ({"at_least": Fraction(100, 3)}, ShareBound(1, 3, strict=False)),
        ({"above": Fraction(0)}, ShareBound(0, 1, strict=True)),
    ],
)
def test_share_bound(rule: dict[str, Any], expected: ShareBound) -> None:
    assert share_bound(Range.model_validate(rule)) == expected


@pytest.mark.parametrize("rule", [{}, {"at_most": Fraction(40)}, {"below": Fraction(40)}])
def test_a_share_needs_a_lower_bound(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at_least or above"):
        share_bound(Range.model_validate(rule))


@given(part=st.integers(0, 60), whole=st.integers(0, 60), form=st.sampled_from(FORMS[:2]), percent=st.fractions(0, 150, max_denominator=6))
def test_a_share_is_judged_without_dividing(part: int, whole: int, form: str, percent: Fraction) -> None:
    limit = share_bound(Range.model_validate({form: percent}))
    left, right = part * limit.denominator, whole * limit.numerator
    reached = left > right if limit.strict else left >= right
    assert reached == (100 * part > percent * whole if form == "above" else 100 * part >= percent * whole)

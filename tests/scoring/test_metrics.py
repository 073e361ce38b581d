"""Values and points of one metric from a partner's numbers, with the rules as published."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attain.rulebook.load import load_book
from attain.rulebook.resolve import resolve
from attain.scoring.metrics import LARGEST, MetricResult, _percent, metric_result
from attain.scoring.plan import MetricPlan
from attain.scoring.pools import PoolPlan
from attain.scoring.rationals import MICRO, cut
from attain.scoring.scans import value_name

DAY = dt.date(2026, 11, 24)
SIZES = st.one_of(st.integers(-(2**63) + 1, LARGEST), st.integers(-500, 500), st.sampled_from([2**62, 2**46, LARGEST, 0, 1]))


def result(designation: str, metric: str, numbers: list[tuple[int, int]], *, track: str = "smb", whole: bool = False) -> MetricResult:
    """Score a metric of pools that all have the same numbers: what each partner amounts to now and a year ago."""
    (rules,) = [one for one in resolve(load_book().designation(designation), DAY).metrics[track] if one.id == metric]
    scales = [10_000 if pool.pool.measure in {"acr", "consumption_value"} else 1 for pool in rules.pools]
    pools = tuple(
        PoolPlan(pool, track, pool.pool.id, "now", None if pool.pool.compare == "level" else "then", scale)
        for pool, scale in zip(rules.pools, scales, strict=True)
    )
    values = {
        value_name(pool.scan, side): [pair[place] * pool.scale for pair in numbers]
        for pool in pools
        for place, side in enumerate(("now", "then"))
    }
    return metric_result(MetricPlan(rules, track, pools, (), None, ()), pl.DataFrame(values), "whole" if whole else "continuous")


def points(found: MetricResult) -> list[Fraction]:
    return [found.points.at(row) for row in range(len(found.value))]


def test_percent_growth() -> None:
    numbers = [(1_200, 1_000), (1_199, 1_000), (999, 500), (1_000, 990), (900, 1_000), (5_000, 0), (5_000, -5), (0, 5)]
    found = result("data-ai", "usage_growth", numbers)
    assert found.value.to_list() == [20 * MICRO, 19_900_000, 99_800_000, 1_010_101, -10 * MICRO, None, None, -100 * MICRO]
    assert points(found) == [20, Fraction(199, 10), 0, Fraction(100, 99), 0, 0, 0, 0]
    assert found.full_marks.to_list() == [20 * MICRO] * 8


def test_growth_in_whole_points() -> None:
    numbers = [(1_200, 1_000), (1_199, 1_000), (1_009, 1_000), (900, 1_000)]
    assert points(result("data-ai", "usage_growth", numbers, whole=True)) == [20, 19, 0, 0]


def test_growth_of_two_pools_in_whole_points() -> None:
    numbers = [(1_499, 0), (74, 0), (49, 0), (-10, 0), (1_000, 0)]
    # An Azure point is 750 dollars and a Microsoft 365 point 50 users: 1 + 20, 0 + 1, 0 + 0, nothing, 1 + 20.
    assert points(result("security", "usage_growth", numbers, whole=True)) == [20, 1, 0, 0, 20]
    exact = points(result("security", "usage_growth", numbers))
    assert exact[1] == Fraction(74, 750) + Fraction(74, 50)
    assert result("security", "usage_growth", numbers, whole=True).value.to_list() == [None] * 5


def test_counts_are_whole_already() -> None:
    numbers = [(4, 3), (3, 4), (9, 0)]
    for whole in (False, True):
        found = result("security", "deployments", numbers, whole=whole)
        assert points(found) == [Fraction(20, 3), 0, 20]
        assert found.value.to_list() == [2 * MICRO, -2 * MICRO, 18 * MICRO]


def test_the_better_option_counts_and_the_first_wins_a_tie() -> None:
    numbers = [(1_000, 0), (0, 0), (-5, 0), (500, 0)]
    found = result("modern-work", "usage_growth", numbers)
    assert points(found) == [30, 0, 0, 30]
    # The full marks of the option named first: full marks at 500 users, not at 2,000.
    assert found.full_marks.to_list() == [500 * MICRO] * 4
    assert found.value.to_list() == [1_000 * MICRO, 0, -5 * MICRO, 500 * MICRO]


@given(st.lists(st.tuples(SIZES, SIZES), min_size=1, max_size=6))
@example([(-92_233_720_368, 1)])  # a fall that millionths of a percent take just beyond 64 bits
def test_percent_values_near_the_bounds(numbers: list[tuple[int, int]]) -> None:
    now, then = (pl.Series([pair[place] for pair in numbers], dtype=pl.Int64) for place in range(2))
    wanted = [None if base <= 0 else max(-LARGEST, min(cut(Fraction(after - base, base) * 100), LARGEST)) for after, base in numbers]
    assert _percent(now, then).to_list() == wanted


@pytest.mark.parametrize("growth", [10**8, 10**10, 10**13, 10**15])
def test_large_growth_from_almost_nothing(growth: int) -> None:
    shown = _percent(pl.Series([growth + 1]), pl.Series([1])).to_list()
    assert shown == [min(growth * 100 * MICRO, LARGEST)]


def test_values_are_cut_as_points_are() -> None:
    assert _percent(pl.Series([5, 1, 2]), pl.Series([3, 3, 3])).to_list() == [66_666_666, -66_666_666, -33_333_333]
    assert math.trunc(Fraction(-200, 3) * MICRO) == -66_666_666

"""Exact points: against Python's own fractions, where a rounding would decide, and near what 64 bits hold."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.scoring.rationals import MICRO, SAFE, Rationals, Total, added, capped, cut, exceeds, linear, patch, percentage

SEVENTY = Fraction(70)
LEAST, MOST = -(2**63), 2**63 - 1
INTEGERS = st.integers(LEAST, MOST)
NEAR_BOUNDS = st.one_of(INTEGERS, st.sampled_from([0, 1, 2**62, 2**53, 2**31, MOST, LEAST]), st.integers(-200, 200))
POINTS = st.fractions(0, 100, max_denominator=30)


def ints(values: list[int]) -> pl.Series:
    return pl.Series(values, dtype=pl.Int64)


def fixed(*values: Fraction | int) -> Rationals:
    """A column over one denominator."""
    scale = math.lcm(*(Fraction(value).denominator for value in values))
    return Rationals(ints([int(value * scale) for value in values]), scale)


def varying(*values: Fraction | int) -> Rationals:
    """A column with a denominator a row."""
    exact = [Fraction(value) for value in values]
    return Rationals(ints([one.numerator for one in exact]), ints([one.denominator for one in exact]))


# ---- The decision -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "qualifies"),
    [
        ((Fraction(20, 3), Fraction(10, 3), Fraction(60)), True),
        ((Fraction(70) - Fraction(1, 3),), False),
        ((Fraction(100, 3), Fraction(110, 3)), True),
        ((Fraction(100, 3), Fraction(100, 3), Fraction(10, 3)), True),
        ((Fraction(100, 3), Fraction(100, 3), Fraction(10, 3) - Fraction(1, 10**9)), False),
        ((Fraction(70),), True),
        ((Fraction(70) - Fraction(1, 10**15),), False),
        ((Fraction(0), Fraction(0)), False),
        ((Fraction(40), Fraction(20), Fraction(20), Fraction(20)), True),
    ],
)
def test_the_decision_at_seventy(parts: tuple[Fraction, ...], qualifies: bool) -> None:
    assert Total([fixed(part) for part in parts]).at_least(SEVENTY).to_list() == [qualifies]
    last_varies = [*(fixed(part) for part in parts[:-1]), varying(parts[-1])]
    assert Total(last_varies).at_least(SEVENTY).to_list() == [qualifies]
    assert Total([varying(part) for part in parts]).at_least(SEVENTY).to_list() == [qualifies]


def test_what_a_float_would_decide_otherwise() -> None:
    parts = [Fraction(20, 3), Fraction(10, 3), Fraction(60)]
    almost = [*parts[:2], Fraction(60) - Fraction(1, 2**50)]
    assert float(sum(almost)) == 70.0
    assert Total([fixed(part) for part in almost[:2]] + [varying(almost[2])]).at_least(SEVENTY).to_list() == [False]
    assert Total([fixed(part) for part in parts]).at_least(SEVENTY).to_list() == [True]


def test_seventy_is_not_shown_where_it_is_not_reached() -> None:
    total = Total([fixed(Fraction(70) - Fraction(1, 10**12))])
    assert total.micro().to_list() == [69_999_999]
    assert Total([fixed(Fraction(209, 3))]).micro().to_list() == [69_666_666]


def test_the_remainders_of_two_parts_make_a_millionth_together() -> None:
    total = Total([fixed(Fraction(20, 3)), varying(Fraction(10, 3)), fixed(60)])
    assert total.micro().to_list() == [70 * MICRO]
    assert total.at(0) == 70


@given(st.lists(st.tuples(POINTS, POINTS, st.fractions(0, 100, max_denominator=2**44)), min_size=1, max_size=5), POINTS)
def test_totals(rows: list[tuple[Fraction, Fraction, Fraction]], bound: Fraction) -> None:
    firsts, seconds, thirds = ([row[place] for row in rows] for place in range(3))
    sums = [sum(row, Fraction(0)) for row in rows]
    total = Total([fixed(*firsts), fixed(*seconds), varying(*thirds)])
    assert [total.at(row) for row in range(len(rows))] == sums
    assert total.at_least(bound).to_list() == [one >= bound for one in sums]
    assert total.micro().to_list() == [cut(one) for one in sums]


@given(POINTS, POINTS, st.integers(1, 2**44), st.sampled_from([-1, 0, 1]))
def test_totals_at_the_bound_and_beside_it(first: Fraction, second: Fraction, size: int, beside: int) -> None:
    third = abs(Fraction(100) - first - second)
    bound = first + second + third
    last = third + Fraction(beside, size)
    total = Total([fixed(first), fixed(second), varying(last)])
    assert total.at_least(bound).to_list() == [beside >= 0]
    assert total.micro().to_list() == [cut(bound + Fraction(beside, size))]


@given(st.lists(st.tuples(POINTS, POINTS, st.fractions(0, 100, max_denominator=2**44)), min_size=1, max_size=5))
def test_one_total_exceeds_another(rows: list[tuple[Fraction, Fraction, Fraction]]) -> None:
    firsts, seconds, thirds = ([row[place] for row in rows] for place in range(3))
    left, right = Total([fixed(*firsts), varying(*thirds)]), Total([fixed(*seconds), varying(*thirds)])
    assert left.exceeds(right).to_list() == [first > second for first, second, _ in rows]
    plain, other = Total([fixed(*firsts)]), Total([fixed(*seconds)])
    assert plain.exceeds(other).to_list() == [first > second for first, second, _ in rows]
    assert other.exceeds(plain).to_list() == [second > first for first, second, _ in rows]
    assert plain.exceeds(Total([varying(*thirds)])).to_list() == [first > third for first, _, third in rows]
    assert exceeds(fixed(*firsts), varying(*thirds)).to_list() == [first > third for first, _, third in rows]


def test_a_tie_exceeds_nothing() -> None:
    ties = Total([fixed(Fraction(20, 3)), fixed(Fraction(10, 3))]), Total([fixed(10)])
    assert not any(one.exceeds(other).any() for one in ties for other in ties)


def test_totals_too_large_for_64_bits() -> None:
    huge = 2**62 - 1
    parts = [Fraction(20, 3), Fraction(10, 3)]
    for last, reaches in ((Fraction(60), True), (Fraction(60 * huge - 1, huge), False)):
        column = Rationals(ints([last.numerator % 2**62]), ints([last.denominator]), {0: last})
        total = Total([fixed(parts[0]), fixed(parts[1]), column])
        assert total.at(0) == sum(parts, last)
        assert total.at_least(SEVENTY).to_list() == [reaches]
        assert total.micro().to_list() == [cut(sum(parts, last))]


def test_a_total_needs_a_metric() -> None:
    with pytest.raises(IndexError):
        Total([])


# ---- Points in proportion to a number -------------------------------------------------------------------------------------


def naive_linear(value: int, full: Fraction, maximum: Fraction) -> Fraction:
    return min(max(value * maximum / full, Fraction(0)), maximum)


@given(
    values=st.lists(NEAR_BOUNDS, min_size=1, max_size=6),
    full=st.one_of(st.integers(1, 10**10).map(Fraction), st.fractions(Fraction(1, 6), 10**6, max_denominator=12)),
    maximum=st.one_of(st.integers(1, 100).map(Fraction), st.fractions(1, 100, max_denominator=6)),
)
def test_linear(values: list[int], full: Fraction, maximum: Fraction) -> None:
    points = linear(ints(values), full, maximum)
    wanted = [naive_linear(value, full, maximum) for value in values]
    assert [points.at(row) for row in range(len(values))] == wanted
    assert points.micro().to_list() == [cut(one) for one in wanted]
    assert points.whole().micro().to_list() == [math.floor(one) * MICRO for one in wanted]


@pytest.mark.parametrize(
    ("value", "points"),
    [(-3, 0), (0, 0), (1, Fraction(20, 6)), (5, Fraction(100, 6)), (6, 20), (7, 20), (MOST, 20), (LEAST, 0)],
)
def test_linear_below_at_and_above_full_marks(value: int, points: Fraction) -> None:
    assert linear(ints([value]), Fraction(6), Fraction(20)).at(0) == points


# ---- Points in proportion to a percentage ---------------------------------------------------------------------------------


def naive_percentage(now: int, then: int, earns: bool, full: Fraction, maximum: Fraction) -> Fraction:
    if not earns or then <= 0:
        return Fraction(0)
    return min(max(Fraction(now - then, then) * 100 * maximum / full, Fraction(0)), maximum)


@given(
    rows=st.lists(st.tuples(NEAR_BOUNDS, NEAR_BOUNDS, st.booleans()), min_size=1, max_size=6),
    full=st.one_of(st.integers(1, 200).map(Fraction), st.fractions(1, 200, max_denominator=12)),
    maximum=st.one_of(st.integers(1, 100).map(Fraction), st.fractions(1, 100, max_denominator=12)),
    bound=POINTS,
)
def test_percentage(rows: list[tuple[int, int, bool]], full: Fraction, maximum: Fraction, bound: Fraction) -> None:
    now, then = ints([row[0] for row in rows]), ints([row[1] for row in rows])
    points = percentage(now, then, pl.Series([row[2] for row in rows]), full, maximum)
    wanted = [naive_percentage(*row, full, maximum) for row in rows]
    assert [points.at(row) for row in range(len(rows))] == wanted
    assert points.micro().to_list() == [cut(one) for one in wanted]
    assert points.whole().micro().to_list() == [math.floor(one) * MICRO for one in wanted]
    total = Total([points, fixed(*(Fraction(1, 3) for _ in rows))])
    assert total.at_least(bound).to_list() == [one + Fraction(1, 3) >= bound for one in wanted]
    assert total.micro().to_list() == [cut(one + Fraction(1, 3)) for one in wanted]


@given(st.lists(st.tuples(st.integers(1, 2**62), st.fractions(-1, Fraction(3, 10), max_denominator=10**6)), min_size=1, max_size=6))
def test_percentage_within_the_scale(rows: list[tuple[int, Fraction]]) -> None:
    then = [base for base, _ in rows]
    now = [math.floor(base * (1 + growth)) for base, growth in rows]
    points = percentage(ints(now), ints(then), pl.Series([True] * len(rows)), Fraction(20), Fraction(20))
    wanted = [naive_percentage(after, before, True, Fraction(20), Fraction(20)) for after, before in zip(now, then, strict=True)]
    assert [points.at(row) for row in range(len(rows))] == wanted
    assert points.micro().to_list() == [cut(one) for one in wanted]


def test_percentage_just_under_full_marks_is_not_full_marks() -> None:
    base = 10**13
    points = percentage(ints([base * 6 // 5 - 1, base * 6 // 5]), ints([base, base]), pl.Series([True, True]), Fraction(20), Fraction(20))
    assert points.at(0) < 20 == points.at(1)
    assert points.micro().to_list() == [19_999_999, 20_000_000]


# ---- Columns of fractions -------------------------------------------------------------------------------------------------


@given(st.lists(POINTS, min_size=1, max_size=5), st.lists(POINTS, min_size=5, max_size=5), POINTS)
def test_added_and_capped(firsts: list[Fraction], seconds: list[Fraction], maximum: Fraction) -> None:
    both = added([fixed(*firsts), fixed(*seconds[: len(firsts)])])
    sums = [one + other for one, other in zip(firsts, seconds, strict=False)]
    assert [both.at(row) for row in range(len(firsts))] == sums
    limited = capped(both, maximum)
    assert [limited.at(row) for row in range(len(firsts))] == [min(one, maximum) for one in sums]


def test_capped_where_64_bits_do_not_hold() -> None:
    points = capped(Rationals(ints([0, 3]), 2, {0: Fraction(101)}), Fraction(20))
    assert [points.at(0), points.at(1)] == [20, Fraction(3, 2)]


def test_columns_with_a_denominator_a_row_are_neither_added_nor_capped() -> None:
    with pytest.raises(TypeError, match="one denominator"):
        capped(varying(1), Fraction(20))
    with pytest.raises(TypeError, match="added by Total"):
        added([fixed(1), varying(1)])
    with pytest.raises(ValueError, match="nothing to add"):
        added([])


@given(st.fractions(0, 100, max_denominator=2**51))
def test_cut_never_rounds_up(value: Fraction) -> None:
    assert Fraction(cut(value), MICRO) <= value < Fraction(cut(value) + 1, MICRO)
    assert cut(-value) == -cut(value)
    assert varying(value).micro().to_list() == [cut(value)]


@pytest.mark.parametrize(
    ("value", "micro"),
    [(Fraction(1, 3), 333_333), (Fraction(2, 3), 666_666), (0, 0), (Fraction(999_999_999, 10**9), 999_999), (1, MICRO)],
)
def test_micro(value: Fraction, micro: int) -> None:
    assert cut(Fraction(value)) == micro
    assert fixed(value).micro().to_list() == varying(value).micro().to_list() == [micro]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size", [SAFE // MICRO - 1, SAFE // MICRO, SAFE // MICRO + 1, 2**44, 2**61])
def test_micro_of_numerators_near_what_64_bits_hold(size: int, sign: int) -> None:
    assert Rationals(ints([sign * size, 0]), MICRO).micro().to_list() == [sign * size, 0]


def test_patch() -> None:
    column = ints([1, 2, 3])
    assert patch(column, {}).to_list() == [1, 2, 3]
    assert patch(column, {0: -1, 2: MOST}).to_list() == [-1, 2, MOST]
    assert column.to_list() == [1, 2, 3]


# ---- What the columns rely on ---------------------------------------------------------------------------------------------


@given(
    values=st.lists(NEAR_BOUNDS, min_size=1, max_size=8),
    divisor=st.one_of(st.integers(1, 1000), st.integers(1, MOST), st.sampled_from([3, 7, 2**40, 2**52, MOST])),
)
def test_polars_divides_as_python_does(values: list[int], divisor: int) -> None:
    column = ints(values)
    wanted: Any = [divmod(value, divisor) for value in values]
    assert list(zip((column // divisor).to_list(), (column % divisor).to_list(), strict=True)) == wanted
    divisors = ints([divisor] * len(values))
    assert list(zip((column // divisors).to_list(), (column % divisors).to_list(), strict=True)) == wanted
    frame = pl.DataFrame({"value": column, "divisor": divisors})
    by_literal = frame.select(quotient=pl.col("value") // divisor, rest=pl.col("value") % divisor)
    by_column = frame.lazy().select(quotient=pl.col("value") // pl.col("divisor"), rest=pl.col("value") % pl.col("divisor")).collect()
    assert by_literal.rows() == by_column.rows() == wanted

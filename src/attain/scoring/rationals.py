"""Columns of exact fractions: 64-bit numerators and denominators where they fit, Python integers for the rows where they would not.

The decision at the qualifying total is taken here, by cross-multiplication; no float and no rounding comes before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

MICRO = 1_000_000
"""Points and values are shown with six decimals, cut."""
SAFE = 2**62
"""Products stay below this in 64 bits; rows that would not are computed with Python integers."""


def cut(value: Fraction) -> int:
    """Give `value` in millionths, further digits cut off."""
    return math.trunc(value * MICRO)


@dataclass(frozen=True)
class Rationals:
    """A column of fractions. `denominator` is one integer or a column (all above 0); `beyond` holds the rows too large for 64 bits."""

    numerator: pl.Series
    denominator: int | pl.Series = 1
    beyond: dict[int, Fraction] = field(default_factory=dict[int, Fraction])

    def at(self, row: int) -> Fraction:
        """Give one row's exact value."""
        if row in self.beyond:
            return self.beyond[row]
        denominator = self.denominator if isinstance(self.denominator, int) else self.denominator[row]
        return Fraction(self.numerator[row], denominator)

    def whole(self) -> Rationals:
        """Give the values cut downward to whole numbers."""
        rows = {row: math.floor(value) for row, value in self.beyond.items()}
        return Rationals(patch(self.numerator // self.denominator, rows))

    def micro(self) -> pl.Series:
        """Give the values in millionths, cut downward (Int64)."""
        return patch(_micro(self.numerator, self.denominator), {row: cut(value) for row, value in self.beyond.items()})


def patch(column: pl.Series, rows: dict[int, int]) -> pl.Series:
    """Set single rows of an integer column."""
    # Polars scatters in place: the caller's column stays as it is.
    return column.clone().scatter(list(rows), list(rows.values())) if rows else column


def at_most(column: pl.Series, bound: int) -> pl.Series:
    """Cut an integer column down to a bound. For one partner this takes a fraction of the time of `clip`, which plans a query."""
    return column.zip_with(column < bound, pl.Series([bound], dtype=pl.Int64))


def zeros(height: int) -> pl.Series:
    """Give a column of 0."""
    return pl.Series([0], dtype=pl.Int64).new_from_index(0, height)


def _micro(numerator: pl.Series, denominator: int | pl.Series) -> pl.Series:
    """Divide to six decimals: at once where that fits, else in two steps of three, so that a denominator up to 2**52 does not overflow."""
    if isinstance(denominator, int):
        lowest: int | None = numerator.min()  # pyright: ignore[reportAssignmentType] - of integers
        highest: int | None = numerator.max()  # pyright: ignore[reportAssignmentType] - of integers
        if lowest is None or highest is None or max(-lowest, highest) < SAFE // MICRO:
            micro = numerator * MICRO
            return micro if denominator == 1 else micro // denominator
    whole, rest = numerator // denominator, numerator % denominator
    thousandths, rest = (rest * 1000) // denominator, (rest * 1000) % denominator
    return whole * MICRO + thousandths * 1000 + (rest * 1000) // denominator


def linear(value: pl.Series, full: Fraction, maximum: Fraction) -> Rationals:
    """Give points in proportion to a whole value: 0 at 0 or less, `maximum` from `full` on (I-2, I-3)."""
    ratio = maximum / full
    points = Rationals(at_most(value.zip_with(value > 0, zeros(1)), math.ceil(full)) * ratio.numerator, ratio.denominator)
    return points if full.denominator == 1 else capped(points, maximum)


def percentage(now: pl.Series, then: pl.Series, earns: pl.Series, full: Fraction, maximum: Fraction) -> Rationals:
    """Give points in proportion to percent growth; rows where `earns` is false, or `then` is not above 0, have 0 (I-6)."""
    ratio = maximum * 100 / full
    bound = SAFE // (200 * max(ratio.numerator, ratio.denominator, full.numerator, full.denominator, 1000))
    large = ((now.abs() > bound) | (then.abs() > bound)).fill_null(value=False)
    grows = earns & (then > 0) & (now > then)
    some = grows & ~large
    growth = pl.select(pl.when(some).then(now - then).otherwise(0)).to_series()
    base = pl.select(pl.when(some).then(then).otherwise(1)).to_series()
    complete = growth * 100 * full.denominator >= base * full.numerator
    frame = pl.DataFrame({"growth": growth, "base": base, "full": complete & some})
    parts = frame.select(
        numerator=pl.when("full").then(maximum.numerator).otherwise(pl.col("growth") * ratio.numerator),
        denominator=pl.when("full").then(maximum.denominator).otherwise(pl.col("base") * ratio.denominator),
    )
    beyond: dict[int, Fraction] = {}
    for row in large.arg_true():
        points = Fraction(0)
        if grows[row]:
            points = min(Fraction(now[row] - then[row], then[row]) * ratio, maximum)
        beyond[row] = points
    return Rationals(parts["numerator"], parts["denominator"], beyond)


def capped(points: Rationals, maximum: Fraction) -> Rationals:
    """Cap a column with one denominator at `maximum`."""
    if not isinstance(points.denominator, int):
        message = "only columns with one denominator are capped here"
        raise TypeError(message)
    scale = math.lcm(points.denominator, maximum.denominator)
    numerator = points.numerator * (scale // points.denominator)
    beyond = {row: min(value, maximum) for row, value in points.beyond.items()}
    return Rationals(at_most(numerator, int(maximum * scale)), scale, beyond)


def added(columns: list[Rationals]) -> Rationals:
    """Add columns of one denominator each."""
    scale = math.lcm(*(column.denominator for column in columns if isinstance(column.denominator, int)))
    total: pl.Series | None = None
    for column in columns:
        if not isinstance(column.denominator, int):
            message = "columns with a denominator per row are added by Total"
            raise TypeError(message)
        part = column.numerator * (scale // column.denominator)
        total = part if total is None else total + part
    if total is None:
        message = "nothing to add"
        raise ValueError(message)
    return Rationals(total, scale)


def exceeds(left: Rationals, right: Rationals) -> pl.Series:
    """Say row by row whether `left` is more than `right`, exactly."""
    if isinstance(left.denominator, int) and isinstance(right.denominator, int):
        return left.numerator * right.denominator > right.numerator * left.denominator
    return pl.Series([left.at(row) > right.at(row) for row in range(len(left.numerator))], dtype=pl.Boolean)


class Total:
    """The exact sum of a track's metrics, row by row.

    Metrics with one denominator are added over their least common multiple; one metric with a denominator per row (percent growth) is kept
    apart and cross-multiplied. Rows that 64 bits cannot hold, and sums of two such metrics, are computed with Python integers.
    """

    def __init__(self, metrics: list[Rationals]) -> None:
        """Add up `metrics` (at least one)."""
        fixed = [metric for metric in metrics if isinstance(metric.denominator, int)]
        varying = [metric for metric in metrics if not isinstance(metric.denominator, int)]
        length = len(metrics[0].numerator)
        nothing = zeros(length)
        self.fixed = added(fixed) if fixed else Rationals(nothing)
        self.varying = varying[0] if varying else Rationals(nothing, nothing + 1)
        scale = self.fixed.denominator
        denominator = self.varying.denominator
        if not isinstance(scale, int) or isinstance(denominator, int):
            message = "a total needs one fixed and one varying part"
            raise TypeError(message)
        self._scale, self._denominator = scale, denominator
        rows: set[int] = {row for metric in metrics for row in metric.beyond}
        rows.update((denominator > SAFE // (1000 * scale)).arg_true())
        if len(varying) > 1:
            rows = set(range(length))
        self.beyond = {row: sum((metric.at(row) for metric in metrics), Fraction(0)) for row in rows}

    def at(self, row: int) -> Fraction:
        """Give one row's exact total."""
        return self.beyond[row] if row in self.beyond else self.fixed.at(row) + self.varying.at(row)

    def at_least(self, bound: Fraction) -> pl.Series:
        """Say row by row whether the exact total reaches `bound`."""
        distance = self.fixed.numerator * bound.denominator - self._scale * bound.numerator
        reached = distance * self._denominator + self.varying.numerator * (self._scale * bound.denominator) >= 0
        return patch(reached.cast(pl.Int64), {row: int(total >= bound) for row, total in self.beyond.items()}) == 1

    def micro(self) -> pl.Series:
        """Give the totals in millionths, cut downward (Int64)."""
        first = _micro(self.fixed.numerator, self._scale)
        second = _micro(self.varying.numerator, self._denominator)
        rest_first = self.fixed.numerator * MICRO - first * self._scale
        rest_second = _rest(self.varying.numerator, self._denominator)
        carries = rest_first * self._denominator + rest_second * self._scale >= self._denominator * self._scale
        total = first + second + carries.cast(pl.Int64)
        return patch(total, {row: cut(value) for row, value in self.beyond.items()})

    def exceeds(self, other: Total) -> pl.Series:
        """Say row by row whether this total is more than the other, exactly."""
        if self._is_plain() and other._is_plain():
            return exceeds(self.fixed, other.fixed)
        rows = range(len(self.fixed.numerator))
        return pl.Series([self.at(row) > other.at(row) for row in rows], dtype=pl.Boolean)

    def _is_plain(self) -> bool:
        return not self.beyond and self.varying.numerator.max() in {0, None}


def _rest(numerator: pl.Series, denominator: pl.Series) -> pl.Series:
    """Give what the cut to millionths leaves over, in units of 1 / (denominator * 10**6)."""
    rest = (numerator % denominator * 1000) % denominator
    return (rest * 1000) % denominator

"""The operators a metric is composed from, on Narwhals expressions: the same on Polars and on Spark.

Rows have a `month` (year * 12 + month - 1), integer codes for names, and an integer bit mask of associations. Amounts are integers, so
every operator is exact. Conditions are boolean expressions; a counted thing is 1, else 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attain.engine.bounds import Bounds, ShareBound
    from attain.engine.rows import Rows

PACK = 2**40
"""Room for an amount under a month in one integer, so that the least packed value is the amount of the earliest month."""


def keep(column: str, codes: Iterable[int], *, all_but: bool = False) -> nw.Expr:
    """Keep the rows whose code is listed, or with `all_but` those whose code is not."""
    listed = sorted(set(codes))
    if not listed:
        return nw.lit(all_but)
    condition = nw.col(column).is_in(listed)
    return ~condition if all_but else condition


def recognized(masks: Iterable[int], eligible: int, column: str = "associations") -> nw.Expr:
    """Keep the rows that carry at least one association of the bit mask `eligible`, among the `masks` that the facts hold (I-10)."""
    return keep(column, (mask for mask in masks if mask & eligible))


def within(first: int, last: int) -> nw.Expr:
    """Keep the rows of the months `first` to `last`, both included."""
    month = nw.col("month")
    return month == last if first == last else (month >= first) & (month <= last)


def amount(value: nw.Expr, condition: nw.Expr) -> nw.Expr:
    """Give `value` where `condition` holds, else 0."""
    return nw.when(condition).then(value).otherwise(nw.lit(0)).cast(nw.Int64)


def flag(condition: nw.Expr) -> nw.Expr:
    """Give 1 where `condition` holds, else 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def weigh(weights: Sequence[tuple[Iterable[int], str, int]], column: str = "workload") -> nw.Expr:
    """Weigh each row by its workload: `weights` are (codes, unit column, integer weight); rows of no listed code weigh 0."""
    total = nw.lit(0).cast(nw.Int64)
    for codes, unit, weight in weights:
        total = total + amount(nw.col(unit) * weight, keep(column, codes))
    return total


def inside(value: nw.Expr, limits: Bounds) -> nw.Expr:
    """Say whether `value` lies within the limits, both included."""
    condition = nw.lit(True)
    if limits.low is not None:
        condition = value >= limits.low
    if limits.high is not None:
        condition = (value <= limits.high) if limits.low is None else condition & (value <= limits.high)
    return condition


def over(value: nw.Expr, limits: Bounds) -> nw.Expr:
    """Say whether `value` lies above the upper limit; never, where there is none."""
    return nw.lit(False) if limits.high is None else value > limits.high


def promoted(inside_now: nw.Expr, over_now: nw.Expr, inside_then: nw.Expr) -> nw.Expr:
    """Say whether something counts now in a band with promotion: inside it, or over it but inside a year ago (I-4)."""
    return inside_now | (over_now & inside_then)


def reaches_share(part: nw.Expr, whole: nw.Expr, limit: ShareBound) -> nw.Expr:
    """Say whether `part` of `whole` reaches the share, by cross-multiplication (I-5). Both must be 0 or more."""
    left, right = part * limit.denominator, whole * limit.numerator
    return left > right if limit.strict else left >= right


def pack(value: nw.Expr, condition: nw.Expr) -> nw.Expr:
    """Pack month and `value` into one integer where `condition` holds, else null: the minimum tells the earliest month and its value.

    `value` must lie from 0 to 2**40 - 1.
    """
    return nw.when(condition).then(nw.col("month").cast(nw.Int64) * PACK + value)


def unpack_month(packed: nw.Expr) -> nw.Expr:
    """Give the month of a packed value."""
    # Spark divides in floating point, which is exact for a whole multiple only.
    return (packed - packed % PACK) // PACK


def unpack_value(packed: nw.Expr) -> nw.Expr:
    """Give the amount of a packed value."""
    return packed % PACK


def per(frame: Rows, keys: Sequence[str], sums: Iterable[str] = (), maxima: Iterable[str] = (), minima: Iterable[str] = ()) -> Rows:
    """Gather rows per entity: the named columns summed, or their largest or least value taken."""
    return frame.group_by(*keys).agg(
        *(nw.col(name).sum() for name in sums),
        *(nw.col(name).max() for name in maxima),
        *(nw.col(name).min() for name in minima),
    )

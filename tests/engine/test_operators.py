"""Every operator alone, on each engine. The first column of a frame is the row's number, which orders what comes back."""

from __future__ import annotations

import narwhals as nw
import pytest

from attain.engine.bounds import Bounds, ShareBound
from attain.engine.operators import (
    PACK,
    amount,
    flag,
    inside,
    keep,
    over,
    pack,
    per,
    promoted,
    reaches_share,
    recognized,
    unpack_month,
    unpack_value,
    weigh,
    within,
)
from tests.engine.conftest import Collect, Scan

LARGEST = PACK - 1


def test_keep(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2, 3, 4], service=[0, 7, 9, 7])
    kept = rows.select(
        "n",
        listed=flag(keep("service", [9, 7, 7])),
        one=flag(keep("service", [0])),
        all_but=flag(keep("service", [7], all_but=True)),
        none_listed=flag(keep("service", [])),
        all_but_none=flag(keep("service", [], all_but=True)),
        unknown=flag(keep("service", [5])),
    )
    assert collect(kept) == [
        (1, 0, 1, 1, 0, 1, 0),
        (2, 1, 0, 0, 0, 1, 0),
        (3, 1, 0, 1, 0, 1, 0),
        (4, 1, 0, 0, 0, 1, 0),
    ]


def test_keep_filters(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2, 3], offer=[4, 5, 6])
    assert collect(rows.filter(keep("offer", [4, 6])).select("n")) == [(1,), (3,)]
    assert collect(rows.filter(keep("offer", [4, 6], all_but=True)).select("n")) == [(2,)]
    first_two = nw.col("n") < 3
    assert collect(rows.filter(first_two & keep("offer", [])).select("n")) == []
    assert collect(rows.filter(first_two & keep("offer", [], all_but=True)).select("n")) == [(1,), (2,)]


def test_recognized(scan: Scan, collect: Collect) -> None:
    masks = [0b000, 0b001, 0b010, 0b110, 0b111]
    rows = scan(n=[1, 2, 3, 4, 5], associations=masks)
    found = rows.select(
        "n",
        first=flag(recognized(masks, 0b001)),
        second_or_third=flag(recognized(masks, 0b110)),
        none=flag(recognized(masks, 0)),
        not_held=flag(recognized(masks, 0b1000)),
        without_masks=flag(recognized([], 0b111)),
    )
    assert collect(found) == [(1, 0, 0, 0, 0, 0), (2, 1, 0, 0, 0, 0), (3, 0, 1, 0, 0, 0), (4, 0, 1, 0, 0, 0), (5, 1, 1, 0, 0, 0)]


def test_recognized_reads_the_column_named(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2], associations=[1, 0], others=[0, 1])
    assert collect(rows.select("n", found=flag(recognized([0, 1], 1, "others")))) == [(1, 0), (2, 1)]


def test_within(scan: Scan, collect: Collect) -> None:
    first, last = 2025 * 12 + 10, 2026 * 12 + 9
    rows = scan(n=[1, 2, 3, 4], month=[first - 1, first, last, last + 1])
    months = rows.select("n", year=flag(within(first, last)), one=flag(within(last, last)), none=flag(within(last, first)))
    assert collect(months) == [(1, 0, 0, 0), (2, 1, 0, 0), (3, 1, 1, 0), (4, 0, 0, 0)]


def test_amount_and_flag(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2, 3, 4], acr=[5_0000, -5_0000, 0, None], month=[1, 1, 2, 1])
    found = rows.select("n", value=amount(nw.col("acr"), nw.col("month") == 1), counted=flag(nw.col("acr") > 0))
    assert collect(found) == [(1, 50_000, 1), (2, -50_000, 0), (3, 0, 0), (4, None, 0)]


def test_an_unknown_condition_is_no_condition_met(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2], acr=[7, 7], known=[None, 1])
    found = rows.select("n", value=amount(nw.col("acr"), nw.col("known") == 1), counted=flag(nw.col("known") == 1))
    assert collect(found) == [(1, 0, 0), (2, 7, 1)]


def test_weigh(scan: Scan, collect: Collect) -> None:
    weights = [((1, 2), "active_users", 1_000_0000), ((3,), "capacity", 2000), ((), "active_users", 99)]
    rows = scan(n=[1, 2, 3, 4, 5], workload=[1, 2, 3, 4, 3], active_users=[10, 0, 8, 9, 9], capacity=[7, 7, 50_000, 7, 1])
    assert collect(rows.select("n", value=weigh(weights))) == [(1, 100_000_000), (2, 0), (3, 100_000_000), (4, 0), (5, 2_000)]
    assert collect(rows.select("n", value=weigh([]))) == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]
    weighed = collect(rows.select("n", value=weigh([((10,), "capacity", 3)], column="active_users")))
    assert weighed == [(1, 21), (2, 0), (3, 0), (4, 0), (5, 0)]


def test_inside_and_over(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2, 3, 4, 5, 6, 7], paid=[-1, 4, 5, 6, 299, 300, 301])
    paid = nw.col("paid")
    found = rows.select(
        "n",
        band=flag(inside(paid, Bounds(5, 300))),
        from_low=flag(inside(paid, Bounds(low=5))),
        to_high=flag(inside(paid, Bounds(high=300))),
        open=flag(inside(paid, Bounds())),
        over=flag(over(paid, Bounds(5, 300))),
        never_over=flag(over(paid, Bounds(low=5))),
    )
    assert collect(found) == [
        (1, 0, 0, 1, 1, 0, 0),
        (2, 0, 0, 1, 1, 0, 0),
        (3, 1, 1, 1, 1, 0, 0),
        (4, 1, 1, 1, 1, 0, 0),
        (5, 1, 1, 1, 1, 0, 0),
        (6, 1, 1, 1, 1, 0, 0),
        (7, 0, 1, 0, 1, 1, 0),
    ]


def test_inside_an_empty_band_is_nothing(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2], paid=[5, 6])
    assert collect(rows.select("n", found=flag(inside(nw.col("paid"), Bounds(6, 5))))) == [(1, 0), (2, 0)]


def test_inside_with_a_bound_of_zero(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1, 2, 3], acr=[-1, 0, 1])
    acr = nw.col("acr")
    zero = Bounds(high=0)
    found = rows.select("n", low=flag(inside(acr, Bounds(low=0))), high=flag(inside(acr, zero)), over=flag(over(acr, zero)))
    assert collect(found) == [(1, 0, 1, 0), (2, 1, 1, 0), (3, 1, 0, 1)]


def test_promoted(scan: Scan, collect: Collect) -> None:
    sides = [(inside_now, over_now, inside_then) for inside_now in (0, 1) for over_now in (0, 1) for inside_then in (0, 1)]
    rows = scan(n=list(range(8)), **{name: [side[place] for side in sides] for place, name in enumerate(("inside", "over", "then"))})
    found = rows.select("n", counts=flag(promoted(nw.col("inside") == 1, nw.col("over") == 1, nw.col("then") == 1)))
    # Over the band and inside it a year ago counts; over it without, or inside it a year ago only, does not.
    assert collect(found) == [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1)]


def test_reaches_share(scan: Scan, collect: Collect) -> None:
    part, whole = [39, 40, 41, 0, 1, 150, 2], [100, 100, 100, 0, 0, 100, 5]
    rows = scan(n=list(range(7)), part=part, whole=whole)
    at_least, above = ShareBound(2, 5, strict=False), ShareBound(2, 5, strict=True)
    found = rows.select(
        "n",
        at_least=flag(reaches_share(nw.col("part"), nw.col("whole"), at_least)),
        above=flag(reaches_share(nw.col("part"), nw.col("whole"), above)),
    )
    assert collect(found) == [(0, 0, 0), (1, 1, 0), (2, 1, 1), (3, 1, 0), (4, 1, 1), (5, 1, 1), (6, 1, 0)]


def test_reaches_share_where_a_division_would_round(scan: Scan, collect: Collect) -> None:
    third = ShareBound(1, 3, strict=False)
    rows = scan(n=[1, 2], part=[333_333_333_333_333_333, 333_333_333_333_333_334], whole=[1_000_000_000_000_000_000] * 2)
    assert collect(rows.select("n", found=flag(reaches_share(nw.col("part"), nw.col("whole"), third)))) == [(1, 0), (2, 1)]


def test_pack_and_unpack(scan: Scan, collect: Collect) -> None:
    month = [0, 24_309, 9999 * 12 + 11, 24_309, 1]
    value = [0, LARGEST, LARGEST, 0, 5]
    rows = scan(n=[1, 2, 3, 4, 5], month=month, value=value).with_columns(packed=pack(nw.col("value"), nw.col("n") < 5))
    found = rows.select("n", month=unpack_month(nw.col("packed")), value=unpack_value(nw.col("packed")))
    assert collect(found) == [*zip([1, 2, 3, 4], month, value, strict=False), (5, None, None)]


def test_pack_reads_any_integer_month(scan: Scan, collect: Collect) -> None:
    rows = scan(n=[1], month=[24_309], value=[7]).with_columns(nw.col("month").cast(nw.Int32))
    assert collect(rows.select("n", packed=pack(nw.col("value"), nw.col("n") == 1))) == [(1, 24_309 * PACK + 7)]


def test_the_least_packed_value_is_that_of_the_earliest_month(scan: Scan, collect: Collect) -> None:
    rows = scan(tenant=[1, 1, 1, 2, 2, 3], month=[30, 20, 10, 20, 21, 10], value=[0, LARGEST, 9, LARGEST, 0, 4], kept=[1, 1, 0, 1, 1, 0])
    packed = rows.select("tenant", packed=pack(nw.col("value"), nw.col("kept") == 1))
    least = per(packed, ("tenant",), minima=["packed"])
    found = least.select("tenant", month=unpack_month(nw.col("packed")), value=unpack_value(nw.col("packed")))
    assert collect(found) == [(1, 20, LARGEST), (2, 20, LARGEST), (3, None, None)]


def test_per(scan: Scan, collect: Collect) -> None:
    rows = scan(partner=[1, 1, 1, 2], tenant=[1, 1, 2, 1], paid=[5, -7, 2, None], most=[5, -7, 2, -3], least=[5, -7, 2, None])
    by_tenant = per(rows, ("partner", "tenant"), sums=["paid"], maxima=["most"], minima=["least"])
    assert collect(by_tenant) == [(1, 1, -2, 5, -7), (1, 2, 2, 2, 2), (2, 1, 0, -3, None)]
    assert collect(per(rows, ("partner",), sums=["paid"])) == [(1, 0), (2, 0)]


def test_per_of_no_rows_is_empty(scan: Scan, collect: Collect) -> None:
    rows = scan(partner=[1], paid=[1]).filter(nw.col("partner") == 2)
    assert collect(per(rows, ("partner",), sums=["paid"])) == []


@pytest.mark.parametrize("divisor", [2, 3, 5, PACK])
def test_remainders_are_those_of_python(scan: Scan, collect: Collect, divisor: int) -> None:
    values = [-(2**62), -PACK, -PACK - 1, -8, -7, -1, 0, 1, 7, 8, PACK - 1, PACK, 2**62, 2**63 - 1]
    rows = scan(n=list(range(len(values))), value=values)
    assert collect(rows.select("n", rest=nw.col("value") % divisor)) == [(n, value % divisor) for n, value in enumerate(values)]

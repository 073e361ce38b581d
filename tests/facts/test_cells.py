"""Cells read a column at a time and one at a time: the same values, the same faults, exactly."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attain.facts import cells, rows

if TYPE_CHECKING:
    from collections.abc import Callable

AMOUNTS = st.one_of(
    st.text(alphabet="0123456789.+-eE, $", max_size=18),
    st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False).map(str),
    st.integers(-(10**14), 10**14).map(lambda tenth: str(Decimal(tenth) / 100_000)),
)


def _alone(read: Callable[[str], object], text: str) -> object:
    try:
        return read(text) if text else None
    except cells.CellFault:
        return "fault"


@given(st.lists(AMOUNTS, max_size=8))
@example(
    [
        "0.00005",
        "0.00015",
        "-0.00005",
        "999999999.99994999",
        "999999999.99995",
        "1e-5",
        "1E2",
        "00012.5",
        "+.5",
        "-",
        ".",
        "",
        "1.",
        "1e",
        "12e-1",
    ]
)
def test_amounts_read_as_a_column_as_they_do_alone(texts: list[str]) -> None:
    stripped = [text.strip() for text in texts]
    values, faults = rows.read_moneys(pl.Series("amount", stripped, dtype=pl.String))
    wrong = [False] * len(stripped) if faults is None else faults.to_list()
    together = ["fault" if bad else value for value, bad in zip(values.to_list(), wrong, strict=True)]
    assert together == [_alone(cells.read_money, text) for text in stripped]


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=9))
def test_amounts_round_half_even_to_ten_thousandths(amount: Decimal) -> None:
    expected = int(amount.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN).scaleb(4))
    assert cells.read_money(f"{amount:f}") == expected
    assert rows.read_moneys(pl.Series("amount", [f"{amount:f}"]))[0].to_list() == [expected]


@given(
    st.lists(
        st.one_of(
            st.uuids().map(str), st.uuids().map(lambda guid: guid.hex.upper()), st.text(alphabet="0123456789abcdefABCDEF-{}", max_size=38)
        ),
        max_size=6,
    )
)
def test_tenants_read_as_a_column_as_they_do_alone(texts: list[str]) -> None:
    values, faults = rows.read_guids(pl.Series("tenant_id", texts, dtype=pl.String))
    wrong = [False] * len(texts) if faults is None else faults.to_list()
    together = ["fault" if bad else value for value, bad in zip(values.to_list(), wrong, strict=True)]
    assert together == [_alone(cells.read_guid, text) for text in texts]


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_month_is_the_same_from_any_of_its_days(day: dt.date) -> None:
    assert cells.read_month(day.isoformat()) == cells.read_month(f"{day:%Y-%m}") == day.year * 12 + day.month - 1
    assert cells.read_date(f"{day.isoformat()}T23:59:59.5Z") == day


@pytest.mark.parametrize(
    "text", ["2026-1", "2026-10-1", "20261001", "2026/10/01", "10-2026", "2026-10-01 noon", "٢٠٢٦-١٠", "-2026-10", "2026-10-00"]
)
def test_what_only_resembles_a_month_is_none(text: str) -> None:
    with pytest.raises(cells.CellFault) as caught:
        cells.read_month(text)
    assert caught.value.reason == "is no month"


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("0012", 12), ("12.", 12), ("12.00", 12), ("999999999", 999_999_999)])
def test_counts_are_whole_numbers(text: str, count: int) -> None:
    assert cells.read_count(text) == count

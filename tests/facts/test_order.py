"""Rows in order: what is found sorted is as if it had been sorted, and what is summed by neighbors as if it had been grouped."""

from __future__ import annotations

import random
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.facts import order, usage
from attain.facts.order import (
    PACKED_BITS,
    groups_of_few,
    groups_of_runs,
    in_order,
    latest_of_runs,
    packed,
    runs,
    runs_in_order,
    without_repeats,
)

NAMES = ("partner", "tenant", "code")
CELLS = st.tuples(st.sampled_from([None, "", "1", "10", "2"]), st.sampled_from([None, "a", "B"]), st.sampled_from([None, 0, 7]))
ROWS = st.lists(CELLS, max_size=12)


def _frame(rows: list[tuple[str | None, str | None, int | None]]) -> pl.DataFrame:
    schema = {"partner": pl.String(), "tenant": pl.String(), "code": pl.Int32()}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("row")


@given(ROWS)
def test_rows_in_order_are_sorted_and_equal_ones_stay_as_they_stood(rows: list[tuple[str | None, str | None, int | None]]) -> None:
    given_rows = _frame(rows)
    expected = sorted(given_rows.rows(), key=lambda row: [(cell is not None, cell if cell is not None else 0) for cell in row[1:]])
    found = in_order(given_rows, NAMES)
    assert found.rows() == expected
    assert (found is given_rows) == (given_rows.rows() == expected)
    assert in_order(found, NAMES) is found


@given(ROWS)
def test_runs_number_neighbors_alike(rows: list[tuple[str | None, str | None, int | None]]) -> None:
    numbers = runs(_frame(rows), NAMES).to_list()
    assert len(numbers) == len(rows)
    assert numbers[:1] == [0][: len(rows)]
    for before, after, one, other in zip(rows, rows[1:], numbers, numbers[1:], strict=False):
        assert other - one == (before != after)


@given(ROWS)
def test_runs_of_sorted_rows_are_numbered_column_by_column_and_others_have_none(
    rows: list[tuple[str | None, str | None, int | None]],
) -> None:
    for frame in (_frame(rows), in_order(_frame(rows), NAMES)):
        found = runs_in_order(frame, NAMES)
        if in_order(frame, NAMES) is frame:
            assert found is not None
            assert [run.to_list() for run in found] == [runs(frame, NAMES[: last + 1]).to_list() for last in range(len(NAMES))]
        else:
            assert found is None


@given(ROWS)
def test_without_repeats_each_run_of_equal_rows_is_one(rows: list[tuple[str | None, str | None, int | None]]) -> None:
    found = without_repeats(_frame(rows), NAMES)
    assert found.rows() == [(place, *row) for place, row in enumerate(rows) if not place or rows[place - 1] != row]


@given(st.lists(CELLS, min_size=1, max_size=4, unique=True), st.integers(20, 200), st.randoms(use_true_random=False))
def test_groups_of_few_are_ordered_and_equal_as_the_rows_are(
    distinct: list[tuple[str | None, str | None, int | None]], count: int, chance: random.Random
) -> None:
    rows = [chance.choice(distinct) for _ in range(count)]
    found = groups_of_few(_frame(rows), NAMES)
    some = rows[:: order._SAMPLED]
    assert (found is None) == (len(set(some)) * 2 > len(some))
    if found is not None:
        expected = sorted(set(rows), key=lambda row: [(cell is not None, cell if cell is not None else 0) for cell in row])
        assert found.to_list() == [expected.index(row) for row in rows]


@given(st.lists(st.tuples(CELLS, st.integers(1, 4)), max_size=12))
def test_of_each_run_of_equal_rows_the_latest_month_is_told(
    given_rows: list[tuple[tuple[str | None, str | None, int | None], int]],
) -> None:
    rows = [row for row, _ in given_rows]
    months = [month for _, month in given_rows]
    found = latest_of_runs(_frame(rows).with_columns(month=pl.Series(months, dtype=pl.Int32)), NAMES, "month")
    starts = [place for place in range(len(rows)) if not place or rows[place - 1] != rows[place]]
    ends = [*starts[1:], len(rows)]
    assert found.rows() == [(start, *rows[start], max(months[start:end])) for start, end in zip(starts, ends, strict=False)]


@given(st.lists(st.tuples(CELLS, st.integers(1, 4)), max_size=12))
def test_groups_of_runs_are_ordered_and_equal_as_the_rows_are(
    given_runs: list[tuple[tuple[str | None, str | None, int | None], int]],
) -> None:
    rows = [row for row, times in given_runs for _ in range(times)]
    found = groups_of_runs(_frame(rows), NAMES)
    count = sum(before != after for before, after in pairwise([None, *rows]))
    assert (found is None) == (count * 2 > len(rows))
    if found is not None:
        distinct = sorted(set(rows), key=lambda row: [(cell is not None, cell if cell is not None else 0) for cell in row])
        assert found.to_list() == [distinct.index(row) for row in rows]


@given(ROWS)
def test_many_texts_are_sorted_by_their_runs_and_equal_rows_stay_as_they_stood(
    rows: list[tuple[str | None, str | None, int | None]],
) -> None:
    # as where there are too many texts to number
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "_FEW", 1)
        given_rows = _frame([row for row in rows for _ in range(2)])
        assert in_order(given_rows, NAMES).rows() == given_rows.sort(NAMES, nulls_last=False, maintain_order=True).rows()


@given(st.lists(st.tuples(*[st.integers(0, 1 << 20)] * 3), max_size=12))
def test_packed_numbers_are_ordered_as_their_columns(rows: list[tuple[int, int, int]]) -> None:
    found = packed([pl.Series([row[place] for row in rows], dtype=pl.Int32) for place in range(3)])
    if not rows:
        assert found is None or not len(found)
        return
    assert found is not None
    numbers = found.to_list()
    for one, first in zip(rows, numbers, strict=True):
        for other, second in zip(rows, numbers, strict=True):
            assert (one < other) == (first < second)


def test_what_does_not_fit_is_not_packed() -> None:
    wide, narrow = pl.Series([0, (1 << 32) - 1], dtype=pl.Int64), pl.Series([0, (1 << 31) - 1], dtype=pl.Int64)
    assert (wide[1].bit_length(), narrow[1].bit_length()) == (PACKED_BITS - 31, 31)
    assert packed([wide, narrow]) is not None
    assert packed([wide, wide]) is None
    # what is the same in all rows needs no room, however large it is
    alike = pl.Series([(1 << 62) - 1] * 2, dtype=pl.Int64)
    for columns, expected in (([wide, alike, narrow], packed([wide, narrow])), ([alike, alike], pl.Series([0, 0], dtype=pl.UInt64))):
        found = packed(columns)
        assert found is not None and expected is not None
        assert found.equals(expected)
    assert packed([pl.Series([-1])]) is None
    assert packed([pl.Series([None, 1])]) is None


AMOUNTS = st.lists(
    st.tuples(st.sampled_from("12"), st.sampled_from("ab"), st.sampled_from([3, None]), st.integers(-(1 << 61), 1 << 61)), max_size=12
)


@given(AMOUNTS)
def test_usage_is_summed_as_one_by_one(rows: list[tuple[str, str, int | None, int]]) -> None:
    expected: dict[tuple[str, str, int | None], int] = {}
    for partner, tenant, service, amount in rows:
        expected[partner, tenant, service] = expected.get((partner, tenant, service), 0) + amount
    if any(abs(total) >= 1 << 62 for total in expected.values()):
        return
    columns = usage.COLUMNS["azure_usage"]
    cells = [(24_321, partner, tenant, service, 1, 0, 2, amount) for partner, tenant, service, amount in rows]
    found = usage.summed(pl.DataFrame(cells, schema=columns, orient="row"))
    assert found.schema == columns
    assert {(row[1], row[2], row[3]): row[-1] for row in found.rows()} == expected
    assert len(found) == len(expected)
    assert in_order(found, ("partner_id", "tenant_id", "service")) is found

"""Rows of text whose repeated cells are kept once give the same cells as rows that keep each."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from attain.facts.spellings import Spellings
from attain.facts.text_rows import ROW, Repeated, TextRows

CELLS = st.lists(st.sampled_from(["", " ", "a", "A", "\u00e9"]), max_size=9)


@given(CELLS, st.data())
def test_repeated_cells_are_the_cells_and_have_no_text_that_no_row_has(cells: list[str], data: st.DataObject) -> None:
    plain = pl.Series("cell", cells, dtype=pl.String)
    numbers = pl.int_range(5, 5 + len(cells), dtype=pl.Int64, eager=True)
    rows = TextRows(numbers, {"kept": plain, "once": Repeated.of(plain)})
    taken = pl.Series(data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells))), dtype=pl.Boolean)
    first = data.draw(st.integers(0, len(cells)))
    for found, expected, places in (
        (rows, cells, numbers),
        (rows.filter(taken), [cell for cell, is_taken in zip(cells, taken, strict=True) if is_taken], numbers.filter(taken)),
        (rows.slice(first), cells[first:], numbers.slice(first)),
    ):
        assert found.height == len(expected)
        assert found.cells("once").to_list() == found.cells("kept").to_list() == expected
        assert sorted(found.texts("once").to_list()) == sorted(set(expected))
        frame = found.frame()
        assert frame.columns == ["kept", "once", ROW]
        assert frame[ROW].to_list() == places.to_list()
        assert frame["once"].to_list() == expected


def test_spellings_are_numbered_as_they_come_and_asked_for_in_the_order_of_the_texts() -> None:
    spellings = Spellings()
    assert [spellings.number("service", text) for text in ("Storage", "", "Key Vault", "Storage")] == [0, None, 1, 0]
    assert spellings.number("offer", "Trial") == 0
    given_numbers = pl.Series([1, None, 0, 1], dtype=pl.UInt32)
    assert spellings.texts("service").to_list() == ["Storage", "Key Vault"]
    assert spellings.texts("service").gather(given_numbers).to_list() == ["Key Vault", None, "Storage", "Key Vault"]
    assert spellings.used("service", given_numbers) == ["Key Vault", "Storage"]
    assert spellings.used("service", given_numbers.head(2)) == ["Key Vault"]
    asked: list[str] = []

    def find(text: str) -> int:
        asked.append(text)
        return len(asked) * 10

    assert spellings.each("service", ["Key Vault"], find).to_list() == [None, 10]
    assert asked == ["Key Vault"]
    assert spellings.texts("workload").to_list() == []

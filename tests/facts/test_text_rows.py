"""Rows of text whose repeated cells are kept once give the same cells as rows that keep each."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import pyarrow as _pyarrow
from hypothesis import given
from hypothesis import strategies as st

from attain.facts import cells
from attain.facts.guid_bytes import are_guids
from attain.facts.spellings import Spellings
from attain.facts.text_rows import ROW, Repeated, TextRows

pyarrow: Any = _pyarrow
CELLS = st.lists(st.sampled_from(["", " ", "a", "A", "\u00e9"]), max_size=9)


@given(CELLS, st.data())
def test_repeated_cells_are_the_cells_and_have_no_text_that_no_row_has(drawn: list[str], data: st.DataObject) -> None:
    plain = pl.Series("cell", drawn, dtype=pl.String)
    numbers = pl.int_range(5, 5 + len(drawn), dtype=pl.Int64, eager=True)
    rows = TextRows(numbers, {"kept": plain, "once": Repeated.of(plain)})
    taken = pl.Series(data.draw(st.lists(st.booleans(), min_size=len(drawn), max_size=len(drawn))), dtype=pl.Boolean)
    first = data.draw(st.integers(0, len(drawn)))
    for found, expected, places in (
        (rows, drawn, numbers),
        (rows.filter(taken), [cell for cell, is_taken in zip(drawn, taken, strict=True) if is_taken], numbers.filter(taken)),
        (rows.slice(first), drawn[first:], numbers.slice(first)),
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


GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER_MARKS = [f"{GUID[:place]}{mark}{GUID[place + 1 :]}" for place in (0, 8, 35) for mark in "/:`g-0aFG@" if mark != GUID[place]]
FAULTS = ["", GUID.upper(), GUID[:-1], f"{GUID}0", GUID.replace("-", ""), f"{GUID[:8]}0{GUID[8:-1]}", f" {GUID[1:]}", *OTHER_MARKS]


@given(st.lists(st.sampled_from([GUID, "ffffffff-0000-9999-aaaa-00000000000f"]), max_size=4), st.sampled_from(FAULTS), st.integers(0, 4))
def test_guids_are_told_by_their_bytes_as_the_pattern_of_one_tells_them(guids: list[str], other: str, place: int) -> None:
    for texts in (guids, [*guids[:place], other, *guids[place:]]):
        expected = bool(texts) and all(re.match(cells.GUID, text) for text in texts)
        assert are_guids(pyarrow.array(texts, pyarrow.string())) == expected
        assert are_guids(pyarrow.array(["x", *texts, "y"], pyarrow.string()).slice(1, len(texts))) == expected
    assert not are_guids(pyarrow.array([GUID, None]))

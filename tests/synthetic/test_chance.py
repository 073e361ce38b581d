"""Chance is the same everywhere, even, and exact."""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from attain.facts.synthetic.chance import Chance, guid, hex16, mix, mixed
from attain.facts.synthetic.layout import dollars

WORDS = st.integers(0, 2**64 - 1)
IDS = pl.DataFrame({"i": pl.int_range(0, 20_000, eager=True)})


@given(st.lists(WORDS, min_size=1, max_size=50))
def test_frames_scramble_as_plain_integers_do(words: list[int]) -> None:
    frame = pl.DataFrame({"w": words}, schema={"w": pl.UInt64})
    assert frame.select(mix(pl.col("w")))["w"].to_list() == [mixed(word) for word in words]


def test_the_scramble_is_splitmix64() -> None:
    # The published sequence of SplitMix64 from seed 0.
    assert [mixed(0), mixed(0x9E3779B97F4A7C15)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


@given(st.lists(WORDS, min_size=1, max_size=20))
def test_hex_and_guids_keep_number_and_order(words: list[int]) -> None:
    frame = pl.DataFrame({"w": words}, schema={"w": pl.UInt64}).with_columns(h=hex16(pl.col("w")), g=guid(pl.col("w")))
    assert frame["h"].to_list() == [f"{word:016x}" for word in words]
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text) for text in frame["g"])
    assert all(text.replace("-", "")[:12] == f"{word:016x}"[:12] for text, word in zip(frame["g"], words, strict=True))


def test_questions_and_seeds_differ() -> None:
    one, two = Chance(1), Chance(2)
    answers = IDS.select(
        a=one.below(1000, "a", "i"), again=one.below(1000, "a", "i"), b=one.below(1000, "b", "i"), other=two.below(1000, "a", "i")
    )
    assert answers["a"].equals(answers["again"], check_names=False)
    for column in ("b", "other"):
        equal = int((answers["a"] == answers[column]).sum())
        assert 0 < equal < 60, column


def test_below_is_even_and_heavy_has_a_long_tail() -> None:
    chance = Chance(7)
    drawn = IDS.select(even=chance.below(10, "e", "i"), heavy=chance.heavy(2000, "h", "i"), skewed=chance.skewed(10, "s", "i"))
    counts = drawn["even"].value_counts().sort("even")["count"].to_list()
    assert len(counts) == 10 and all(1800 < count < 2200 for count in counts)
    reached = {size: int((drawn["heavy"] >= size).sum()) for size in (1, 10, 100, 1000)}
    assert reached[1] == 20_000 and 1700 < reached[10] < 2300 and 140 < reached[100] < 260 and 5 < reached[1000] < 40
    skewed = drawn["skewed"].value_counts().sort("skewed")["count"].to_list()
    assert skewed == sorted(skewed, reverse=True)


@given(st.lists(st.integers(-(10**13) + 1, 10**13 - 1), min_size=1, max_size=40))
def test_dollars_are_the_same_integers(units: list[int]) -> None:
    series = pl.DataFrame({"u": units}, schema={"u": pl.Int64}).select(dollars(pl.col("u")))["u"]
    assert series.dtype == pl.Decimal(18, 4)
    assert series.to_list() == [Decimal(unit).scaleb(-4) for unit in units]

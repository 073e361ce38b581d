"""Rows of one usage united by column are what they are united to one by one."""

from __future__ import annotations

import random
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import polars as pl
import pytest

from attain.facts.schema import ASSOCIATIONS
from attain.sources import attribution
from attain.sources.intake import EXACT
from attain.sources.twins import TWIN
from attain.sources.uniting import NUMBER, codes_in, kinds_of, united
from attain.sources.workload_tables import COUNTS, add, larger, summed

if TYPE_CHECKING:
    from attain.sources.gather import Key
    from attain.sources.workload_tables import Counts

CODES = ("pal", "csp1", "cpor", "?", "?Moon")
LOCATIONS = ("", "102", "11", "9")
"""As text, 11 comes before 9."""
KEYS = 200


def _rows(seed: int, flags: tuple[str, ...]) -> list[tuple[int, int, str, str, str]]:
    """Draw keys, attributions, what twins share, flags and locations, a few of each key."""
    chance = random.Random(seed)
    return [
        (key, chance.randrange(len(CODES)), f"t{chance.randrange(2)}" if flags[0] else "", chance.choice(flags), chance.choice(LOCATIONS))
        for key in range(KEYS)
        for _ in range(chance.randrange(1, 6))
    ]


def _frame(rows: list[tuple[int, int, str, str, str]]) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            NUMBER: [row[0] for row in rows],
            "attribution": pl.Series([row[1] for row in rows], dtype=pl.UInt32),
            "flag": [row[3] for row in rows],
            "location": pl.Series([LOCATIONS.index(row[4]) for row in rows], dtype=pl.UInt32),
        }
    )
    digests = pl.Series([int(row[2][1:]) if row[2] else None for row in rows], dtype=pl.UInt64)
    frame = frame.with_columns(digests.alias(name) for name in TWIN)
    return frame if rows[0][3] else frame.drop("flag", *TWIN)


@pytest.mark.parametrize("flags", [("",), ("0", "1"), ("1",), ("0", "0", "1")])
def test_counts_are_united_as_one_by_one(flags: tuple[str, ...]) -> None:
    rows = _rows(1, flags)
    chance = random.Random(2)
    cells: list[Counts] = [
        (chance.choice([None, 0, 5, 900]), None, chance.choice([None, chance.randrange(100)]), chance.randrange(9)) for _ in rows
    ]
    parts: dict[int, dict[Key, Counts]] = {}
    for (key, code, rest, flag, _), cell in zip(rows, cells, strict=True):
        of_key, part = parts.setdefault(key, {}), (CODES[code], rest, flag)
        of_key[part] = add(of_key[part], cell) if part in of_key else cell
    expected = {key: attribution.united(of_key, add, larger)[0] for key, of_key in parts.items()}
    frame = _frame(rows).hstack(pl.DataFrame(cells, schema=dict.fromkeys(COUNTS, pl.Int64()), orient="row"))
    found = united(frame, COUNTS, (), {})
    assert {row[0]: row[1:] for row in found.select(NUMBER, *COUNTS).iter_rows()} == expected


@pytest.mark.parametrize("flags", [("",), ("0", "1"), ("1",), ("0", "0", "1")])
def test_revenue_of_several_locations_is_united_as_one_by_one(flags: tuple[str, ...]) -> None:
    rows = _rows(3, flags)
    chance = random.Random(4)
    amounts = [Decimal(chance.randrange(-(10**9), 10**9)).scaleb(-chance.randrange(22)) for _ in rows]
    parts: dict[int, dict[Key, Decimal]] = {}
    with localcontext(EXACT):
        for (key, code, rest, flag, location), amount in zip(rows, amounts, strict=True):
            of_key, part = parts.setdefault(key, {}), (CODES[code], rest, flag, location)
            of_key[part] = of_key[part] + amount if part in of_key else amount
        expected = {key: summed(of_key)[0] for key, of_key in parts.items()}
    frame = _frame(rows).with_columns(pl.Series("amount", amounts, dtype=pl.Decimal(38, 22)))
    ranks = {"location": pl.Series([sorted(LOCATIONS).index(location) for location in LOCATIONS], dtype=pl.UInt32)}
    found = united(frame, ("amount",), ("location",), ranks)
    assert dict(found.select(NUMBER, "amount").iter_rows()) == expected
    # the associations of a key are those of all its rows, wherever a flagged twin is at home
    kinds = _frame(rows).with_columns(kinds_of(CODES).gather(pl.Series([row[1] for row in rows])).alias("kinds"))
    together = kinds.group_by(NUMBER).agg(pl.col("kinds").bitwise_or())
    assert {key: codes_in(bits) for key, bits in together.iter_rows()} == {key: summed(of_key)[1] for key, of_key in parts.items()}


def test_each_association_has_a_bit() -> None:
    assert codes_in(sum(kinds_of(ASSOCIATIONS).to_list())) == set(ASSOCIATIONS)
    assert [codes_in(bits) for bits in kinds_of(["?", "?pal", "cpor"])] == [set(), set(), {"cpor"}]

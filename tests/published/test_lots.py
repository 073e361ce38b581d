"""Lots: so many partners and so many rows at the most, every partner once, in order."""

from __future__ import annotations

import polars as pl
import pytest

from attain.facts.directory import Account
from attain.published.lots import lots, usage_rows
from attain.scoring.plan import USAGE_TABLES
from attain.workspace import Workspace

ROWS = {"a": 4, "b": 6, "c": 1, "d": 30, "e": 2, "f": 2}


def dealt(names: str, **most: int) -> list[str]:
    accounts = [account(name) for name in names]
    return ["".join(one.partner_id for one in lot) for lot in lots(accounts, ROWS, **most)]


def account(name: str) -> Account:
    return Account(partner_id=name, name="", country="", kind="", distributor_id="")


@pytest.mark.parametrize(
    ("most_rows", "expected"),
    [(9, ["a", "bc", "d", "ef"]), (10, ["ab", "c", "d", "ef"]), (11, ["abc", "d", "ef"]), (1, ["a", "b", "c", "d", "e", "f"])],
)
def test_a_lot_holds_so_many_rows_at_the_most_and_a_larger_partner_alone(most_rows: int, expected: list[str]) -> None:
    assert dealt("abcdef", most_partners=100, most_rows=most_rows) == expected


@pytest.mark.parametrize(("most_partners", "expected"), [(1, ["e", "f", "g"]), (2, ["ef", "g"]), (3, ["efg"])])
def test_a_lot_holds_so_many_partners_at_the_most(most_partners: int, expected: list[str]) -> None:
    assert dealt("efg", most_partners=most_partners, most_rows=100) == expected


def test_nobody_makes_no_lot() -> None:
    assert dealt("") == []


def test_rows_of_usage_are_counted_by_account(workspace: Workspace) -> None:
    counted = usage_rows(workspace.facts)
    tables = [workspace.facts.scan(table).select("partner_id").collect() for table in USAGE_TABLES if table in workspace.facts.tables]
    assert len(tables) > 1
    everything = pl.concat(tables)["partner_id"]
    assert sum(counted.values()) == len(everything)
    assert counted["1000001"] == (everything == "1000001").sum() > 0

"""Rows of a first pass stand, and are typed, just as the detail rows that they are written as."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attain.facts.coding import coders
from attain.facts.detail_order import ORDER, in_detail_order
from attain.facts.first_pass import FirstPass
from attain.facts.folder import open_folder
from attain.facts.order import LEAD, OWNER, runs
from attain.facts.rows import FILE
from attain.facts.spellings import Spellings
from attain.facts.text_rows import ROW
from attain.rulebook.load import Book
from attain.store import first_rows
from attain.store.detail import empty_counts, names, ordered, stored, to_detail, to_typed

T1, T2 = "11111111-1111-1111-1111-111111111111", "aaaaaaaa-2222-2222-2222-222222222222"
MONTH = 2026 * 12 + 9
AZURE = st.fixed_dictionaries(
    {
        "month": st.just("2026-10"),
        "partner_id": st.sampled_from(["", "10", "9"]),
        "tenant_id": st.sampled_from(["", T1, T2]),
        "subscription_id": st.sampled_from(["", "a", "B"]),
        "service": st.sampled_from(["Storage", "Key Vault", "storage", "unheard of"]),
        "offer": st.sampled_from(["", "Trial", "paid"]),
        "associations": st.sampled_from(["", "csp1", "pal+dpor"]),
        "acr_usd": st.sampled_from(["1", "-2.5"]),
        "basis": st.sampled_from(["", "list", "billed", "amortized"]),
    }
)
SEATS = st.fixed_dictionaries(
    {
        "month": st.just("2026-10"),
        "partner_id": st.sampled_from(["10", "9"]),
        "tenant_id": st.sampled_from([T1, T2]),
        "workload": st.sampled_from(["Teams", "Exchange Online", "teams"]),
        "paid_licenses": st.sampled_from(["", "0", "12"]),
        "active_users": st.sampled_from(["", "7"]),
    }
)


@pytest.mark.parametrize(("table", "rows"), [("azure_usage", AZURE), ("workload_usage", SEATS)])
def test_rows_of_a_first_pass_are_as_their_detail_rows(
    tmp_path_factory: pytest.TempPathFactory, book: Book, table: str, rows: st.SearchStrategy[dict[str, str]]
) -> None:
    @settings(max_examples=40)
    @given(st.lists(rows, min_size=1, max_size=8))
    def check(drawn: list[dict[str, str]]) -> None:
        folder = tmp_path_factory.mktemp("facts")
        _write(folder / f"{table}.csv", drawn)
        first = FirstPass(open_folder(folder).files, book.catalog, coders(book.catalog), folder / "scratch", given=True)
        first.read()
        if first.months(table) != [MONTH]:
            return
        found = first.frame(table, MONTH, 0).drop(ROW)
        given_names = first.spellings
        detail = ordered(table, to_detail(table, found, 4, "contract", given_names))
        in_order = in_detail_order(table, found, given_names)
        assert to_detail(table, in_order, 4, "contract", given_names).equals(detail)
        coded = to_detail(table, in_order, 4, "contract", given_names, coded=True)
        written = stored(table, detail)
        assert coded.cast(written.schema).equals(written)
        for column in ("service", "offer", "workload"):
            if column in detail.columns:
                assert first_rows.names(in_order, column, given_names) == names(detail, column)
        assert first_rows.empty_counts(table, in_order) == empty_counts(table, detail)
        one, other = coders(book.catalog), coders(book.catalog)
        typed = first_rows.typed(table, in_order, 4, "contract", given_names, one)
        assert typed.drop(OWNER, LEAD).equals(to_typed(table, detail, other))
        assert typed[OWNER].to_list() == runs(typed, ORDER[:2]).to_list()
        assert typed[LEAD].to_list() == runs(typed, [name for name in ORDER if name in typed.columns]).to_list()
        assert typed[FILE].to_list() == [4] * detail.height
        assert {kind: coder.in_order() for kind, coder in one.items()} == {kind: coder.in_order() for kind, coder in other.items()}

    check()


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_the_names_of_a_column_without_cells_are_what_an_empty_cell_stands_for() -> None:
    rows = pl.DataFrame({"#given offer": [None, None]}, schema={"#given offer": pl.UInt32()})
    assert first_rows.names(rows, "offer", Spellings()) == {"paid"}

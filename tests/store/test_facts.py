"""Facts of a store are the facts of the folder that was imported into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.facts.facts import load
from attain.rulebook.load import Book
from attain.store.delivery import of_folder
from attain.store.place import is_store
from attain.store.store import Store
from attain.workspace import Workspace
from tests.sources.folders import T1
from tests.store.conftest import DAY

CONFORMED = ("azure_usage", "workload_usage", "workload_revenue", "customers", "certifications", "associations", "enrollments", "accounts")


def test_a_store_scores_as_the_folder_that_was_imported_into_it(demo: Path, tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    (imported,) = store.take([of_folder(demo)], book.catalog)
    ours, theirs = Workspace.open(tmp_path / "store", book=book), Workspace.open(demo, book=book)
    assert imported.load.number == 1
    assert ours.score(DAY).contract().equals(theirs.score(DAY).contract())
    assert ours.facts.months == theirs.facts.months
    assert ours.facts.masks == theirs.facts.masks
    assert ours.facts.unknown == theirs.facts.unknown
    assert ours.facts.tables == theirs.facts.tables
    for table in CONFORMED:
        assert ours.facts.scan(table).collect().height == theirs.facts.scan(table).collect().height, table


def test_one_partner_is_explained_as_in_the_folder(demo: Path, tmp_path: Path, book: Book) -> None:
    Store.create(tmp_path / "store").take([of_folder(demo)], book.catalog)
    ours, theirs = Workspace.open(tmp_path / "store", book=book), Workspace.open(demo, book=book)
    for metric in ("net_customer_adds", "usage_growth", "intermediate_certifications"):
        one, other = (workspace.explain(DAY, partner="1000001", designation="security", metric=metric).rows for workspace in (ours, theirs))
        assert one == other, metric


def test_the_same_folder_again_changes_nothing(demo: Path, tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    store.take([of_folder(demo)], book.catalog)
    before = sorted(path for path in (tmp_path / "store").rglob("*") if path.is_file())
    (again,) = store.take([of_folder(demo)], book.catalog)
    assert again.already
    assert [load.number for load in store.loads.every()] == [1]
    assert sorted(path for path in (tmp_path / "store").rglob("*") if path.is_file()) == before


def test_a_folder_is_no_store_and_an_empty_store_says_what_to_do(demo: Path, tmp_path: Path) -> None:
    assert not is_store(demo)
    assert not is_store(tmp_path / "nothing")
    Store.create(tmp_path / "store")
    assert is_store(tmp_path / "store")
    with pytest.raises(AttainError, match="import files"):
        Workspace.open(tmp_path / "store")
    with pytest.raises(AttainError, match="no store"):
        Store.open(demo)
    with pytest.raises(AttainError, match="a store already"):
        Store.create(tmp_path / "store")
    with pytest.raises(AttainError, match="the folder holds"):
        Store.create(demo)


def test_earlier_loads_are_for_stores_alone(demo: Path) -> None:
    with pytest.raises(AttainError, match="keeps no earlier loads"):
        Workspace.open(demo, known_on=DAY)
    assert load(demo).kept


def test_names_of_rows_that_are_nobodys_yet_are_told_as_in_the_folder(tmp_path: Path, book: Book) -> None:
    """Cost rows know neither partner nor tenant: an unknown service in them is told before somebody assigns them."""
    folder = tmp_path / "facts"
    folder.mkdir()
    rows = f"2026-10,101,{T1},s1,Key Vault,,,30\n2026-10,,,s2,Tidal Forecaster,Pilot Bundle,billed,5\n"
    (folder / "azure_usage.csv").write_text(f"month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd\n{rows}", "utf-8")
    Store.create(tmp_path / "store").take([of_folder(folder)], book.catalog)
    ours, theirs = Workspace.open(tmp_path / "store", book=book).facts, Workspace.open(folder, book=book).facts
    assert set(theirs.unknown["service"]) == {"Tidal Forecaster"}
    assert ours.unknown == theirs.unknown
    assert ours.report.unassigned("azure_usage") == 1

"""People of a store: one person under several ids counts once, and names stand apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.records import merges
from attain.store.store import Store
from tests.sources.folders import training, write_csv

EXPERT = "Microsoft Certified: Cybersecurity Architect Expert"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def deliver(store: Store, name: str, rows: list[dict[str, str]]) -> None:
    path = write_csv(store.place.local.parent / name, rows)
    import_files([path], store.place.local, Options(keep_names=True), replace_all=True)


@pytest.mark.parametrize("key", [f"{number:02x}" * 32 for number in range(8)])
def test_a_person_who_goes_by_another_id_now_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    # which of two ids a person goes by depends on how they are hashed
    monkeypatch.setenv("ATTAIN_PERSON_KEY", key)
    store = tmp_path / "store"
    Store.create(store)
    import_files([write_csv(tmp_path / "before.csv", [training()])], store, Options())
    (after,) = import_files([write_csv(tmp_path / "after.csv", [training(), training(MCPID="MC-7")])], store, Options())
    assert (after.kept, after.rejected) == (2, 0)


def test_a_person_known_by_two_ids_is_one_from_the_load_that_links_them(store: Store, book: Book) -> None:
    deliver(store, "mail.csv", [training(MpnId="901", MCPID="", TrainingTitle=EXPERT)])
    deliver(store, "mcp.csv", [training(MpnId="902", CorpEmail="")])
    assert merges(store) == []
    assert store.facts(book.catalog).scan("certifications").collect()["person_id"].n_unique() == 2
    deliver(store, "both.csv", [training(MpnId="903", TrainingCompletionDate="23 Aug 2021")])
    people = store.facts(book.catalog).scan("certifications").collect()["person_id"]
    assert people.n_unique() == 1
    (merge,) = merges(store)
    assert merge["goes_by"] == people[0]
    assert merge["load"] == 3
    assert store.facts(book.catalog, load=2).scan("certifications").collect()["person_id"].n_unique() == 2


@pytest.mark.parametrize(("first", "second", "last"), [("2026-08-23", "2027-08-23", date(2027, 8, 23)), ("2027-08-23", "", None)])
def test_of_two_rows_of_one_certificate_the_later_expiry_stands(
    first: str, second: str, last: date | None, store: Store, book: Book
) -> None:
    """I-14: a person known by two ids holds a certificate once, and one that was renewed under the other id has not expired."""
    deliver(
        store,
        "apart.csv",
        [training(MpnId="901", MCPID="", ExpirationDate=first), training(MpnId="901", CorpEmail="", ExpirationDate=second)],
    )
    assert store.facts(book.catalog).scan("certifications").collect().height == 2
    deliver(store, "both.csv", [training(MpnId="902", TrainingTitle=EXPERT)])
    facts = store.facts(book.catalog)
    held = facts.scan("certifications").filter(certification=facts.names["certification"].index("AZ-500")).collect()
    assert held["expires_on"].to_list() == [last]


def test_names_stand_in_no_table_but_that_of_people(store: Store, book: Book) -> None:
    deliver(store, "t.csv", [training()])
    facts = store.facts(book.catalog)
    rows = facts.scan("certifications").collect()
    assert rows["person_name"].null_count() == rows.height == 1
    assert list(facts.names_of_people(rows["person_id"].to_list()).values()) == ["Ada Byron"]
    named = [path for path in store.place.local.rglob("*.parquet") if b"Byron" in path.read_bytes()]
    assert {path.relative_to(store.place.local).parts[0] for path in named} <= {"people"}

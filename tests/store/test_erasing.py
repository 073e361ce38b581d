"""A person's name goes from every file of a store, counts stay, and no later file brings it back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.archive import export_archive, import_archive
from attain.store.checking import faults
from attain.store.erasing import erase_names, forget_verbatim, held_on, ids_of
from attain.store.records import rejects_of
from attain.store.store import Store
from tests.sources.folders import training, write_csv
from tests.store.test_people import EXPERT, deliver

NAME, BYTES = "Ada Byron", b"Byron"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.create(tmp_path / "store")
    deliver(
        store,
        "one.csv",
        [
            training(MpnId="901", MCPID="", TrainingTitle=EXPERT),
            training(MpnId="901", MCPID="", IndividualFirstName="Bo", IndividualLastName="Lee", CorpEmail="bo@contoso.example"),
        ],
    )
    deliver(store, "two.csv", [training(MpnId="902")])
    return store


def _naming(store: Store, text: bytes = BYTES) -> list[Path]:
    return [path for path in store.place.local.rglob("*") if path.is_file() and text in path.read_bytes()]


def _counts(store: Store, book: Book, load: int | None = None) -> list[tuple[object, ...]]:
    rows = store.facts(book.catalog, load=load).scan("certifications").collect()
    return sorted(rows.select("partner_id", "person_id", "certification").iter_rows())


def test_what_is_held_on_a_person_is_given_whole(store: Store) -> None:
    held = held_on(store, ids_of(store, NAME.upper()))
    assert {row["person_name"] for row in held["people"]} >= {NAME}
    assert {row["partner_id"] for row in held["certificates"]} == {"901", "902"}


def test_a_name_goes_from_every_file_and_the_counts_stay(store: Store, book: Book) -> None:
    assert _naming(store)
    before, first = _counts(store, book), _counts(store, book, load=1)
    ids = ids_of(store, NAME)
    load = erase_names(store, ids)
    assert (load.kind, load.number) == ("erasure", 3)
    assert _naming(store) == []
    assert (_counts(store, book), _counts(store, book, load=1)) == (before, first)
    facts = store.facts(book.catalog)
    assert facts.names_of_people(ids) == {}
    assert not [fault for fault in faults(store) if not fault.startswith("note: ")]
    with pytest.raises(AttainError, match="no certified person is called"):
        ids_of(store, NAME)
    # By its id the person is still found: certificates are held.
    assert held_on(store, ids_of(store, ids[0]))["certificates"]


def test_no_later_file_brings_an_erased_name_back(store: Store, book: Book) -> None:
    ids = ids_of(store, NAME)
    erase_names(store, ids)
    deliver(
        store,
        "three.csv",
        [
            training(MpnId="903"),
            training(MpnId="903", IndividualFirstName="Cy", IndividualLastName="Poe", CorpEmail="cy@contoso.example", MCPID="7"),
        ],
    )
    assert _naming(store) == []
    people = store.facts(book.catalog).scan("certifications").collect()["person_id"].to_list()
    assert store.facts(book.catalog).names_of_people(people)
    assert not set(store.facts(book.catalog).names_of_people(people)) & set(ids)


def test_an_archive_of_a_store_without_the_name_comes_back_whole(store: Store, book: Book, tmp_path: Path) -> None:
    erase_names(store, ids_of(store, NAME))
    export_archive(store, tmp_path / "a.tar")
    restored = import_archive(tmp_path / "a.tar", tmp_path / "restored")
    assert not [fault for fault in faults(restored) if not fault.startswith("note: ")]
    assert _counts(restored, book) == _counts(store, book)


def test_a_file_that_was_changed_otherwise_is_still_a_fault(store: Store) -> None:
    erase_names(store, ids_of(store, NAME))
    path = next((store.place.local / "people").glob("*.parquet"))
    path.write_bytes(path.read_bytes() + b"x")
    assert any("not as it was written" in fault for fault in faults(store))


def test_rows_set_aside_lose_their_text_once_they_are_old(store: Store) -> None:
    bad = write_csv(
        store.place.local.parent / "bad.csv", [training(MpnId="904"), training(MpnId="904", TrainingCompletionDate="the day before")]
    )
    import_files([bad], store.place.local, Options(), max_rejects=(1, 1))
    load = store.loads.every()[-1].number
    assert any("the day before" in str(row["value"]) for row in rejects_of(store, load))
    today = dt.datetime.now(dt.UTC).date()
    assert forget_verbatim(store, today) is None
    made = forget_verbatim(store, today + dt.timedelta(days=1))
    assert made is not None
    (row,) = rejects_of(store, load)
    assert (row["value"], row["given"]) == ("", "")
    assert row["reason"]
    assert _naming(store, b"the day before") == []
    assert forget_verbatim(store, today + dt.timedelta(days=1)) is None
    assert not [fault for fault in faults(store) if not fault.startswith("note: ")]

"""A person whom files know by several ids is one in a facts folder, as in a store, whichever file comes first."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from attain.errors import AttainError
from attain.facts.facts import Facts, load
from attain.facts.folder import PEOPLE_FILE
from attain.facts.same_person import read_links
from attain.rulebook.load import load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.people import people_rows
from attain.store.store import Store
from tests.sources.folders import import_one, training, write_csv

DAYS = {"both": "1 Jan 2022", "mail": "1 Jan 2023", "again": "1 Jan 2022", "other": "1 Jan 2024"}


def _files(folder: Path) -> dict[str, Path]:
    """Write files: one that gives two ids of Ada, two that know her by her mail (one tells her first certificate again), one on Bob."""
    rows = {
        "both": training(),
        "mail": training(MCPID="", TrainingTitle="SC-100"),
        # at another location of the account
        "again": training(MCPID="", MpnId="102", ExpirationDate="2028-08-22"),
        "other": training(MCPID="", CorpEmail="bob@contoso.example", TrainingTitle="SC-100"),
    }
    return {name: write_csv(folder / f"{name}.csv", [row | {"TrainingCompletionDate": DAYS[name]}]) for name, row in rows.items()}


def _people(facts: Facts) -> list[tuple[str, str, str]]:
    """Give who holds what until when, people by the order of their ids."""
    rows = facts.scan("certifications").collect()
    numbers = {person: str(number) for number, person in enumerate(sorted(rows["person_id"].unique()))}
    named = [
        (numbers[person], facts.names["certification"][code], str(day))
        for person, code, day in rows.select("person_id", "certification", "expires_on").iter_rows()
    ]
    return sorted(named)


@pytest.mark.parametrize("order", list(permutations(("both", "mail", "again", "other")))[::5])
def test_files_that_know_a_person_by_other_ids_tell_of_one(tmp_path: Path, order: tuple[str, ...]) -> None:
    files, folder, store = _files(tmp_path), tmp_path / "facts", Store.create(tmp_path / "store")
    for name in order:
        import_one(files[name], folder)
        load(folder)
        import_files([files[name]], store.place.local, Options())
    facts = load(folder)
    held = facts.scan("certifications").collect()
    assert held.height == 3
    assert held["person_id"].n_unique() == 2
    assert {day for _, _, day in _people(facts)} == {"2027-08-22", "2028-08-22"}
    of_store = store.facts(load_book().catalog)
    certificates = [sorted(row[1:] for row in _people(one)) for one in (facts, of_store)]
    assert certificates[0] == certificates[1]


def test_what_is_known_of_people_is_kept_once_and_goes_into_a_store_with_the_folder(tmp_path: Path) -> None:
    files, folder = _files(tmp_path), tmp_path / "facts"
    import_one(files["mail"], folder)
    assert not (folder / PEOPLE_FILE).exists()
    import_one(files["both"], folder)
    [link] = read_links(folder / PEOPLE_FILE)
    before = (folder / PEOPLE_FILE).stat().st_mtime_ns
    import_one(write_csv(tmp_path / "more.csv", [training(TrainingTitle="SC-200", TrainingCompletionDate="1 Jan 2025")]), folder)
    assert (folder / PEOPLE_FILE).stat().st_mtime_ns == before
    store = Store.create(tmp_path / "store")
    import_files([folder], store.place.local, Options())
    newest = store.loads.newest()
    assert newest is not None
    assert people_rows(store.place, newest[1]).select("person_id", "other_id").rows() == [link]
    assert store.facts(load_book().catalog).scan("certifications").collect()["person_id"].n_unique() == 1


def test_two_files_of_one_command_tell_of_a_person_together(tmp_path: Path) -> None:
    rows = [training(AADUserId="a-1"), training(AADUserId="a-1", MCPID="", TrainingTitle="SC-100"), training(AADUserId="", MCPID="")]
    days = ("1 Jan 2022", "1 Jan 2023", "1 Jan 2024")
    paths = [write_csv(tmp_path / f"{number}.csv", [rows[number] | {"TrainingCompletionDate": day}]) for number, day in enumerate(days)]
    import_files(paths, tmp_path / "facts", Options())
    assert len(read_links(tmp_path / "facts" / PEOPLE_FILE)) == 3
    assert load(tmp_path / "facts").scan("certifications").collect()["person_id"].n_unique() == 1


def test_a_file_of_people_that_is_none_stops_the_load_and_says_what_to_do(tmp_path: Path) -> None:
    import_one(_files(tmp_path)["both"], tmp_path / "facts")
    (tmp_path / "facts" / PEOPLE_FILE).write_bytes(b"nothing")
    for act in (lambda: load(tmp_path / "facts"), lambda: import_one(_files(tmp_path)["mail"], tmp_path / "facts")):
        with pytest.raises(AttainError, match="restore it from a backup") as caught:
            act()
        assert caught.value.code == "people-broken"
    pl.DataFrame({"person_id": ["a"]}).write_parquet(tmp_path / "facts" / PEOPLE_FILE)
    with pytest.raises(AttainError, match="cannot be read"):
        load(tmp_path / "facts")

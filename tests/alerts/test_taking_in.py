"""A watched folder: each file once, none before it is whole, and one that is refused keeps no other back."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from attain.alerts.taking_in import SETTLED_SECONDS, TakenIn, take_in
from attain.errors import AttainError
from attain.sources.intake import Options
from attain.store.store import Store
from tests.imports.conftest import focus_file

Said = list[str]


@pytest.fixture(params=["store", "folder"])
def into(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A store, or the place of a facts folder."""
    place = tmp_path / "facts"
    if request.param == "store":
        Store.create(place)
    return place


def drop(folder: Path, name: str, content: bytes, age: float = SETTLED_SECONDS + 60) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def taken(folder: Path, into: Path) -> tuple[TakenIn, Said]:
    said: Said = []
    return take_in([folder], into, Options(), said.append), said


def test_new_files_are_imported_once_whatever_they_are_called(into: Path, tmp_path: Path) -> None:
    watched = tmp_path / "incoming"
    first = drop(watched, "october.csv", focus_file())
    told, said = taken(watched, into)
    assert told == TakenIn(imported=1)
    assert said[0].startswith("october.csv: 1 of 1 rows kept, as ")
    assert taken(watched, into) == (TakenIn(already=1), [])
    shutil.copy2(first, watched / "a copy.csv")
    drop(
        watched / "below",
        "november.csv",
        focus_file({"ChargePeriodStart": "2026-11-05 00:00:00", "BillingPeriodStart": "2026-11-01 00:00:00"}),
    )
    told, said = taken(watched, into)
    assert told == TakenIn(imported=1, already=2)
    assert len(said) == 1


def test_a_file_that_is_refused_keeps_no_other_back(into: Path, tmp_path: Path) -> None:
    watched = tmp_path / "incoming"
    drop(watched, "1 notes.csv", b"one,two\n1,2\n", age=1000)
    drop(watched, "2 october.csv", focus_file(), age=100)
    told, said = taken(watched, into)
    assert told == TakenIn(imported=1, refused=1)
    assert said[0].startswith("1 notes.csv: not imported: ")
    told, said = taken(watched, into)
    assert told == TakenIn(already=1, refused=1), "it is said every time, until somebody takes it away"


@pytest.mark.parametrize(("age", "is_taken"), [(SETTLED_SECONDS - 5, False), (SETTLED_SECONDS + 5, True)])
def test_what_may_still_be_written_waits_unless_it_is_named(age: int, is_taken: bool, into: Path, tmp_path: Path) -> None:
    path = drop(tmp_path / "incoming", "october.csv", focus_file(), age=age)
    told, said = taken(tmp_path / "incoming", into)
    assert told == (TakenIn(imported=1) if is_taken else TakenIn(unsettled=1))
    if not is_taken:
        assert said == ["october.csv: still being written, taken the next time"]
        assert take_in([path], into, Options(), said.append) == TakenIn(imported=1)


def test_hidden_and_other_files_are_left_alone(into: Path, tmp_path: Path) -> None:
    watched = tmp_path / "incoming"
    for name in (".hidden.csv", "~$open.xlsx", "october.csv.part", "README", "picture.png"):
        drop(watched, name, focus_file())
    drop(watched / ".trash", "old.csv", focus_file())
    assert taken(watched, into) == (TakenIn(), [])


def test_a_path_that_is_not_there_is_refused(into: Path, tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="there is no such file or folder"):
        taken(tmp_path / "nowhere", into)


def test_older_files_go_first(tmp_path: Path) -> None:
    place = tmp_path / "facts"
    Store.create(place)
    drop(tmp_path / "incoming", "a newer.csv", focus_file({"BilledCost": "9"}), age=100)
    drop(tmp_path / "incoming", "b older.csv", focus_file({"BilledCost": "3"}), age=1000)
    _, said = taken(tmp_path / "incoming", place)
    assert [line.split(":")[0] for line in said] == ["b older.csv", "a newer.csv"]

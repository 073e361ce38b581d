"""Files written beside an import are those that it would have written itself, and none is lost or named before it is whole."""

from __future__ import annotations

import hashlib
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet
import pytest

from attain.errors import AttainError
from attain.facts import usage
from attain.store.delivery import HashedFiles
from attain.store.place import Place
from attain.store.state import State, StoredFile
from attain.store.tables import CONFORMED, SLICE, detail_columns, partitions_of
from attain.store.writing import AT_ONCE, WritingBeside, write_file

parquet: Any = pyarrow.parquet
TABLE = f"{CONFORMED}azure_usage"
ROWS = pl.DataFrame(
    {
        "month": [24_321, 24_321],
        "partner_id": ["1", "2"],
        "tenant_id": ["a", "b"],
        "service": [0, 1],
        "offer": [0, 0],
        "basis": [0, 0],
        "associations": [1, 1],
        "acr": [5, -7],
    },
    schema=usage.COLUMNS["azure_usage"],
)
PART: dict[str, str | None] = {SLICE: "2026-10"}


def test_a_file_written_beside_is_that_which_would_have_been_written(tmp_path: Path) -> None:
    place = Place.of(tmp_path)
    expected = write_file(place, tmp_path / "scratch", TABLE, ROWS, PART, loads={3: 2})
    other = StoredFile("other", 1, 1, "digest")
    with WritingBeside(place, tmp_path / "scratch") as beside:
        promised = [beside.write(TABLE, lambda: ROWS, ROWS.height, PART, {3: 2}) for _ in range(4)]
        assert [(file.rows, file.partition, file.loads) for file in promised] == [(2, PART, {3: 2})] * 4
        state = beside.finished(State(files={TABLE: (other, *promised), "azure_usage": (other,)}))
    assert state.of("azure_usage") == (other,)
    assert state.of(TABLE)[0] == other
    written = state.of(TABLE)[1:]
    assert [file.path for file in written] == [file.path for file in promised]
    assert len({file.path for file in (*written, expected)}) == 5
    for file in written:
        path = tmp_path / TABLE / file.path
        assert (file.size, file.sha256) == (expected.size, expected.sha256)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
        assert pl.read_parquet(path, hive_partitioning=False).equals(ROWS)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_a_file_could_not_be_written_for_is_raised_before_a_state_is_given(tmp_path: Path) -> None:
    def fails() -> pl.DataFrame:
        raise OSError(28, "No space left on device")

    with WritingBeside(Place.of(tmp_path), tmp_path / "scratch") as beside:
        promised = beside.write(TABLE, fails, 2, PART)
        with pytest.raises(OSError, match="No space left"):
            beside.finished(State(files={TABLE: (promised,)}))
    assert not (tmp_path / TABLE).exists()


def test_an_import_that_fails_waits_for_what_is_being_written(tmp_path: Path) -> None:
    go_on = threading.Event()
    made: list[str] = []

    def slow() -> pl.DataFrame:
        assert go_on.wait(10)
        made.append("slow")
        return ROWS

    class Stop(Exception):
        pass

    def work() -> None:
        with WritingBeside(Place.of(tmp_path), tmp_path / "scratch") as beside:
            for _ in range(AT_ONCE):
                beside.write(TABLE, slow, 2, PART)
            threading.Timer(0.2, go_on.set).start()
            raise Stop

    with pytest.raises(Stop):
        work()
    assert made == ["slow"] * AT_ONCE
    assert len(list((tmp_path / TABLE).rglob("*.parquet"))) == AT_ONCE
    assert list((tmp_path / "scratch").iterdir()) == []


def test_no_more_files_are_under_way_at_once_than_memory_is_reckoned_for(tmp_path: Path) -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def rows() -> pl.DataFrame:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.02)
        with lock:
            at_work -= 1
        return ROWS

    with WritingBeside(Place.of(tmp_path), tmp_path / "scratch") as beside:
        promised = tuple(beside.write(TABLE, rows, 2, PART) for _ in range(4 * AT_ONCE))
        assert {file.size > 0 for file in beside.finished(State(files={TABLE: promised})).of(TABLE)} == {True}
    assert most == AT_ONCE


def test_files_are_hashed_beside_and_a_missing_one_is_told_to_who_asks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"month\n")
    (tmp_path / "b.csv").write_bytes(b"")
    found = HashedFiles([("a.csv", tmp_path / "a.csv"), ("b.csv", tmp_path / "b.csv")])
    digests = [hashlib.sha256(content).hexdigest() for content in (b"month\n", b"")]
    assert len(found) == 2
    assert list(found) == [{"name": "a.csv", "sha256": digests[0]}, {"name": "b.csv", "sha256": digests[1]}]
    assert found[1:] == [{"name": "b.csv", "sha256": digests[1]}]
    gone = HashedFiles([("c.csv", tmp_path / "c.csv")])
    with pytest.raises(FileNotFoundError):
        list(gone)


def test_detail_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    table = "azure_usage"
    types = {name: kind for name, kind in detail_columns(table).items() if name not in partitions_of(table)}
    cells: dict[str, list[object]] = {name: ["a", None, "\u00e9"] for name, kind in types.items() if kind == pl.String()}
    cells |= {"acr_usd": [Decimal("-99999999999999.9999"), Decimal("0.0001"), None], "load_id": [1, 2, 3]}
    rows = pl.DataFrame(cells, schema=types)
    part: dict[str, str | None] = {"month": "2026-10-01", "source": "contract"}
    file = write_file(Place.of(tmp_path), tmp_path / "scratch", table, rows, part)
    path = tmp_path / table / file.path
    assert pl.read_parquet(path, hive_partitioning=False).equals(rows)
    found = parquet.ParquetFile(path)
    coded = rows.with_columns(pl.col("partner_id", "service").cast(pl.Enum(["\u00e9", "unused", "a"])))
    again = write_file(Place.of(tmp_path), tmp_path / "scratch", table, coded, part)
    assert pl.read_parquet(tmp_path / table / again.path, hive_partitioning=False).equals(rows)
    # other tools learn no types of Arrow's own from it, and partners are looked for by their bounds
    assert found.schema_arrow.metadata is None
    bounds = {found.metadata.row_group(0).column(place).path_in_schema: place for place in range(len(types))}
    assert found.metadata.row_group(0).column(bounds["partner_id"]).statistics.min == "a"


def test_a_file_that_changes_before_it_is_hashed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"month\n")
    found, known = HashedFiles([(path.name, path)]), HashedFiles([(path.name, path)])
    digest = known[0]
    with path.open("ab") as stream:
        stream.write(b"2026-10\n")
    with pytest.raises(AttainError) as error:
        list(found)
    assert (error.value.code, error.value.where) == ("file-changed", str(path))
    assert known[0] == digest

"""Importers that are killed, importers that run together: nothing is lost, nothing is there twice, no reader sees half."""

from __future__ import annotations

import random
from pathlib import Path

from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.state import StoredFile
from attain.store.store import SCRATCH, Store
from attain.store.tables import DeltaFiles
from tests.store.importers import PROCESSES, check_every_load, import_all, importer, said_by, write_files

KILLS = 20
LONGEST = 0.8
"""Seconds after which an importer is killed at the latest; a load takes a fraction of it."""


def test_an_importer_killed_at_any_moment_loses_nothing_and_the_next_one_heals(tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    paths = write_files(tmp_path / "files", "500", 40, 12)
    chance, midway = random.Random(20), 0
    for _ in range(KILLS):
        process, started = importer(store.place.root, paths)
        assert started.wait(60)
        process.join(chance.uniform(0, LONGEST))
        process.kill()
        process.join()
        check_every_load(store, paths)
        midway += (tmp_path / "store" / SCRATCH).exists()
    assert midway > 0
    done = PROCESSES.Event()
    import_all(store.place.root, paths, done)
    held = check_every_load(store, paths)
    expected: dict[tuple[str, str, str], object] = {}
    for path in paths:
        expected |= said_by(path)
    assert held == expected
    assert not (tmp_path / "store" / SCRATCH).exists()
    assert store.facts(book.catalog).months["azure_usage"]["acr"] == tuple(range(2024 * 12, 2024 * 12 + 28))


def test_what_an_import_left_before_its_load_is_seen_by_no_one_and_goes_with_the_next(tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    paths = write_files(tmp_path / "files", "500", 2, 0)
    import_files(paths[:1], store.place.local, Options())
    newest = store.loads.newest()
    assert newest is not None
    (file,) = newest[1].of("azure_usage")
    left = StoredFile("month=2030-01-01/source=insights/left.parquet", 1, 1, "", {"month": "2030-01-01", "source": "insights"})
    DeltaFiles(store.place, "azure_usage").hold([left])
    assert DeltaFiles(store.place, "azure_usage").open().version() == newest[0].versions["azure_usage"] + 1
    check_every_load(store, paths)
    import_files(paths[1:], store.place.local, Options())
    check_every_load(store, paths)
    held = DeltaFiles(store.place, "azure_usage").open().file_uris()
    assert any(uri.endswith(file.path.rpartition("/")[2]) for uri in held)
    assert not any("2030-01-01" in uri for uri in held)


def test_two_importers_and_a_reader(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    ours, theirs = write_files(tmp_path / "ours", "500", 6, 2), write_files(tmp_path / "theirs", "600", 6, 2)
    begun = [importer(store.place.root, paths) for paths in (ours, theirs)]
    both = [process for process, _ in begun]
    read = 0
    while any(process.is_alive() for process in both):
        check_every_load(store, [*ours, *theirs])
        read += 1
    assert [process.exitcode for process in both] == [0, 0]
    held = check_every_load(store, [*ours, *theirs])
    expected: dict[tuple[str, str, str], object] = {}
    for path in (*ours, *theirs):
        expected |= said_by(path)
    assert held == expected
    assert read > 0
    assert len(store.loads.every()) == len(ours) + len(theirs)

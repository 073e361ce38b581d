"""Checking, compacting, exporting and restoring a store; and what the system refuses."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.facts.facts import load
from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.archive import export_archive, export_tables, import_archive
from attain.store.checking import faults, leftovers
from attain.store.compacting import compact
from attain.store.delivery import of_folder
from attain.store.store import Store
from attain.workspace import Workspace
from tests.sources.folders import training, write_csv
from tests.sources.reports import row
from tests.store.conftest import DAY
from tests.store.importers import check_every_load, write_files


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return write_files(tmp_path / "files", "500", 4, 1)


@pytest.fixture
def store(tmp_path: Path, files: list[Path]) -> Store:
    made = Store.create(tmp_path / "store")
    import_files(files, made.place.local, Options())
    return made


def test_a_sound_store_has_no_fault(store: Store) -> None:
    assert list(faults(store)) == []
    assert leftovers(store) == []


def test_a_changed_and_a_missing_file_are_found(store: Store) -> None:
    newest = store.loads.newest()
    assert newest is not None
    first, second = (store.place.local / "azure_usage" / file.path for file in newest[1].of("azure_usage")[:2])
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    second.unlink()
    found = "\n".join(faults(store))
    assert "the file is not as it was written" in found
    assert "the file is missing" in found


def test_a_table_whose_log_is_gone_is_found(store: Store) -> None:
    for path in (store.place.local / "azure_usage" / "_delta_log").glob("*3.json"):
        path.unlink()
    assert any("azure_usage" in fault for fault in faults(store))


def test_what_a_killed_import_left_is_told_as_a_note(store: Store) -> None:
    (store.place.local / "azure_usage" / "left.parquet").write_bytes(b"left")
    assert leftovers(store) == [("azure_usage/left.parquet", 4)]
    assert list(faults(store)) == []


def test_compacting_keeps_every_load(store: Store, files: list[Path], tmp_path: Path, book: Book) -> None:
    for number in range(2):
        path = write_csv(tmp_path / f"t{number}.csv", [training(MpnId=f"90{number}", MCPID=f"{number}{place}") for place in range(3)])
        import_files([path], store.place.local, Options(keep_names=True))
    before = store.facts(book.catalog)
    done = compact(store)
    assert done is not None
    assert (done.kind, done.number) == ("compact", len(files) + 3)
    after = store.facts(book.catalog)
    people = after.scan("certifications").collect()["person_id"].to_list()
    assert after.names_of_people(people) == before.names_of_people(people) != {}
    assert after.digest != "" and after.names == before.names
    assert compact(store) is None
    assert list(faults(store)) == []


def test_an_archive_restores_to_an_equal_store(store: Store, files: list[Path], tmp_path: Path, book: Book) -> None:
    (store.place.local / ".attain-person-key").write_text("secret", encoding="ascii")
    assert export_archive(store, tmp_path / "store.tar") > 0
    again = import_archive(tmp_path / "store.tar", tmp_path / "again")
    assert again.identity == store.identity
    assert again.loads.every() == store.loads.every()
    assert again.facts(book.catalog).digest == store.facts(book.catalog).digest
    check_every_load(again, files)
    assert list(faults(again)) == []
    assert not (tmp_path / "again" / ".attain-person-key").exists()
    with pytest.raises(AttainError, match="a store already"):
        import_archive(tmp_path / "store.tar", tmp_path / "again")
    with pytest.raises(AttainError, match="the file exists"):
        export_archive(store, tmp_path / "store.tar")


def test_a_cut_archive_is_refused(store: Store, tmp_path: Path) -> None:
    export_archive(store, tmp_path / "store.tar")
    content = (tmp_path / "store.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(content[: len(content) // 2])
    with pytest.raises(AttainError, match="no whole archive"):
        import_archive(tmp_path / "cut.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_tables_written_out_are_a_facts_folder_that_scores_the_same(demo: Path, tmp_path: Path, book: Book, kind: str) -> None:
    store = Store.create(tmp_path / "store")
    store.take([of_folder(demo)], book.catalog)
    export_tables(store, tmp_path / "tables", kind)
    assert load(tmp_path / "tables").report.rejects == ()
    ours, theirs = Workspace.open(tmp_path / "tables", book=book), Workspace.open(demo, book=book)
    assert ours.score(DAY).contract().equals(theirs.score(DAY).contract())


IMPORT = "import sys; from attain.cli.app import main; sys.argv = ['attain', *sys.argv[1:]]; main()"


def attain(*arguments: str, file_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if file_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    return subprocess.run([sys.executable, "-c", IMPORT, *arguments], capture_output=True, text=True, check=False, preexec_fn=limit)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_tables_that_are_not_whole_are_not_there(store: Store, tmp_path: Path, kind: str) -> None:
    """A part of them is a facts folder, too, and would score as if it were all."""
    done = attain("store", "export", str(store.place.local), str(tmp_path / "tables"), "--tables", kind, file_bytes=100)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"attain: {tmp_path / 'tables'}: file too large (free some space")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir() if "tables" in path.name] == []
    (tmp_path / "tables").mkdir()
    done = attain("store", "export", str(store.place.local), str(tmp_path / "tables"), "--tables", kind)
    assert done.returncode == 0, done.stderr
    assert load(tmp_path / "tables").tables


@pytest.mark.parametrize("file_bytes", [300, 700, 3_000, 9_000])
def test_a_disk_that_takes_no_more_is_one_clear_line(store: Store, files: list[Path], tmp_path: Path, file_bytes: int) -> None:
    """Whatever is being written when the disk is full: the rows of the file, the tables, or a commit."""
    more = write_files(tmp_path / "more", "700", 1, 0)
    done = attain("import", str(more[0]), "--into", store.place.root, file_bytes=file_bytes)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("attain: ")
    assert "file too large" in line.casefold()
    check_every_load(store, files)
    assert attain("import", str(more[0]), "--into", store.place.root).returncode == 0
    check_every_load(store, [*files, *more])


def test_a_facts_folder_keeps_the_families_of_what_was_imported_into_it(tmp_path: Path, book: Book) -> None:
    folder = tmp_path / "facts"
    dynamics = row("insights_dynamics_usage", SKU="Power BI Pro", RevSumCategoryName="Power BI")
    for number, said in enumerate((dynamics, row("insights_power_bi_usage"))):
        import_files([write_csv(tmp_path / f"{number}.csv", [said])], folder, Options())
    store = Store.create(tmp_path / "store")
    import_files([folder], store.place.local, Options())
    newest = store.loads.newest()
    assert newest is not None
    assert {file.partition["source"] for file in newest[1].of("workload_usage")} == {"insights_dynamics_usage", "insights_power_bi_usage"}
    assert [fault for fault in faults(store) if not fault.startswith("note: ")] == []
    assert store.facts(book.catalog).scan("workload_usage").collect().height == load(folder).scan("workload_usage").collect().height

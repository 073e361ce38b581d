"""An archive that is not what a store wrote is refused before anything of it is written, and a restored store knows people again."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.sources.people import KEY_FILE
from attain.store.archive import CONTENTS, export_archive, import_archive
from attain.store.store import Store
from tests.sources.folders import training, usage, write_csv

Members = dict[str, bytes]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    import_files([write_csv(tmp_path / "u.csv", [usage()]), write_csv(tmp_path / "t.csv", [training()])], made.place.local, Options())
    return made


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "store.tar"
    export_archive(store, path)
    return path


def members_of(archive: Path) -> Members:
    with tarfile.open(archive) as opened:
        return {member.name: stream.read() for member in opened if (stream := opened.extractfile(member)) is not None}


def written(members: Members, path: Path, more: tuple[tarfile.TarInfo, ...] = ()) -> Path:
    with tarfile.open(path, "w") as made:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
        for member in more:
            made.addfile(member)
    return path


def listed(members: Members, **others: bytes) -> Members:
    """Add members with their digests, as one who forges an archive would."""
    digests: dict[str, str] = json.loads(members[CONTENTS])
    digests |= {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    return {**members, **others, CONTENTS: json.dumps(digests).encode()}


def a_table_missing(members: Members) -> Members:
    return {name: content for name, content in members.items() if not name.startswith("loads/")}


def a_byte_changed(members: Members) -> Members:
    name = next(name for name in members if name.endswith(".parquet"))
    return {**members, name: bytes([members[name][0] ^ 1]) + members[name][1:]}


def no_contents(members: Members) -> Members:
    return {name: content for name, content in members.items() if name != CONTENTS}


def contents_of_another_kind(members: Members) -> Members:
    return {**members, CONTENTS: b'["attain-store.json"]'}


def no_store(members: Members) -> Members:
    digest = hashlib.sha256(members["loads/_delta_log/00000000000000000000.json"]).hexdigest()
    return {
        "loads/_delta_log/00000000000000000000.json": members["loads/_delta_log/00000000000000000000.json"],
        CONTENTS: json.dumps({"loads/_delta_log/00000000000000000000.json": digest}).encode(),
    }


def not_listed(members: Members) -> Members:
    return {"azure_usage/more.parquet": b"more", **members}


FORGED = (a_table_missing, a_byte_changed, no_contents, contents_of_another_kind, no_store, not_listed)


@pytest.mark.parametrize("forge", FORGED, ids=lambda forge: forge.__name__)
def test_an_archive_that_is_not_whole_is_refused(archive: Path, tmp_path: Path, forge: Callable[[Members], Members]) -> None:
    forged = written(forge(members_of(archive)), tmp_path / "forged.tar")
    with pytest.raises(AttainError) as refused:
        import_archive(forged, tmp_path / "again")
    assert refused.value.code == "archive-broken"
    assert refused.value.where == str(forged)
    assert not (tmp_path / "again").exists()


def test_wherever_an_archive_is_cut_it_is_refused(archive: Path, tmp_path: Path) -> None:
    content = archive.read_bytes()
    cut = tmp_path / "cut.tar"
    # the last blocks of a tar are empty: without them nothing is lost
    whole = len(content.rstrip(b"\0"))
    for place in (0, 1, 100, 511, 512, 600, 1024, *(whole * part // 12 for part in range(1, 12)), whole - 1):
        cut.write_bytes(content[:place])
        with pytest.raises(AttainError) as refused:
            import_archive(cut, tmp_path / "again")
        assert refused.value.code == "archive-broken"
        assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["../outside", "/outside", "azure_usage/../../outside", "loads//outside", "a\\..\\outside", "c:/outside"])
def test_a_name_that_leads_elsewhere_is_refused(archive: Path, tmp_path: Path, name: str) -> None:
    forged = written(listed(members_of(archive), **{name: b"x"}), tmp_path / "forged.tar")
    with pytest.raises(AttainError) as refused:
        import_archive(forged, tmp_path / "below" / "again")
    assert refused.value.code == "archive-broken"
    assert "outside" in refused.value.message
    assert not list(tmp_path.rglob("outside"))
    assert not (tmp_path / "below").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_what_is_no_file_is_refused(archive: Path, tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("loads/link")
    member.type, member.linkname = kind, "../../outside"
    forged = written(members_of(archive), tmp_path / "forged.tar", (member,))
    with pytest.raises(AttainError, match="loads/link") as refused:
        import_archive(forged, tmp_path / "again")
    assert refused.value.code == "archive-broken"
    assert not (tmp_path / "again").exists()


def test_an_archive_brings_no_key(archive: Path, tmp_path: Path) -> None:
    forged = written(listed(members_of(archive), **{KEY_FILE: b"ab" * 32}), tmp_path / "forged.tar")
    with pytest.raises(AttainError, match=KEY_FILE):
        import_archive(forged, tmp_path / "again")


def test_an_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="no such file") as refused:
        import_archive(tmp_path / "none.tar", tmp_path / "again")
    assert refused.value.code == "file-missing"


def test_with_its_key_a_restored_store_knows_the_same_people(store: Store, archive: Path, tmp_path: Path, book: Book) -> None:
    key, again = store.place.local / KEY_FILE, tmp_path / "again"
    said = CliRunner().invoke(app, ["store", "import-archive", str(archive), str(again), "--person-key", str(key)])
    assert said.exit_code == 0, said.output
    assert "the key of people is not there" not in said.stderr
    assert (again / KEY_FILE).stat().st_mode & 0o777 == 0o600
    more = write_csv(tmp_path / "more.csv", [training(TrainingCompletionDate="23 Aug 2021")])
    import_files([more], again, Options(), replace_all=True)
    people = Store.open(again).facts(book.catalog).scan("certifications").collect()["person_id"]
    before = store.facts(book.catalog).scan("certifications").collect()["person_id"]
    assert set(people) == set(before)


def test_without_its_key_files_about_people_are_refused_and_no_other_key_is_made(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    said = CliRunner().invoke(app, ["store", "import-archive", str(archive), str(again)])
    assert "the key of people is not there" in said.stderr
    more = write_csv(tmp_path / "more.csv", [training(MCPID="MC-7")])
    for _ in range(2):
        with pytest.raises(AttainError) as refused:
            import_files([more], again, Options())
        assert refused.value.code == "person-key-missing"
        assert not (again / KEY_FILE).exists()
    [report] = import_files([write_csv(tmp_path / "usage.csv", [usage(Month="2026-09-01")])], again, Options())
    assert report.kept == 1


def test_another_key_is_not_brought(store: Store, archive: Path, tmp_path: Path) -> None:
    del store
    for text, code in (("ab" * 32, "person-key-other"), ("ab", "person-key-broken"), ("\xe9", "person-key-broken")):
        (tmp_path / "key").write_text(text, encoding="utf-8")
        again = tmp_path / code / text[:2]
        said = CliRunner().invoke(app, ["store", "import-archive", str(archive), str(again), "--person-key", str(tmp_path / "key")])
        assert isinstance(said.exception, AttainError)
        assert said.exception.code == code
        assert not (again / KEY_FILE).exists()

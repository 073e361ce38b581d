"""A store in one file, and back: an uncompressed tar of its files (Parquet is packed already), each with its digest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import polars as pl
from pydantic import TypeAdapter

from attain.errors import AttainError
from attain.facts.disk import writing_into
from attain.facts.schema import TABLES
from attain.store.delivery import DIMENSIONS
from attain.store.detail import scan_detail
from attain.store.loads import read_marker
from attain.store.place import MARKER, Place
from attain.store.precedence import merged_cells
from attain.store.store import SCRATCH, Store

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENTS = "contents.json"
COPIED_BYTES = 8 << 20
NOT_TAKEN = (SCRATCH, ".attain-lock", ".attain-person-key")
"""The key of people stays where it is: an archive may go to others."""


def export_archive(store: Store, target: Path, say: Callable[[str], None] = lambda _text: None) -> int:
    """Write all that a store holds into one file, and give the number of its files; an import that runs meanwhile is waited for.

    Raises AttainError `file-exists`.
    """
    if target.exists():
        raise AttainError("file-exists", "the file exists", str(target), "name another file")
    with store.importing(say) as scratch:
        draft = target.with_name(f"{target.name}.part")
        digests: dict[str, str] = {}
        try:
            with tarfile.open(draft, "w") as archive:
                for name, _ in store.place.names():
                    if name.startswith(NOT_TAKEN) or name.endswith(".tmp"):
                        continue
                    copy = scratch / "copy"
                    store.place.get(name, copy)
                    with copy.open("rb") as stream:
                        digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
                    archive.add(copy, arcname=name)
                contents = scratch / CONTENTS
                contents.write_text(json.dumps(digests), encoding="utf-8")
                # last: an archive that was cut off has none
                archive.add(contents, arcname=CONTENTS)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return len(digests)


def import_archive(archive: Path, target: Path | str) -> Store:
    """Make an equal store from an archive, in a missing or empty folder or below an `s3://` URL; all of the archive is checked first.

    Raises AttainError `file-missing`, `archive-broken`, `store-exists`, `not-empty`.
    """
    place = Place.of(target)
    if place.read(MARKER) is not None:
        raise AttainError("store-exists", "this is a store already", place.root, "name a folder that does not exist yet")
    if next(place.names(), None) is not None:
        raise AttainError("not-empty", "the folder holds files", place.root, "name a folder that does not exist yet")
    if not archive.is_file():
        raise AttainError("file-missing", "no such file", str(archive), "name an archive that attain store export wrote")
    try:
        with tarfile.open(archive, "r:") as opened:
            members = _checked(opened, archive)
            with tempfile.TemporaryDirectory(prefix="attain-") as scratch:
                for name in sorted(members, key=lambda name: (name == MARKER, name)):
                    copy = Path(scratch) / "copy"
                    with _stream(opened, members[name]) as source, copy.open("wb") as made:
                        shutil.copyfileobj(source, made, COPIED_BYTES)
                    # last the marker: a place that was filled in part is no store
                    place.put(copy, name)
    except tarfile.TarError as error:
        raise _broken(archive, "this is no whole archive of a store") from error
    return Store(place, read_marker(place))


def _checked(opened: tarfile.TarFile, archive: Path) -> dict[str, tarfile.TarInfo]:
    """Give the files of an archive by name, each compared with its digest. Nothing of it is written anywhere before."""
    members: dict[str, tarfile.TarInfo] = {}
    for member in opened.getmembers():
        if not member.isreg() or not _is_below(member.name) or member.name in members:
            raise _broken(archive, f"{member.name!r} is nothing that a store holds")
        members[member.name] = member
    contents = members.pop(CONTENTS, None)
    if contents is None:
        raise _broken(archive, "this is no whole archive of a store")
    try:
        with _stream(opened, contents) as stream:
            digests = TypeAdapter(dict[str, str]).validate_json(stream.read())
    except ValueError as error:
        raise _broken(archive, f"{CONTENTS} cannot be read") from error
    if missing := sorted({*digests, MARKER} - members.keys()):
        raise _broken(archive, f"{missing[0]} is not in it")
    for name, member in members.items():
        with _stream(opened, member) as stream:
            if _digest(stream) != digests.get(name):
                raise _broken(archive, f"{name} is not as it was written")
    return members


def _stream(opened: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = opened.extractfile(member)
    if stream is None:
        raise tarfile.ReadError(member.name)
    return stream


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(COPIED_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _is_below(name: str) -> bool:
    """Say whether a name stays below the root of a store, and is none of what an archive never takes."""
    parts = name.split("/")
    return not {"", ".", ".."} & set(parts) and "\\" not in name and ":" not in parts[0] and not name.startswith(NOT_TAKEN)


def _broken(archive: Path, message: str) -> AttainError:
    return AttainError("archive-broken", message, str(archive), "copy or export it again")


def export_tables(store: Store, target: Path, kind: str) -> dict[str, int]:
    """Write the newest rows of every contract table as Parquet or CSV files, as a facts folder of the data contract; gives rows by table.

    Usage is a file a month and source; rows whose source carries no associations are in files of their own, without that column.
    The folder is there once it is whole: a part of it would score as if it were all. Raises AttainError `not-empty`, and what
    `attain.facts.disk.writing_into` raises.
    """
    if target.exists() and any(target.iterdir()):
        raise AttainError("not-empty", "the folder holds files", str(target), "name a folder that does not exist yet")
    # beside what a link leads to
    whole = target.resolve()
    draft = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        with writing_into(whole):
            draft.mkdir(parents=True)
            rows = _tables(store, draft, kind)
            if target.exists():
                whole.rmdir()
            draft.rename(whole)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return rows


def _tables(store: Store, target: Path, kind: str) -> dict[str, int]:
    newest = store.loads.newest()
    rows: dict[str, int] = {}
    for table in TABLES:
        files = newest[1].of(table) if newest else ()
        if table in DIMENSIONS and files:
            frame = merged_cells(table, scan_detail(store.place, table, files).collect())
            _write(frame, target / f"{table}.{kind}")
            rows[table] = frame.height
            continue
        for number, file in enumerate(files):
            frame = scan_detail(store.place, table, [file]).drop("load_id", "source").collect()
            name = "-".join(str(value)[:7] if key == "month" else str(value) for key, value in sorted(file.partition.items()))
            for suffix, part in _by_associations(frame):
                if part.height:
                    path = target / table / f"{name}-{number}{suffix}.{kind}"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    _write(part, path)
            rows[table] = rows.get(table, 0) + frame.height
    return rows


def _by_associations(frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    if "associations" not in frame.columns:
        return [("", frame)]
    bare = pl.col("associations").is_null()
    return [("", frame.filter(~bare)), ("-bare", frame.filter(bare).drop("associations"))]


def _write(rows: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        months = [pl.col("month").dt.strftime("%Y-%m")] if "month" in rows.columns else []
        rows.with_columns(months).write_csv(path)
    else:
        rows.write_parquet(path, compression="zstd")

"""A store in one file, and back: an uncompressed tar of its files (Parquet is packed already), each with its digest."""

from __future__ import annotations

import hashlib
import json
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
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
    """Make an equal store from an archive, in a missing or empty folder or below an `s3://` URL; its files are checked first.

    Raises AttainError `archive-broken`, `store-exists`, `not-empty`.
    """
    place = Place.of(target)
    if place.read(MARKER) is not None:
        raise AttainError("store-exists", "this is a store already", place.root, "name a folder that does not exist yet")
    if next(place.names(), None) is not None:
        raise AttainError("not-empty", "the folder holds files", place.root, "name a folder that does not exist yet")
    with tempfile.TemporaryDirectory(prefix="attain-") as scratch:
        names = _unpacked(archive, Path(scratch))
        for name in sorted(names, key=lambda name: (name == MARKER, name)):
            place.put(Path(scratch) / name, name)
    return Store(place, read_marker(place))


def _unpacked(archive: Path, scratch: Path) -> list[str]:
    broken = AttainError("archive-broken", "this is no whole archive of a store", str(archive), "copy or export it again")
    try:
        with tarfile.open(archive, "r") as opened:
            opened.extractall(scratch, filter="data")
        digests: dict[str, str] = json.loads((scratch / CONTENTS).read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError) as error:
        raise broken from error
    for name, digest in digests.items():
        with (scratch / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise AttainError("archive-broken", f"{name} is not as it was written", str(archive), "copy or export it again")
    return list(digests)


def export_tables(store: Store, target: Path, kind: str) -> dict[str, int]:
    """Write the newest rows of every contract table as Parquet or CSV files, as a facts folder of the data contract; gives rows by table.

    Usage is a file a month and source; rows whose source carries no associations are in files of their own, without that column.
    Raises AttainError `not-empty`.
    """
    if target.exists() and any(target.iterdir()):
        raise AttainError("not-empty", "the folder holds files", str(target), "name a folder that does not exist yet")
    newest = store.loads.newest()
    rows: dict[str, int] = {}
    for table in TABLES:
        files = newest[1].of(table) if newest else ()
        if table in DIMENSIONS and files:
            frame = merged_cells(table, scan_detail(store.place, table, files).collect())
            target.mkdir(parents=True, exist_ok=True)
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

"""The files of a facts folder: which table each one holds, and the faults that refuse a whole file before a row is read."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError, misspelled, nearest
from attain.facts.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection

    from attain.facts.in_memory import InMemory

FORMATS = {".csv": "csv", ".parquet": "parquet"}
ARCHIVES = (".zip", ".gz", ".gzip", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz", ".rar")
OURS = ("rejects", "rejects.csv")
"""What Attain itself leaves in the folder."""
LEDGER_FILE = ".attain-imports.json"
"""The record of the imports into the folder."""
PEOPLE_FILE = ".attain-people.parquet"
"""The ids that imports into the folder found to be of one person."""
MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "a Parquet file"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"SQLite format 3", "an SQLite database"),
    (b"%PDF", "a PDF"),
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a contract table. `name` is its path below the folder, with forward slashes; `size` is in bytes.

    `family` is that of the source whose import wrote it, empty for a file of the user's own. A file of the format `memory` was never
    written: its rows are in `rows`.
    """

    table: str
    path: Path
    name: str
    format: str
    size: int
    modified: int
    family: str = ""
    rows: tuple[InMemory, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FactsFolder:
    """A facts folder as found: its files in the order of the contract, and remarks on what was left unread.

    `unread` are those of the `warnings` that tell of a file which seems meant to be read.
    """

    path: Path
    files: tuple[SourceFile, ...]
    warnings: tuple[str, ...]
    unread: tuple[str, ...] = ()

    @property
    def people(self) -> Path | None:
        """Find the file of ids that are of one person, see `same_person`; None where imports found none."""
        path = self.path / PEOPLE_FILE
        return path if path.is_file() else None

    @property
    def tables(self) -> frozenset[str]:
        """Name the contract tables that the folder holds."""
        return frozenset(file.table for file in self.files)

    def of(self, table: str) -> tuple[SourceFile, ...]:
        """Give the files of one table, by name."""
        return tuple(file for file in self.files if file.table == table)


def open_folder(source: Path | str) -> FactsFolder:
    """Find the contract tables in a folder: `azure_usage.csv`, `azure_usage.parquet`, or a folder of such files with that name.

    Raises AttainError for what refuses the load before a row is read: no such folder, no table in it, a table given twice, an archive,
    a link that leaves the folder, an empty file, a file that is not what its name says.
    """
    folder = Path(source)
    if not folder.exists():
        raise AttainError(
            "no-such-folder",
            "there is no such folder",
            where=str(folder),
            hint="give the folder that holds azure_usage.csv and the other tables",
        )
    if not folder.is_dir():
        raise AttainError(
            "not-a-folder",
            "this is a file, not a facts folder",
            where=str(folder),
            hint="give the folder that holds azure_usage.csv and the other tables",
        )
    root = folder.resolve()
    found: dict[str, list[SourceFile]] = {}
    origins: dict[str, set[str]] = {}
    others: list[tuple[Path, str]] = []
    unread: list[str] = []
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.name.startswith((".", "_")) or entry.name.casefold() in OURS:
            continue
        stem = entry.name.casefold() if entry.is_dir() else entry.stem.casefold()
        _refuse_archive(entry, entry.name)
        if stem not in TABLES or (not entry.is_dir() and entry.suffix.casefold() not in FORMATS):
            others.append((entry, stem))
            continue
        origins.setdefault(stem, set()).add(entry.name)
        found.setdefault(stem, []).extend(_files(entry, stem, root, unread))
    for table, names in origins.items():
        if len(names) > 1:
            given = " and ".join(sorted(names))
            raise AttainError(
                "table-given-twice",
                f"the table {table} is given twice: {given}",
                where=str(folder),
                hint="keep one of them; several files of a table go into a folder with the table's name",
            )
    if not found:
        raise AttainError(
            "no-tables",
            "no contract table is in this folder",
            where=str(folder),
            hint=f"expected files such as azure_usage.csv or azure_usage.parquet; tables: {', '.join(TABLES)}",
        )
    families = _families(folder)
    ordered = tuple(replace(file, family=families.get(file.name, "")) for table in TABLES for file in found.get(table, ()))
    for file in ordered:
        _refuse_disguise(file)
    unread = [_unread(entry, stem, origins) for entry, stem in others if _meant(entry, stem)] + unread
    plainly_others = [_unread(entry, stem, origins) for entry, stem in others if not _meant(entry, stem)]
    return FactsFolder(folder, ordered, (*unread, *plainly_others), tuple(unread))


def _families(folder: Path) -> dict[str, str]:
    """Give the families of the files that imports wrote, by name, from the record of imports where there is one that can be read."""
    try:
        imports = json.loads((folder / LEDGER_FILE).read_text(encoding="utf-8"))["imports"]
        return {name: entry["family"] for entry in imports for name in entry["tables"].values()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # the next import says what is wrong with it; to a load every file is then the user's own
        return {}


def _files(entry: Path, table: str, root: Path, unread: list[str]) -> list[SourceFile]:
    _inside(entry, root, entry.name)
    if not entry.is_dir():
        return [_source(entry, table, entry.name)]
    files: list[SourceFile] = []
    for path in sorted(entry.iterdir(), key=lambda path: path.name):
        name = f"{entry.name}/{path.name}"
        if path.name.startswith((".", "_")):
            continue
        _refuse_archive(path, name)
        _inside(path, root, name)
        if path.is_dir() or path.suffix.casefold() not in FORMATS:
            unread.append(f"{name}: not read; the files of a table are .csv or .parquet, directly in the folder {entry.name}")
            continue
        files.append(_source(path, table, name))
    if not files:
        raise AttainError(
            "no-files",
            f"the folder of the table {table} holds no .csv or .parquet file",
            where=entry.name,
            hint="put its files there or remove the folder",
        )
    return files


def _inside(path: Path, root: Path, name: str) -> None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise AttainError("broken-link", "this link leads nowhere", where=name, hint="put the file itself into the folder") from error
    if not target.is_relative_to(root):
        raise AttainError(
            "outside-folder", f"this link leads out of the folder, to {target}", where=name, hint="put the file itself into the folder"
        )


def _source(path: Path, table: str, name: str) -> SourceFile:
    try:
        status = path.stat()
    except OSError as error:
        raise AttainError(
            "unreadable-file", f"the file cannot be read: {error.strerror}", where=name, hint="check its permissions"
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise AttainError("not-a-file", "this is no regular file", where=name, hint="put an ordinary .csv or .parquet file into the folder")
    if status.st_size == 0:
        raise AttainError(
            "empty-file",
            "the file is empty, without even a header row",
            where=name,
            hint="export it again, or remove it if the table is not available",
        )
    return SourceFile(table, path, name, FORMATS[path.suffix.casefold()], status.st_size, status.st_mtime_ns)


def _refuse_archive(path: Path, name: str) -> None:
    if not path.is_dir() and path.suffix.casefold() in ARCHIVES:
        raise AttainError(
            "archive",
            "archives are not opened",
            where=name,
            hint="unpack it yourself, check what is in it, and put the .csv or .parquet files into the folder",
        )


def _meant(entry: Path, stem: str) -> bool:
    """Say whether an entry that is not read seems meant to be: its name is a table's, or a slip of one, and it can hold rows."""
    return stem in TABLES or ((entry.is_dir() or entry.suffix.casefold() in FORMATS) and misspelled(stem, TABLES) is not None)


def _unread(entry: Path, stem: str, given: Collection[str]) -> str:
    """Word that an entry is not read, and what to do; `given` names the tables that other entries hold."""
    if stem in TABLES:
        return f"{entry.name}: not read; save the table {stem} as .csv or .parquet (or use attain import)"
    line = f"{entry.name}: not read, it is no contract table"
    meant = misspelled(stem, TABLES)
    near = meant or next(iter(nearest(stem, TABLES)), None)
    if near is None:
        return line
    if near in given:
        return f"{line}; if it is part of {near}, put the files of that table into a folder {near}" if meant else line
    ending = "" if entry.is_dir() else entry.suffix if entry.suffix.casefold() in FORMATS else ".csv"
    return f"{line}; did you mean {near}{ending}?"


def _refuse_disguise(file: SourceFile) -> None:
    with file.path.open("rb") as stream:
        head = stream.read(65536)
        stream.seek(max(0, file.size - 4))
        tail = stream.read(4)
    actual = next((label for magic, label in MAGICS if head.startswith(magic)), None)
    if file.format == "parquet":
        if not (head.startswith(b"PAR1") and tail == b"PAR1"):
            cut = head.startswith(b"PAR1")
            message = (
                "the Parquet file is cut off: its footer is missing" if cut else f"the name says Parquet, the content is {actual or 'not'}"
            )
            raise AttainError(
                "not-what-its-name-says",
                message,
                where=file.name,
                hint="copy it again" if cut else "rename it to what it is, or export it again as Parquet",
            )
        return
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise AttainError("wrong-encoding", "the text is UTF-16, not UTF-8", where=file.name, hint="save it as CSV UTF-8")
    if actual is not None:
        raise AttainError(
            "not-what-its-name-says",
            f"the name says CSV, the content is {actual}",
            where=file.name,
            hint="rename it to what it is, or export it again as CSV UTF-8",
        )
    if b"\x00" in head:
        raise AttainError(
            "not-what-its-name-says", "the name says CSV, the content is binary", where=file.name, hint="export it again as CSV UTF-8"
        )

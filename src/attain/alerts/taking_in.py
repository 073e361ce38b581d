"""Taking in the files of a watched folder: each once, whatever it is called, and none while it is still being written."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.importing import import_files
from attain.sources.ledger import Ledger
from attain.store.place import Place, is_store
from attain.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from attain.sources.intake import Options

SETTLED_SECONDS = 10
"""A file of a folder that changed more lately may not be whole yet: it is taken the next time."""
ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".gz")
_TEMPORARY = ("~$", ".")


@dataclass
class TakenIn:
    """How many files were imported now, were there already, were refused, and are still being written."""

    imported: int = 0
    already: int = 0
    refused: int = 0
    unsettled: int = 0


def take_in(paths: Sequence[Path], into: Path, options: Options, say: Callable[[str], None]) -> TakenIn:
    """Import files, and those of folders, oldest first, each for itself: one that is refused keeps no other back.

    `say` hears of every file that is imported or not. Files whose content was imported before are passed over, by their SHA-256. Raises
    AttainError `no-file` where a path is not there.
    """
    told = TakenIn()
    known = _known(into)
    for path, watched in _files(paths):
        if watched and time.time() - path.stat().st_mtime < SETTLED_SECONDS:
            told.unsettled += 1
            say(f"{path.name}: still being written, taken the next time")
            continue
        digest = _digest(path)
        if digest in known:
            told.already += 1
            continue
        try:
            reports = import_files([path], into, options)
        except AttainError as error:
            told.refused += 1
            say(f"{path.name}: not imported: {error}")
            continue
        known.add(digest)
        told.imported += 1
        for report in reports:
            say(f"{path.name}: {report.kept:,} of {report.rows_in:,} rows kept, as {report.title}")
    return told


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """List the files, and whether each is one of a folder; those of a folder oldest first."""
    for path in paths:
        if path.is_dir():
            found = [file for file in path.rglob("*") if file.is_file() and _is_data(file.relative_to(path))]
            yield from ((file, True) for file in sorted(found, key=lambda file: (file.stat().st_mtime_ns, str(file))))
        elif path.is_file():
            yield path, False
        else:
            raise AttainError("no-file", "there is no such file or folder", str(path), "name one that is there")


def _is_data(path: Path) -> bool:
    hidden = any(part.startswith(_TEMPORARY) for part in path.parts)
    return not hidden and path.suffix.casefold() in ENDINGS


def _known(into: Path) -> set[str]:
    if is_store(into):
        return {digest for load in Store.open(into).loads.every() for digest in load.digests}
    place = Place.of(into)
    return set() if place.remote else {digest for entry in Ledger.read(place.local).entries for digest in entry.digests}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

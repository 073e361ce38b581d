"""What the numbers of a pack were made from: the files that were loaded, and the commands that make the same numbers again."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.folder import open_folder
from attain.facts.schema import BASES, TABLES
from attain.report.evidence.pack import Part
from attain.store.detail import scan_detail
from attain.store.facts import StoreFacts
from attain.store.loads import Loads
from attain.store.place import is_store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from attain.advise.columns import ColumnKind
    from attain.facts.facts import Facts
    from attain.report.evidence.pack import Cell, Cover, Prepared

FILES: dict[str, ColumnKind] = {"load": "count", "at": "text", "source": "text", "file": "text", "sha256": "text"}
SCORED = BASES[0]
"""The amounts that Microsoft scores; others are named in commands."""
REPORTED, FOLDER = "reported_scores.csv", "evidence"
"""The file of Microsoft's numbers in a pack, and the folder that its command writes."""
OTHERS = "imported by others"
"""Stands for the name of a file that is none of one's own to see."""
STORE = "STORE"
"""Stands in commands for the store or facts folder, whose place is no business of who reads a pack."""


def files_part(
    facts: Facts, source: Path | str | None, ids: Sequence[str], tenants: Iterable[str], own: Collection[int] | None = None
) -> Part:
    """List the files behind a partner's facts with their SHA-256: those of the loads with rows of it, or those of the facts folder.

    `ids` are all that the partner goes by, `tenants` its customers. Other partners' loads are left out. `own` are the loads whose files are
    named (None: every one); of the others the digest alone is told, and of a facts folder the table that a file fills.
    """
    rows: list[tuple[Cell, ...]] = []
    if isinstance(facts, StoreFacts):
        rows += _of_store(facts, ids, tenants, own)
    elif source is not None and not is_store(source):
        rows += [
            (None, "", "facts folder", file.name if own is None else file.table, _sha256(file.path)) for file in open_folder(source).files
        ]
    return Part("files", "Files loaded", FILES, tuple(rows))


def _of_store(facts: StoreFacts, ids: Sequence[str], tenants: Iterable[str], own: Collection[int] | None) -> Iterator[tuple[Cell, ...]]:
    live = _loads_of(facts, list(ids), sorted(set(tenants)))
    for load in Loads(facts.place).every():
        if load.number in live and load.number <= facts.load:
            named = own is None or load.number in own
            for file in load.files or [{"name": "", "sha256": ""}]:
                yield (load.number, load.at, load.source or load.kind, _told(file["name"]) if named else OTHERS, file["sha256"])


def _told(name: str) -> str:
    """Give the name of a file; of a whole path the last part alone."""
    return Path(name).name if Path(name).is_absolute() else name


def _loads_of(facts: StoreFacts, ids: list[str], tenants: list[str]) -> set[int]:
    """Find the loads that brought rows of the partner."""
    found: set[int] = set()
    for table, shape in TABLES.items():
        names = {column.name for column in shape.columns}
        column, wanted = ("partner_id", ids) if "partner_id" in names else ("tenant_id", tenants)
        files = facts.state.of(table)
        if files:
            rows = scan_detail(facts.place, table, files).filter(pl.col(column).is_in(wanted))
            found.update(rows.select(pl.col("load_id").unique()).collect()["load_id"].to_list())
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def commands(
    cover: Cover, prepared: Prepared, metrics: Iterable[tuple[str, str]], *, load: int, refresh_day: int | None, reported: bool, whole: bool
) -> tuple[str, ...]:
    """Give the commands that make the numbers of a pack again, for a shell; `metrics` are pairs of track and metric.

    Where the pack is `whole` (no file's name is held back) the first makes the pack itself, byte by byte, with `reported_scores.csv` of it
    beside it.
    """
    day = ["--as-of", cover.day.isoformat()]
    base = ["--partner", cover.partner_id, "--designation", cover.designation, *day]
    options = [*(["--basis", cover.basis] if cover.basis != SCORED else []), *(["--refresh-day", str(refresh_day)] if refresh_day else [])]
    options += ["--store-version", str(load)] if load else []
    asked = ["--partner", cover.partner_id, "--designation", cover.designation, "--as-of", cover.asked.isoformat()]
    cause = ["--reported", REPORTED if reported else "none", "--prepared-at", prepared.iso, "--role", prepared.role]
    cause += [*(["--ticket", prepared.ticket] if prepared.ticket else []), *(["--names"] if cover.names_shown else [])]
    lines = [["evidence", *asked, *cause, *options, "--output", FOLDER]] if whole else []
    lines.append(["score", *base, *options])
    lines += [["explain", *base, "--track", track, "--metric", metric, *options] for track, metric in metrics]
    if reported:
        lines.append(["reconcile", "--partner", cover.partner_id, *day, *options])
    return tuple(f"attain {line[0]} {STORE} {shlex.join(line[1:])}" for line in lines)

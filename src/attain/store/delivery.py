"""What is brought into a store at once: files of contract tables, and all that the load will say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

import polars as pl

from attain.facts.accounts import settle_partners
from attain.facts.coding import coders
from attain.facts.families import CONTRACT
from attain.facts.first_pass import USAGE, FirstPass
from attain.facts.folder import open_folder
from attain.facts.hashed import Hashed
from attain.facts.report import LoadReport
from attain.facts.rows import FILE
from attain.facts.same_person import read_links
from attain.facts.schema import TABLES
from attain.facts.spellings import Spellings
from attain.facts.text_rows import ROW
from attain.store.held import Held, Room

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from attain.facts.first_pass import Progress
    from attain.facts.folder import SourceFile
    from attain.facts.rejects import Reject
    from attain.rulebook.catalog import Catalog
    from attain.store.covering import Cut

DIMENSIONS = ("partners", "customers")


@dataclass(frozen=True)
class Delivered:
    """One delivery. `files` name what the user gave, with its SHA-256; `tables` are the same rows as files of contract tables.

    `rows_in`, `kept`, `rejected` and `unassigned` say what a source's reader counted; where `rows_in` is None the tables themselves are
    counted. A table file with a family of its own holds rows of that one. `cuts` say, by family and table, what the delivery covers where
    that is not what the table usually says. `links` are pairs of ids of one person.
    """

    source: str
    family: str
    title: str
    files: Sequence[dict[str, str]]
    tables: tuple[SourceFile, ...]
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    cuts: Mapping[tuple[str, str], Cut] = field(default_factory=dict[tuple[str, str], "Cut"])
    columns: tuple[tuple[str, ...], ...] = ()
    filters: tuple[str, ...] = ()
    basis: str = ""
    currencies: tuple[str, ...] = ()
    rates: Mapping[str, str] = field(default_factory=dict[str, str])
    redacted: bool = False
    rows_in: int | None = None
    kept: int = 0
    rejected: int = 0
    unassigned: int = 0
    rejects: tuple[Reject, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def digests(self) -> frozenset[str]:
        """Give the SHA-256 of its files."""
        return frozenset(file["sha256"] for file in self.files)


def of_folder(source: Path | str) -> Delivered:
    """Give a facts folder as one delivery of the contract's own tables. Its files are hashed once they are read.

    Raises AttainError for what refuses the folder, see `attain.facts.folder.open_folder`.
    """
    folder = open_folder(source)
    files = HashedFiles([(file.name, file.path) for file in folder.files])
    links = tuple(read_links(folder.people))
    return Delivered(CONTRACT, CONTRACT, folder.path.name, files, folder.files, links=links, report={"remarks": list(folder.warnings)})


class HashedFiles(Sequence[dict[str, str]]):
    """Names of files with their SHA-256, see `facts.hashed`."""

    def __init__(self, files: Sequence[tuple[str, Path]]) -> None:
        self._names = [name for name, _ in files]
        self.hashed = Hashed(path for _, path in files)

    def __len__(self) -> int:
        """Count the files."""
        return len(self._names)

    @overload
    def __getitem__(self, place: int) -> dict[str, str]: ...

    @overload
    def __getitem__(self, place: slice) -> list[dict[str, str]]: ...

    def __getitem__(self, place: int | slice) -> dict[str, str] | list[dict[str, str]]:
        """Give `name` and `sha256` of a file. Raises OSError where it cannot be read."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return {"name": self._names[place], "sha256": self.hashed.digest(place)}


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a delivery: in = kept + rejected + repeated + what its source left out; `unassigned` ones are kept."""

    rows_in: int
    kept: int
    rejected: int
    repeated: int
    unassigned: int


@dataclass
class Staged:
    """A delivery as read: rows as the first pass gives them by table and month ('' where a table has none), and what was found."""

    delivered: Delivered
    rows: dict[str, dict[str, list[Held]]] = field(default_factory=dict[str, "dict[str, list[Held]]"])
    names: dict[str, str] = field(default_factory=dict[str, str])
    report: LoadReport = field(default_factory=lambda: LoadReport((), (), ()))
    room: Room = field(default_factory=Room)
    spellings: Spellings = field(default_factory=Spellings)

    @property
    def families(self) -> list[str]:
        """Give the families of the table files, by their number in FILE."""
        return [file.family or self.delivered.family for file in self.delivered.tables]

    @property
    def counts(self) -> Counts:
        """Count what became of the rows that were given.

        Of a source's file these are its own rows, whatever they were made into: where a row of a contract table is set aside, so is the row
        behind it, though one may have been made into several. Partners and customers are made from rows that count elsewhere.
        """
        delivered = self.delivered
        files = [file for file in self.report.files if delivered.rows_in is None or file.table not in DIMENSIONS]
        rejected, repeated = sum(file.rejected for file in files), sum(file.repeated for file in files)
        if delivered.rows_in is None:
            rows_in, kept = sum(file.rows for file in files), sum(file.kept for file in files)
            return Counts(rows_in, kept, rejected, repeated, sum(file.unassigned for file in files))
        rejected = min(rejected, delivered.kept)
        repeated = min(repeated, delivered.kept - rejected)
        kept = delivered.kept - rejected - repeated
        return Counts(delivered.rows_in, kept, delivered.rejected + rejected, repeated, delivered.unassigned)

    @property
    def by_table(self) -> dict[str, list[int]]:
        """Count, for tables that were given as they are, rows, kept, repeated and rejected ones; nothing of a source's file."""
        counts: dict[str, list[int]] = {}
        for file in self.report.files if self.delivered.rows_in is None else ():
            added = (file.rows, file.kept, file.repeated, file.rejected)
            counts[file.table] = [sum(both) for both in zip(counts.get(file.table, [0] * len(added)), added, strict=True)]
        return counts

    @property
    def written(self) -> dict[str, int]:
        """Count the rows by table."""
        kept: dict[str, int] = {}
        for file in self.report.files:
            kept[file.table] = kept.get(file.table, 0) + file.kept
        return kept


def stage(delivered: Delivered, catalog: Catalog, scratch: Path, progress: Progress | None = None) -> Staged:
    """Read a delivery's tables and settle their keys.

    Raises AttainError for a fault of a file.
    """
    first = FirstPass(delivered.tables, catalog, coders(catalog), scratch / "first", progress, given=True)
    first.read()
    if isinstance(delivered.files, HashedFiles):
        # reading takes all cores, sorting one
        delivered.files.hashed.begin()
    staged = Staged(delivered, spellings=first.spellings)
    for table in TABLES:
        if table not in first.tables:
            continue
        parts = staged.rows.setdefault(table, {})
        if table in USAGE:
            for month in first.months(table):
                name = f"{month // 12}-{month % 12 + 1:02}"
                for part in range(first.parts(table, month)):
                    _put(staged, table, name, first.frame(table, month, part), scratch)
                first.done_with(f"{table} {name}")
            continue
        rows = first.whole(table)
        if table == "partners":
            rows = _settled_partners(rows, first)
        if table == "certifications":
            named = rows.select("person_id", "person_name").drop_nulls().unique("person_id", keep="first", maintain_order=True)
            staged.names.update({str(person): str(name) for person, name in named.iter_rows()})
        parts[""] = []
        _put(staged, table, "", rows, scratch)
    files = first.reports({})
    aside = [
        f"{file.rejected:,} of the rows made for {file.table} contradict each other and are set aside"
        for file in files
        if file.rejected and file.table in DIMENSIONS and delivered.rows_in is not None
    ]
    staged.report = LoadReport(files, tuple(first.rejects.ordered()), (*first.warnings, *aside))
    return staged


def _settled_partners(rows: pl.DataFrame, first: FirstPass) -> pl.DataFrame:
    _, bad = settle_partners(rows)
    if not bad.height:
        return rows
    first.set_aside(
        bad.with_columns(pl.lit("global_id").alias("#column")), "a location names its global account, and a global account no other"
    )
    return rows.join(bad, on=[FILE, ROW], how="anti")


def _put(staged: Staged, table: str, month: str, rows: pl.DataFrame, scratch: Path) -> None:
    parts = staged.rows[table].setdefault(month, [])
    path = scratch / "staged" / f"{table}-{month or 'all'}-{len(parts)}.arrow"
    parts.append(Held.of(rows.drop(ROW), staged.room, path))

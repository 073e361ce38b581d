"""Reading one delivery from start to end: settle how its files write dates and numbers, take in the rows, set the faulty ones aside."""

from __future__ import annotations

import csv
import dataclasses
import shutil
from dataclasses import dataclass, replace
from decimal import localcontext
from functools import partial
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.facts.in_memory import InMemory, as_in_files
from attain.facts.rejects import Reject
from attain.facts.rows import csv_line
from attain.facts.schema import TABLES
from attain.facts.spreadsheet import neutral
from attain.sources.attribution import TwinsFlagged
from attain.sources.blocks import blocks_of
from attain.sources.cells import Conventions, text_of
from attain.sources.files import rows_of, sniff
from attain.sources.holding import hold_rows
from attain.sources.intake import EXACT, ColumnReader, Intake, RowFault, Sheet
from attain.sources.looking_ahead import look_ahead
from attain.sources.ownership import check_partners
from attain.sources.people import person_id
from attain.sources.source import Columns
from attain.sources.writing import write_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from attain.rulebook.catalog import Catalog
    from attain.sources.documents import Document
    from attain.sources.files import Row
    from attain.sources.intake import Options, RowReader, Tally
    from attain.sources.source import Source
    from attain.store.held import Room

REJECTS_HEADER = ("file", "row", "column", "value", "reason", "given")
_TOLD = 5
"""Rows set aside that a message tells of."""
_SHOWN = 1_000
"""Rows between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file, or several that are parts of one, with what they were taken for."""

    source: Source
    documents: tuple[Document, ...]
    headers: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Name the delivery by its first file, for messages."""
        more = len(self.documents) - 1
        return self.documents[0].path.name + (f" and {more} more" if more else "")


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery as read: what became of its rows, and the staged file of each table with the number of its rows.

    `others` are the same of rows of other families than the source's, by family. `held` has the rows of tables that were not written,
    by family and table.
    """

    delivery: Delivery
    tally: Tally
    columns: tuple[Columns, ...]
    conventions: tuple[Conventions, ...]
    tables: dict[str, tuple[Path, int]]
    rejects: Path | None
    others: dict[str, dict[str, tuple[Path, int]]]
    held: dict[tuple[str, str], tuple[InMemory, ...]] = dataclasses.field(default_factory=dict[tuple[str, str], "tuple[InMemory, ...]"])

    @property
    def written(self) -> dict[str, int]:
        """Count the rows by table, of all families."""
        counts: dict[str, int] = {}
        for tables in (self.tables, *self.others.values()):
            for table, (_, count) in tables.items():
                counts[table] = counts.get(table, 0) + count
        for (_, table), rows in self.held.items():
            counts[table] = counts.get(table, 0) + sum(one.frame.height for one in rows)
        return counts


def read_delivery(
    delivery: Delivery,
    options: Options,
    catalog: Catalog,
    person_key: bytes,
    staging: Path,
    max_rejects: tuple[int, int],
    progress: Callable[[str, int], None],
    room: Room | None = None,
) -> Taken:
    """Read a delivery into staged Parquet files, one a table, below `staging`; with `room`, tables that it takes stay in memory instead.

    `max_rejects` is the share of faulty rows, as numerator and denominator, above which the load stops. Raises AttainError for a fault of
    the file, for rows of partners other than `options.partners`, and `too-many-rejects`; the rows set aside are then in the file that
    `where` of the error names.
    """

    def read(*, twins: bool) -> Taken:
        intake = Intake(delivery.source, options, catalog, staging / "scratch", person_key, twins=twins)
        return _taken(delivery, intake, staging, max_rejects, progress, room)

    try:
        taken = read(twins=False)
    except TwinsFlagged:
        taken = None
    if taken is None:
        # they are told apart by the cells that they share, at the cost of looking at all of them: most files flag none;
        # what was read so far is held by the exception, and has been let go with it
        shutil.rmtree(staging)
        taken = read(twins=True)
    if options.partners is not None:
        for table, rows in _tables(taken):
            check_partners({table: rows}, options.partners, delivery.title)
    return taken


def _taken(
    delivery: Delivery,
    intake: Intake,
    staging: Path,
    max_rejects: tuple[int, int],
    progress: Callable[[str, int], None],
    room: Room | None,
) -> Taken:
    reader = delivery.source.reader(intake)
    rejects = staging / "rejects.csv"
    columns: list[Columns] = []
    conventions: list[Conventions] = []
    staging.mkdir(parents=True, exist_ok=True)
    with localcontext(EXACT):
        with rejects.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(REJECTS_HEADER)
            for document, header in zip(delivery.documents, delivery.headers, strict=True):
                sheet = _sheet(delivery.source, document, header, intake.options)
                columns.append(sheet.columns)
                conventions.append(sheet.conventions)
                above = intake.tally.rows_in
                _take_rows(reader, sheet, document, intake, writer.writerow, progress)
                if intake.tally.rows_in == above:
                    name = document.path.name
                    intake.tally.warn(f"{name} has a header and no rows: if it is an export, ask for a longer time range and no filters")
        tally = intake.tally
        taken = Taken(delivery, tally, tuple(columns), tuple(conventions), {}, rejects if tally.rejected else None, {})
        share, whole = max_rejects
        if tally.rejected * whole > (tally.kept + tally.rejected) * share:
            raise TooManyRejects(taken)
        for document in delivery.documents:
            # reading takes all cores, adding up and sorting one
            document.hashed.begin()
        for output in reader.outputs():
            target = staging / f"{output.family}{'-' if output.family else ''}{output.table}.parquet"
            held: tuple[InMemory, ...] = ()
            if room is None:
                count = write_rows(target, TABLES[output.table], output.columns, output.rows, output.frames)
            else:
                held, count = hold_rows(target, TABLES[output.table], output.columns, output.rows, output.frames, room)
            if held:
                taken.held[output.family or delivery.source.family, output.table] = held
            elif count:
                tables = taken.others.setdefault(output.family, {}) if output.family else taken.tables
                tables[output.table] = (target, count)
    return taken


def _tables(taken: Taken) -> Iterator[tuple[str, pl.LazyFrame]]:
    """Give the rows of each table and family."""
    for tables in (taken.tables, *taken.others.values()):
        yield from ((table, pl.scan_parquet(path)) for table, (path, _) in tables.items())
    for (_, table), rows in taken.held.items():
        yield table, pl.concat([as_in_files(table, one.frame) for one in rows]).lazy()


def faults_words(tally: Tally, rejects: Path) -> str:
    """Say how many rows have a fault, and the first of those in `rejects`: enough to mend a small file at once."""
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(islice(csv.DictReader(stream), _TOLD))
    told = [str(Reject(row["file"], int(row["row"]), row["column"], row["value"], row["reason"], "", "")) for row in rows]
    share = f"{tally.rejected:,} of {tally.kept + tally.rejected:,} rows have a fault; nothing is kept"
    return f"{share}. The first: {'; '.join(told)}"


class TooManyRejects(Exception):
    """More rows have a fault than the user allows: nothing of the delivery is kept."""

    def __init__(self, taken: Taken) -> None:
        super().__init__("too many rejects")
        self.taken = taken


def _sheet(source: Source, document: Document, header: Row, options: Options) -> Sheet:
    columns = Columns(source, header, str(document.path))
    ahead = partial(look_ahead, source, document, columns)
    conventions = Conventions(order=options.dates, look_ahead=ahead, semicolons=document.form == "text" and sniff(document)[0] == ";")
    return Sheet(document.path.name, columns, conventions)


def _take_rows(
    reader: RowReader,
    sheet: Sheet,
    document: Document,
    intake: Intake,
    set_aside: Callable[[tuple[str, ...]], object],
    progress: Callable[[str, int], None],
) -> None:
    reader.open(sheet)
    tally = intake.tally
    width = sheet.columns.width
    for number, row in _left(reader, sheet, document, tally, progress):
        tally.rows_in += 1
        try:
            if len(row) != width and (len(row) < width or any(row[width:])):
                count = "1 cell" if len(row) == 1 else f"{len(row)} cells"
                mend = "delete the row where it is a total or a note, else give it all its cells"
                raise RowFault("", "", f"{count}, where the header has {width}: {mend}")
            reader.take(row)
        except RowFault as fault:
            tally.rejected += 1
            shown = _masked(intake, sheet, row)
            value = shown[sheet.columns.header.index(fault.column)] if fault.column in sheet.columns.header[: len(row)] else fault.value
            cells = (sheet.name, str(number), fault.column, fault.value and value, fault.reason, csv_line(shown))
            set_aside(tuple(neutral(cell) for cell in cells))
        except AttainError as error:
            raise replace(error, where=error.where or f"{document.path}, row {number}") from error
        if tally.rows_in % _SHOWN == 0:
            progress(sheet.name, tally.rows_in)


def _left(
    reader: RowReader, sheet: Sheet, document: Document, tally: Tally, progress: Callable[[str, int], None]
) -> Iterator[tuple[int, Row]]:
    """Let a reader that can take in what it can by column, and give the other rows, in order."""
    if not isinstance(reader, ColumnReader):
        yield from islice(rows_of(document), 1, None)
        return
    for block in blocks_of(document, sheet.columns.width, reader.places):
        left: list[tuple[int, Row]] = []
        if block.cells is not None and block.cells.height:
            taken = reader.take_columns(block.cells)
            tally.rows_in += int(taken.sum())
            progress(sheet.name, tally.rows_in)
            left = block.singly(taken)
        yield from merge(left, block.rows, key=itemgetter(0))


def _masked(intake: Intake, sheet: Sheet, row: Row) -> list[str]:
    """Give the cells of a row as text.

    Of people's files ids are hashed as ever, and names and columns that are not read are left out; of a row with too few or too many cells
    all of them, for nobody knows which of them is a name.
    """
    cells = [text_of(cell) for cell in row]
    if "certifications" not in intake.source.tables and not intake.source.personal:
        return cells
    shown = [""] * len(cells)
    if len(cells) != sheet.columns.width and (len(cells) < sheet.columns.width or any(cells[sheet.columns.width :])):
        return shown
    for field in intake.source.fields:
        for place in sheet.columns.places(field.name):
            if place < len(cells) and cells[place] and field.fills != "person_name":
                kind = field.name.removesuffix("_id")
                is_person = field.fills == "person_id"
                shown[place] = person_id(intake.person_key, kind, cells[place].casefold()) if is_person else cells[place]
    return shown

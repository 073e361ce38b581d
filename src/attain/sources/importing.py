"""Importing files into a facts folder: recognize, read, check, file; all of a command or nothing."""

from __future__ import annotations

import csv
import hashlib
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.errors import AttainError
from attain.rulebook.load import load_book
from attain.sources.cells import CellError, guid_of
from attain.sources.documents import open_document
from attain.sources.files import rows_of, sheets_of
from attain.sources.filing import (
    DIMENSIONS,
    Plan,
    check_table_is_a_folder,
    covered,
    cut_older,
    file_name,
    give_way,
    giving_way,
    merge_dimension,
    put_in_place,
    staging,
    within,
)
from attain.sources.ledger import Entry, Ledger
from attain.sources.people import person_key
from attain.sources.reading import Delivery, Taken, TooManyRejects, read_delivery
from attain.sources.registry import recognize
from attain.sources.slices import slice_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal
    from pathlib import Path

    from attain.rulebook.catalog import Catalog
    from attain.sources.documents import Document
    from attain.sources.files import Row
    from attain.sources.intake import Options
    from attain.sources.source import Source

ONE_PERCENT = (1, 100)
REDACTED = "Microsoft says it masked data in this file (dataRedacted): its numbers may be too low. Check the role of who signs in"


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What a file can feed: the metrics, in words; where columns are missing, which, and what helps."""

    metrics: str
    missing: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass
class ImportReport:
    """What became of one file (or of several parts): all that `attain import` prints.

    `already` is true where the same bytes were imported before with the same choices: then nothing was done and the rest is of that import.
    """

    files: tuple[str, ...]
    source: str
    title: str
    rows_in: int = 0
    kept: int = 0
    rejected: int = 0
    unassigned: int = 0
    left_out: dict[str, int] = field(default_factory=dict[str, int])
    months: tuple[str, ...] = ()
    sums: dict[str, str] = field(default_factory=dict[str, str])
    currencies: tuple[str, ...] = ()
    rates: dict[str, str] = field(default_factory=dict[str, str])
    tables: dict[str, int] = field(default_factory=dict[str, int])
    replaced: dict[str, int] = field(default_factory=dict[str, int])
    feeds: tuple[FeedReport, ...] = ()
    warnings: tuple[str, ...] = ()
    rejects: str = ""
    already: bool = False


def _silent(_name: str, _rows: int) -> None:
    """Tell nobody about progress."""


def import_files(
    paths: Sequence[Path],
    into: Path,
    options: Options,
    max_rejects: tuple[int, int] = ONE_PERCENT,
    progress: Callable[[str, int], None] = _silent,
    catalog: Catalog | None = None,
) -> list[ImportReport]:
    """Import files into a facts folder, in the order given; each replaces what earlier imports of its family said of the same slices.

    Gives one report a delivery (a file; with `options.parts` all files of one source). `progress` is told the file's name and rows read.
    Raises AttainError for anything that refuses a file; then the facts are as they were.
    """
    catalog = catalog or load_book().catalog
    options = _checked(options)
    deliveries = _deliveries(paths, options)
    reports: list[ImportReport] = []
    with staging(into) as folder:
        ledger = Ledger.read(into)
        taken: list[tuple[Taken, Path]] = []
        for place, delivery in enumerate(deliveries):
            if entry := ledger.same(into, _digests(delivery), _choices(options)):
                reports.append(_repeated(delivery, entry))
                continue
            key = person_key(into) if "certifications" in delivery.source.tables else b""
            own = folder / str(place)
            try:
                taken.append((read_delivery(delivery, options, catalog, key, own, max_rejects, progress), own))
            except TooManyRejects as stop:
                raise _too_many(stop.taken, into) from None
        _check_overlaps([one for one, _ in taken])
        reports.extend(_file(one, own.relative_to(folder).as_posix(), into, folder, ledger, options) for one, own in taken)
    return reports


def _checked(options: Options) -> Options:
    if not options.tenant:
        return options
    try:
        return replace(options, tenant=guid_of(options.tenant))
    except CellError as error:
        raise AttainError(
            "tenant-no-guid", f"{options.tenant!r} is no GUID", "--tenant", "give the tenant id of the customer's directory"
        ) from error


def _deliveries(paths: Iterable[Path], options: Options) -> list[Delivery]:
    found: dict[str, Delivery] = {}
    for place, path in enumerate(paths):
        document, header, source = _recognized(path)
        key = source.name if options.parts else str(place)
        known = found.get(key)
        if any(document.sha256 in _digests(delivery) for delivery in found.values()):
            raise AttainError("file-twice", "the same bytes are given twice", str(path), "give each file once")
        found[key] = Delivery(source, (*(known.documents if known else ()), document), (*(known.headers if known else ()), header))
    return list(found.values())


def _recognized(path: Path) -> tuple[Document, Row, Source]:
    """Tell what a file is; of a workbook's sheets the one that is known is taken, whatever stands before it."""
    document = open_document(path)
    sheets = [replace(document, sheet=name) for name in sheets_of(document)]
    known: list[tuple[Document, Row, Source]] = []
    refusal: AttainError | None = None
    for one in sheets or [document]:
        header = next((row for _, row in rows_of(one)), list[str]())
        where = f"{path}, sheet {one.sheet}" if len(sheets) > 1 else str(path)
        try:
            known.append((one, header, recognize(header, where)))
        except AttainError as error:
            refusal = refusal or error
    if len(known) > 1:
        named = ", ".join(one.sheet for one, _, _ in known)
        raise AttainError("sheets-twice", f"several sheets can be imported: {named}", str(path), "save each as a file of its own")
    if not known:
        raise refusal or AttainError("file-empty", "the workbook holds no filled sheet", str(path), "export it again")
    return known[0]


def _plain(amount: Decimal) -> str:
    """Write an exact amount without zeros at the end."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digests(delivery: Delivery) -> frozenset[str]:
    return frozenset(document.sha256 for document in delivery.documents)


def _choices(options: Options) -> dict[str, Any]:
    rates = {f"{currency}@{month}": str(rate) for (currency, month), rate in sorted(options.rates.items())}
    return {
        "partner": options.partner,
        "tenant": options.tenant,
        "rates": rates,
        "keep_names": options.keep_names,
        "basis": options.basis,
        "dates": options.dates,
    }


def _check_overlaps(taken: list[Taken]) -> None:
    for place, one in enumerate(taken):
        for other in taken[:place]:
            if one.delivery.source.family != other.delivery.source.family:
                continue
            for table in one.tables:
                cut = slice_of(one.delivery.source.family, table)
                if cut is None or cut.fills or table == "associations" or table not in other.tables:
                    continue
                rows = pl.scan_parquet(other.tables[table][0])
                if "basis" in cut.columns:
                    # list prices are the same in an actual and an amortized export
                    rows = rows.filter(pl.col("basis") != "list")
                twin = within(rows, covered(one.tables[table][0], cut), cut).head(1).collect()
                if twin.height:
                    named = ", ".join(f"{column} {twin.item(0, column)}" for column in cut.columns)
                    raise AttainError(
                        "files-overlap",
                        f"{other.delivery.title} and {one.delivery.title} both tell of {named}",
                        one.delivery.title,
                        "parts of one export: say --parts; two states of one export: give the newer alone",
                    )


def _too_many(taken: Taken, into: Path) -> AttainError:
    tally = taken.tally
    kept = _rejects_file(taken, into)
    if taken.rejects:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(taken.rejects, kept)
    with kept.open(encoding="utf-8-sig", newline="") as stream:
        first = next(csv.DictReader(stream), dict[str, str]())
    place = f"{first.get('file')}, row {first.get('row')}" + (f", column {first['column']}" if first.get("column") else "")
    value = f"{first['value']!r} " if first.get("value") else ""
    rows = f"{tally.rejected:,} of {tally.kept + tally.rejected:,} rows"
    share = f"{rows} have a fault; nothing is kept. The first: {place}: {value}{first.get('reason', '')}"
    return AttainError("too-many-rejects", share, taken.delivery.title, f"all of them are in {kept}; --max-rejects allows more")


def _rejects_file(taken: Taken, into: Path) -> Path:
    return into / "rejects" / f"{taken.delivery.documents[0].path.name.removesuffix('.csv')}.csv"


def _file(taken: Taken, own: str, into: Path, folder: Path, ledger: Ledger, options: Options) -> ImportReport:
    delivery, tally, plan = taken.delivery, taken.tally, Plan()
    digests, family = _digests(delivery), delivery.source.family
    for entry in [entry for entry in ledger.entries if entry.digests & digests]:
        # the same bytes with other choices: the earlier rows go altogether
        plan.removals += list(entry.tables.values())
        ledger.entries.remove(entry)
    digest = hashlib.sha256("".join(sorted(digests)).encode()).hexdigest() if len(digests) > 1 else next(iter(digests))
    placed: dict[str, str] = {}
    replaced: dict[str, int] = {}
    for table, (staged, count) in list(taken.tables.items()):
        if table in DIMENSIONS:
            if warning := merge_dimension(into, folder, table, staged, plan):
                tally.warn(warning)
            continue
        check_table_is_a_folder(into, table)
        if told := give_way(into, ledger.entries, family, table, staged):
            tally.warn(f"{table}: {told:,} of {count:,} rows are left out, a better source tells of the same (I-10)")
            taken.tables[table] = (staged, count - told)
            if told == count:
                del taken.tables[table]
                continue
        replaced |= cut_older(into, folder, giving_way(ledger.entries, family, table), table, staged, plan)
        placed[table] = file_name(table, delivery.documents[0].path.stem, digest)
        plan.removals = [name for name in plan.removals if name != placed[table]]
        plan.moves.append((f"{own}/{staged.name}", placed[table]))
    rejects = _rejects_file(taken, into)
    if taken.rejects:
        plan.moves.append((f"{own}/{taken.rejects.name}", rejects.relative_to(into).as_posix()))
    else:
        plan.removals.append(rejects.relative_to(into).as_posix())
    report = _report(taken, options, replaced, str(rejects) if taken.rejects else "")
    ledger.entries.append(_entry(taken, options, placed, replaced, report))
    put_in_place(into, plan, ledger)
    return report


def _entry(taken: Taken, options: Options, placed: dict[str, str], replaced: dict[str, int], report: ImportReport) -> Entry:
    documents = taken.delivery.documents
    return Entry(
        source=taken.delivery.source.name,
        family=taken.delivery.source.family,
        files=[{"name": document.path.name, "sha256": document.sha256} for document in documents],
        options=_choices(options),
        imported_at=datetime.now(UTC).isoformat(timespec="seconds"),
        columns=[list(columns.header) for columns in taken.columns],
        rows={
            "in": report.rows_in,
            "kept": report.kept,
            "rejected": report.rejected,
            "unassigned": report.unassigned,
            "left_out": report.left_out,
            "months": list(report.months),
            "sums_usd": report.sums,
            "rates_used": report.rates,
            "written": report.tables,
            "redacted": _redacted(taken, options),
        },
        tables=placed,
        replaced=replaced,
    )


def _report(taken: Taken, options: Options, replaced: dict[str, int], rejects: str) -> ImportReport:
    tally, source = taken.tally, taken.delivery.source
    return ImportReport(
        files=tuple(document.path.name for document in taken.delivery.documents),
        source=source.name,
        title=source.title,
        rows_in=tally.rows_in,
        kept=tally.kept,
        rejected=tally.rejected,
        unassigned=tally.unassigned,
        left_out=dict(sorted(tally.left_out.items())),
        months=tuple(sorted(tally.months)),
        sums={basis: _plain(amount) for basis, amount in sorted(tally.sums.items())},
        currencies=tuple(sorted(tally.currencies)),
        rates={f"{currency}@{month}": str(options.rates[currency, month]) for currency, month in sorted(tally.rates_used)},
        tables={table: count for table, (_, count) in taken.tables.items()},
        replaced=replaced,
        feeds=_feeds(taken, options),
        warnings=(*([REDACTED] if _redacted(taken, options) else []), *tally.warnings),
        rejects=rejects,
    )


def _redacted(taken: Taken, options: Options) -> bool:
    return any(document.path.name in options.redacted for document in taken.delivery.documents)


def _feeds(taken: Taken, options: Options) -> tuple[FeedReport, ...]:
    given = {"partner": bool(options.partner), "tenant": bool(options.tenant)}
    source = taken.delivery.source
    reports: list[FeedReport] = []
    for feed in source.feeds:
        missing = [name for name in feed.needs if not given.get(name) and not all(columns.has(name) for columns in taken.columns)]
        columns = tuple(source.field(name).aliases[0] for name in missing)
        reports.append(FeedReport(feed.metrics, columns, feed.otherwise if missing else ""))
    return tuple(reports)


def _repeated(delivery: Delivery, entry: Entry) -> ImportReport:
    rows: dict[str, Any] = entry.rows
    return ImportReport(
        files=tuple(document.path.name for document in delivery.documents),
        source=entry.source,
        title=delivery.source.title,
        rows_in=rows["in"],
        kept=rows["kept"],
        rejected=rows["rejected"],
        unassigned=rows["unassigned"],
        left_out=rows["left_out"],
        months=tuple(rows["months"]),
        sums=rows["sums_usd"],
        rates=rows["rates_used"],
        tables=rows["written"],
        already=True,
    )

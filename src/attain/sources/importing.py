"""Importing files into a facts folder: recognize, read, check, file; all of a command or nothing."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.errors import AttainError
from attain.facts.coding import coders
from attain.facts.disk import writing_into
from attain.facts.folder import PEOPLE_FILE
from attain.facts.same_person import read_links, write_links
from attain.rulebook.load import load_book
from attain.sources.filing import (
    DIMENSIONS,
    Plan,
    Slices,
    check_table_is_a_folder,
    cut_older,
    file_name,
    merge_dimension,
    put_in_place,
    staging,
)
from attain.sources.giving_way import Comparing, accounts_known, cut_worse, give_way
from attain.sources.ledger import Entry, Ledger
from attain.sources.people import person_key
from attain.sources.reading import Delivery, Taken, TooManyRejects, faults_words, read_delivery
from attain.sources.receiving import ImportReport, checked, choices_of, deliveries_of, digests_of, is_redacted, report_of
from attain.sources.slices import slice_of
from attain.sources.storing import import_into_store
from attain.store.place import Place, is_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from attain.facts.coding import Coder
    from attain.rulebook.catalog import Catalog
    from attain.sources.intake import Options

ONE_PERCENT = (1, 100)


def _silent(_name: str, _rows: int) -> None:
    """Tell nobody about progress."""


def import_files(
    paths: Sequence[Path],
    into: Path,
    options: Options,
    max_rejects: tuple[int, int] = ONE_PERCENT,
    progress: Callable[[str, int], None] = _silent,
    catalog: Catalog | None = None,
    *,
    replace_all: bool = False,
    say: Callable[[str], None] | None = None,
) -> list[ImportReport]:
    """Import files into a facts folder or a store, in order; each replaces what earlier ones of its family said of the same slices.

    Gives one report a delivery (a file; with `options.parts` all files of one source). `progress` is told the file's name and rows read.
    A store takes facts folders too, and refuses a file that leaves out much of what it covers unless `replace_all`; `say` is told what it
    waits for. Raises AttainError for anything that refuses a file; then the facts are as they were.
    """
    catalog = catalog or load_book().catalog
    if is_store(into):
        # what is read of files lies in the folder for temporary files until the store takes it
        with writing_into(Path(tempfile.gettempdir())):
            return import_into_store(paths, into, checked(options), max_rejects, progress, catalog, replace_all=replace_all, say=say)
    _check_folder(paths, into)
    with writing_into(into):
        return _import_into_folder(paths, into, checked(options), max_rejects, progress, catalog)


def _import_into_folder(
    paths: Sequence[Path],
    into: Path,
    options: Options,
    max_rejects: tuple[int, int],
    progress: Callable[[str, int], None],
    catalog: Catalog,
) -> list[ImportReport]:
    deliveries = deliveries_of(paths, options)
    reports: list[ImportReport] = []
    with staging(into) as folder:
        ledger = Ledger.read(into)
        taken: list[tuple[Taken, Path]] = []
        for place, delivery in enumerate(deliveries):
            if entry := ledger.same(into, digests_of(delivery), choices_of(options)):
                reports.append(_repeated(delivery, entry))
                continue
            key = person_key(into) if "certifications" in delivery.source.tables else b""
            own = folder / str(place)
            try:
                taken.append((read_delivery(delivery, options, catalog, key, own, max_rejects, progress), own))
            except TooManyRejects as stop:
                raise _too_many(stop.taken, into) from None
        _check_overlaps([one for one, _ in taken], coders(catalog))
        reports.extend(_file(one, own.relative_to(folder).as_posix(), into, folder, ledger, options, catalog) for one, own in taken)
    return reports


def _check_folder(paths: Sequence[Path], into: Path) -> None:
    if Place.of(into).remote:
        raise AttainError("no-store", "there is no store", Place.of(into).root, "make it with attain init")
    if folder := next((path for path in paths if path.is_dir()), None):
        raise AttainError(
            "folder-into-folder", "a whole facts folder goes into a store only", str(folder), "make one with attain init STORE"
        )


def _check_overlaps(taken: list[Taken], names: Mapping[str, Coder]) -> None:
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
                twin = Slices.of(one.tables[table][0], table, cut, names).within(rows).head(1).collect()
                if twin.height:
                    named = ", ".join(f"{column} {twin.item(0, column)}" for column in cut.columns)
                    raise AttainError(
                        "files-overlap",
                        f"{other.delivery.title} and {one.delivery.title} both tell of {named}",
                        one.delivery.title,
                        "parts of one export: say --parts; two states of one export: give the newer alone",
                    )


def _too_many(taken: Taken, into: Path) -> AttainError:
    kept = _rejects_file(taken, into)
    if taken.rejects:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(taken.rejects, kept)
    return AttainError(
        "too-many-rejects", faults_words(taken.tally, kept), taken.delivery.title, f"all of them are in {kept}; --max-rejects allows more"
    )


def _rejects_file(taken: Taken, into: Path) -> Path:
    return into / "rejects" / f"{taken.delivery.documents[0].path.name.removesuffix('.csv')}.csv"


def _file(taken: Taken, own: str, into: Path, folder: Path, ledger: Ledger, options: Options, catalog: Catalog) -> ImportReport:
    delivery, tally, plan = taken.delivery, taken.tally, Plan()
    digests, family = digests_of(delivery), delivery.source.family
    for entry in [entry for entry in ledger.entries if entry.digests & digests]:
        # the same bytes with other choices: the earlier rows go altogether
        plan.removals += list(entry.tables.values())
        ledger.entries.remove(entry)
    digest = hashlib.sha256("".join(sorted(digests)).encode()).hexdigest() if len(digests) > 1 else next(iter(digests))
    replaced: dict[str, int] = {}
    accounts = accounts_known(into, taken.tables["partners"][0] if "partners" in taken.tables else None)
    comparing = Comparing(accounts, coders(catalog))
    for table in DIMENSIONS:
        if table in taken.tables and (warning := merge_dimension(into, folder, table, taken.tables[table][0], plan)):
            tally.warn(warning)
    _note_people(taken, into, folder, plan)
    stem = delivery.documents[0].path.stem
    entries: list[Entry] = []
    # first the source's own word, to which that of other families gives way
    for one, tables in ((family, taken.tables), *taken.others.items()):
        entry = _entry(taken, options, one)
        for table, (staged, count) in [(table, given) for table, given in tables.items() if table not in DIMENSIONS]:
            check_table_is_a_folder(into, table)
            if told := give_way(into, ledger.entries, one, table, staged, comparing, plan):
                tally.warn(f"{table}: {told:,} of {count:,} rows are left out, a better source tells of the same (I-10)")
                tables[table] = (staged, count - told)
                if told == count:
                    del tables[table]
                    continue
            for removed in (
                cut_older(into, folder, ledger.entries, one, table, staged, plan, comparing.coders),
                cut_worse(into, folder, ledger.entries, one, table, staged, comparing, plan),
            ):
                replaced |= {name: replaced.get(name, 0) + rows for name, rows in removed.items()}
            entry.tables[table] = file_name(table, stem if one == family else f"{stem}-{one}", digest)
            plan.removals = [name for name in plan.removals if name != entry.tables[table]]
            plan.moves.append((f"{own}/{staged.name}", entry.tables[table]))
        ledger.entries.append(entry)
        entries.append(entry)
    rejects = _rejects_file(taken, into)
    if taken.rejects:
        plan.moves.append((f"{own}/{taken.rejects.name}", rejects.relative_to(into).as_posix()))
    else:
        plan.removals.append(rejects.relative_to(into).as_posix())
    report = report_of(taken, options, replaced, str(rejects) if taken.rejects else "")
    for entry in entries:
        entry.rows, entry.replaced = _rows(taken, options, report), replaced
    put_in_place(into, plan, ledger)
    return report


def _note_people(taken: Taken, into: Path, folder: Path, plan: Plan) -> None:
    """Plan to keep which ids a file says to be of one person: files that are imported later may know them by another one."""
    known = set(read_links(plan.current(into, PEOPLE_FILE)))
    if taken.tally.same_person <= known:
        return
    write_links(folder / PEOPLE_FILE, known | taken.tally.same_person)
    plan.moves.append((PEOPLE_FILE, PEOPLE_FILE))


def _entry(taken: Taken, options: Options, family: str) -> Entry:
    documents = taken.delivery.documents
    return Entry(
        source=taken.delivery.source.name,
        family=family,
        files=[{"name": document.path.name, "sha256": document.sha256} for document in documents],
        options=choices_of(options),
        imported_at=datetime.now(UTC).isoformat(timespec="seconds"),
        columns=[list(columns.header) for columns in taken.columns],
        rows={},
    )


def _rows(taken: Taken, options: Options, report: ImportReport) -> dict[str, Any]:
    return {
        "in": report.rows_in,
        "kept": report.kept,
        "rejected": report.rejected,
        "unassigned": report.unassigned,
        "left_out": report.left_out,
        "months": list(report.months),
        "sums_usd": report.sums,
        "rates_used": report.rates,
        "written": report.tables,
        "redacted": is_redacted(taken, options),
    }


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

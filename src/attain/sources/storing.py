"""Files into a store: what a reader took of them becomes deliveries, which the store merges."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.facts.facts import too_many_rejects
from attain.facts.folder import SourceFile
from attain.facts.rejects import Reject
from attain.facts.schema import BASES
from attain.sources.people import store_key
from attain.sources.reading import TooManyRejects, faults_words, read_delivery
from attain.sources.receiving import ImportReport, choices_of, deliveries_of, digests_of, is_redacted, report_of
from attain.sources.slices import slice_of
from attain.store.covering import MAX_DROPPED, Cut
from attain.store.delivery import Delivered, Staged, of_folder
from attain.store.held import Room
from attain.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from attain.rulebook.catalog import Catalog
    from attain.sources.intake import Options
    from attain.sources.reading import Taken
    from attain.store.state import Load
    from attain.store.store import Imported

RESTATED_SHOWN = 10
REPEATED = "the same row again"


def import_into_store(
    paths: Sequence[Path],
    into: Path | str,
    options: Options,
    max_rejects: tuple[int, int],
    progress: Callable[[str, int], None],
    catalog: Catalog,
    *,
    replace_all: bool,
    say: Callable[[str], None] | None,
) -> list[ImportReport]:
    """Import files and facts folders into a store, each as a load of its own, all of them or none; one report a delivery.

    Raises AttainError for what refuses a file, among it `slice-shrinks` unless `replace_all`.
    """
    store = Store.open(into)

    def tell(done_bytes: int, total_bytes: int, label: str) -> None:
        del total_bytes
        progress(label, done_bytes)

    reports: list[ImportReport | Delivered] = []
    given: list[Delivered] = []
    read: dict[int, tuple[Taken, ImportReport]] = {}
    room = Room()
    with tempfile.TemporaryDirectory(prefix="attain-import-") as scratch:
        for path in paths:
            if path.is_dir():
                folder = of_folder(path)
                given.append(replace(folder, cuts=_cuts(folder.tables)))
        for delivery in deliveries_of([path for path in paths if not path.is_dir()], options):
            held = store.held(delivery.source.name, partial(digests_of, delivery), choices_of(options))
            if held is not None:
                reports.append(_already(held, delivery.source.title))
                continue
            key = store_key(store.place, store.identity) if "certifications" in delivery.source.tables else b""
            try:
                taken = read_delivery(delivery, options, catalog, key, Path(scratch) / str(len(given)), max_rejects, progress, room)
            except TooManyRejects as stop:
                raise _too_many(stop.taken) from None
            read[len(given)] = (taken, report_of(taken, options, {}, ""))
            given.append(delivery_of(taken, options))
        reports[:0] = given
        imported = iter(
            store.take(
                given,
                catalog,
                max_dropped=None if replace_all else MAX_DROPPED,
                check=lambda staged: _check(staged, Fraction(*max_rejects)),
                progress=tell,
                say=say or (lambda _text: None),
            )
        )
    done: list[ImportReport] = []
    for place, one in enumerate(reports):
        done.append(one if isinstance(one, ImportReport) else _told(one, next(imported), read[place][1] if place in read else None))
    return done


def _already(load: Load, title: str) -> ImportReport:
    told = load.report
    return ImportReport(
        files=tuple(file["name"] for file in load.files),
        source=load.source,
        title=title,
        rows_in=load.rows_in,
        kept=load.kept,
        rejected=load.rejected,
        unassigned=load.unassigned,
        left_out={**told.get("left_out", {}), **({REPEATED: load.repeated} if load.repeated else {})},
        months=tuple(told.get("months", ())),
        sums=told.get("sums", {}),
        rates=load.rates,
        tables=told.get("written", {}),
        already=True,
        load=load.number,
    )


def _told(delivered: Delivered, imported: Imported, report: ImportReport | None) -> ImportReport:
    """Say what became of a delivery."""
    load = imported.load
    if imported.staged is None:
        return _already(load, delivered.title)
    restated = [
        f"restated: partner {row['partner_id'] or 'none'}, {row['month']:%Y-%m}, {row['table']} {row['measure']}: "
        f"{row['before']} before, {row['after']} now"
        for row in imported.restated_rows(RESTATED_SHOWN)
    ]
    if load.restated > RESTATED_SHOWN:
        restated.append(f"restated: {load.restated - RESTATED_SHOWN:,} more; attain loads --restated {load.number} lists them")
    told = report or ImportReport((delivered.title,), delivered.source, "facts folder")
    again = {REPEATED: load.repeated} if load.repeated else {}
    return replace(
        told,
        rows_in=load.rows_in,
        kept=load.kept,
        rejected=load.rejected,
        unassigned=load.unassigned,
        left_out={**told.left_out, **again},
        tables=load.report["written"],
        replaced=dict(imported.replaced or {}),
        warnings=(*told.warnings, *load.report.get("remarks", ()), *load.report["warnings"], *restated),
        rejects=f"attain loads --rejects {load.number}" if load.rejected else "",
        load=load.number,
    )


def delivery_of(taken: Taken, options: Options) -> Delivered:
    """Give a delivery as read, as the store takes it."""
    delivery, tally = taken.delivery, taken.tally
    source = delivery.source
    told = report_of(taken, options, {}, "")
    tables = tuple(
        SourceFile(table, path, delivery.title, "parquet", path.stat().st_size, path.stat().st_mtime_ns, family)
        for family, files in ((source.family, taken.tables), *taken.others.items())
        for table, (path, _) in files.items()
    )
    path = delivery.documents[0].path
    tables += tuple(
        SourceFile(table, path, delivery.title, "memory", sum(int(one.frame.estimated_size()) for one in rows), 0, family, rows)
        for (family, table), rows in taken.held.items()
    )
    return Delivered(
        source=source.name,
        family=source.family,
        title=delivery.title,
        files=tuple({"name": document.path.name, "sha256": document.sha256} for document in delivery.documents),
        tables=tables,
        options=choices_of(options),
        cuts=_cuts(tables),
        columns=tuple(columns.header for columns in taken.columns),
        filters=(*_asked(taken, options), *(f"{count:,} rows left out: {reason}" for reason, count in told.left_out.items())),
        basis="+".join(basis for basis in BASES if basis in told.sums),
        currencies=told.currencies,
        rates=told.rates,
        redacted=is_redacted(taken, options),
        rows_in=tally.rows_in,
        kept=tally.kept,
        rejected=tally.rejected,
        unassigned=tally.unassigned,
        rejects=tuple(_rejects(taken)),
        links=tuple(sorted(tally.same_person)),
        report={"left_out": told.left_out, "months": list(told.months), "sums": told.sums},
    )


def _asked(taken: Taken, options: Options) -> Iterator[str]:
    """Give what pulled files were asked for with, each once."""
    names = (document.path.name for document in taken.delivery.documents)
    yield from dict.fromkeys(words for name in names for words in options.asked.get(name, ()))


def _cuts(files: Iterable[SourceFile]) -> dict[tuple[str, str], Cut]:
    """Say what files of sources cover."""
    found = {(file.family, file.table): slice_of(file.family, file.table) for file in files}
    return {key: Cut(cut.columns, cut.between, cut.fills) for key, cut in found.items() if cut is not None}


def _rejects(taken: Taken) -> Iterator[Reject]:
    if taken.rejects is None:
        return
    with taken.rejects.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Reject(row["file"], int(row["row"]), row["column"], row["value"], row["reason"], "", row.get("given") or "")


def _check(staged: Staged, max_rejects: Fraction) -> None:
    """Refuse a facts folder of which too many rows are set aside; of a file its reader has judged."""
    table = staged.report.excess(max_rejects)
    if table is not None:
        raise too_many_rejects(staged.report, table, max_rejects)


def _too_many(taken: Taken) -> AttainError:
    assert taken.rejects is not None
    said = faults_words(taken.tally, taken.rejects)
    return AttainError("too-many-rejects", said, taken.delivery.title, "mend the file, or allow more with --max-rejects")

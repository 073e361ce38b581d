"""What is given to an import and what is told of it afterwards, wherever the rows go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError
from attain.sources import records
from attain.sources.cells import CellError, guid_of
from attain.sources.documents import open_document
from attain.sources.files import rows_of, sheets_of
from attain.sources.reading import Delivery
from attain.sources.registry import recognize

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal
    from pathlib import Path

    from attain.sources.documents import Document
    from attain.sources.files import Row
    from attain.sources.intake import Options
    from attain.sources.reading import Taken
    from attain.sources.source import Source

MOST_COLUMNS = 20_000
"""More columns than any sheet has are no header."""
_TITLE_ROWS = 20
"""Among so many rows a header is looked for that titles stand above."""
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
    `load` is the number of the load in a store; 0 in a facts folder.
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
    load: int = 0


def checked(options: Options) -> Options:
    """Check the user's choices. Raises AttainError `tenant-no-guid`."""
    if not options.tenant:
        return options
    try:
        return replace(options, tenant=guid_of(options.tenant))
    except CellError as error:
        raise AttainError(
            "tenant-no-guid", f"{options.tenant!r} is no GUID", "--tenant", "give the tenant id of the customer's directory"
        ) from error


def deliveries_of(paths: Iterable[Path], options: Options) -> list[Delivery]:
    """Tell what each file is, and which are parts of one. Raises AttainError for a file that is not known or given twice."""
    found: dict[str, Delivery] = {}
    for place, path in enumerate(paths):
        document, header, source = _recognized(path)
        key = source.name if options.parts else str(place)
        known = found.get(key)
        if found and any(document.sha256 in digests_of(delivery) for delivery in found.values()):
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
        if len(header) > MOST_COLUMNS:
            raise AttainError("file-too-wide", f"the header has more than {MOST_COLUMNS:,} columns", where, "export the table by itself")
        try:
            known.append((one, header, recognize(header, where)))
        except AttainError as error:
            refusal = refusal or _header_below(one, where) or error
    if len(known) > 1:
        named = ", ".join(one.sheet for one, _, _ in known)
        raise AttainError("sheets-twice", f"several sheets can be imported: {named}", str(path), "save each as a file of its own")
    if not known:
        raise refusal or AttainError("file-empty", "the workbook holds no filled sheet", str(path), "export it again")
    return known[0]


def _header_below(document: Document, where: str) -> AttainError | None:
    """Say in which row the header of a known source stands, where titles stand above it; None where it is not among the first rows."""
    for number, row in islice(rows_of(document), 1, _TITLE_ROWS):
        try:
            source = recognize(row, where)
        except AttainError:
            continue
        return AttainError(
            "file-unknown",
            f"the header of {source.title} stands in row {number}, not in the first",
            where,
            "delete the rows above it and save the file again",
        )
    return None


def _plain(amount: Decimal) -> str:
    """Write an exact amount without zeros at the end."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def digests_of(delivery: Delivery) -> frozenset[str]:
    """Give the SHA-256 of a delivery's files."""
    return frozenset(document.sha256 for document in delivery.documents)


def choices_of(options: Options) -> dict[str, Any]:
    """Give the choices that change what a file says, as a record of the import keeps them."""
    rates = {f"{currency}@{month}": str(rate) for (currency, month), rate in sorted(options.rates.items())}
    said = {"as_of": options.as_of.isoformat() if options.as_of else "", "designation": options.designation}
    return {
        "partner": options.partner,
        "tenant": options.tenant,
        "rates": rates,
        "keep_names": options.keep_names,
        "basis": options.basis,
        "dates": options.dates,
        **{name: text for name, text in said.items() if text},
    }


def report_of(taken: Taken, options: Options, replaced: dict[str, int], rejects: str) -> ImportReport:
    """Put together what is told of an import."""
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
        tables=taken.written,
        replaced=replaced,
        feeds=_feeds(taken, options),
        warnings=(*([REDACTED] if is_redacted(taken, options) else []), *tally.warnings),
        rejects=rejects,
    )


def is_redacted(taken: Taken, options: Options) -> bool:
    """Say whether Microsoft masked data in one of the files."""
    return any(document.path.name in options.redacted or records.is_redacted(document) for document in taken.delivery.documents)


def _feeds(taken: Taken, options: Options) -> tuple[FeedReport, ...]:
    given = {"partner": bool(options.partner), "tenant": bool(options.tenant)}
    source = taken.delivery.source
    reports: list[FeedReport] = []
    for feed in source.feeds:
        missing = [name for name in feed.needs if not given.get(name) and not all(columns.has(name) for columns in taken.columns)]
        columns = tuple(source.field(name).aliases[0] for name in missing)
        reports.append(FeedReport(feed.metrics, columns, feed.otherwise if missing else ""))
    return tuple(reports)

"""A pull from beginning to end: ask, wait, download beside the destination, import like any file, and clean up whatever happens."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.documents import open_document
from attain.sources.files import rows_of
from attain.sources.importing import ONE_PERCENT, import_files
from attain.sources.intake import Options
from attain.sources.partner_center import billing, insights, pal
from attain.sources.partner_center.client import Client
from attain.sources.partner_center.endpoints import Endpoints
from attain.sources.partner_center.pace import HOUR, Deadline, Pace
from attain.sources.partner_center.secrecy import Secrets
from attain.sources.partner_center.sign_in import Credentials, Session, SignIn, tenant_name
from attain.sources.receiving import ImportReport
from attain.sources.registry import SOURCES, recognize
from attain.sources.source import fold
from attain.store.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from attain.sources.partner_center.billing import Export
    from attain.sources.partner_center.insights import Dataset, Period
    from attain.sources.source import Source

MONTHLY = frozenset({"azure_usage", "workload_usage", "workload_revenue"})
"""Tables whose files tell of months: a month that is missing among them is worth a word."""

STALE = 48 * HOUR
"""Age of a folder of downloads at which no pull can be using it any more: none takes longer than a day."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where pulled files go: facts folder or store, choices of the import, and a folder that keeps the files too, where one is named.

    `replace_all` lets a store take a file that leaves out much of what it covers.
    """

    into: Path
    options: Options = field(default_factory=Options)
    max_rejects: tuple[int, int] = ONE_PERCENT
    files: Path | None = None
    replace_all: bool = False


@dataclass
class Pulled:
    """What a pull brought: one report a file, as of an import by hand, and notes on what was not there."""

    reports: list[ImportReport] = field(default_factory=list[ImportReport])
    notes: list[str] = field(default_factory=list[str])


@dataclass
class Services:
    """One pull's sign-in and the services it may ask."""

    client: Client
    sign_in: SignIn
    endpoints: Endpoints

    @property
    def insights(self) -> Session:
        """Partner Center, as the signed-in person."""
        base = self.endpoints.partner_center
        return Session(self.client, self.sign_in, base, base + insights.SCOPE, ticket=True)

    @property
    def graph(self) -> Session:
        """Microsoft Graph, as the signed-in person."""
        return Session(self.client, self.sign_in, self.endpoints.graph, self.endpoints.graph + billing.SCOPE)

    def management(self, tenant: str) -> Session:
        """Azure's management service in one directory."""
        base = self.endpoints.management
        return Session(self.client, self.sign_in, base, base + pal.SCOPE, tenant=tenant)


@contextmanager
def connected(
    environment: Mapping[str, str],
    tell: Callable[[str], None],
    *,
    ask: Callable[[str], None] | None = None,
    pace: Pace | None = None,
    by_code: bool = False,
) -> Generator[Services]:
    """Give the services, to be signed in to when first asked: by the refresh token of the environment, else by a code (or `by_code`).

    `tell` takes lines of progress, `ask` (else `tell`) the line with the code that a person has to type. Raises AttainError
    `sign-in-unset`, `address-unsafe`.
    """
    credentials, endpoints = Credentials.from_environment(environment), Endpoints.from_environment(environment)
    if by_code:
        credentials = replace(credentials, refresh_token="")
    with Client(pace or Pace(), Secrets(), tell) as client:
        yield Services(client, SignIn(client, endpoints.login, credentials, ask or tell), endpoints)


def pull_insights(services: Services, to: Destination, names: Sequence[str], period: Period) -> Pulled:
    """Pull datasets of Partner Center Insights, all that can be imported where none is named, and import them together or not at all.

    Raises AttainError as `insights` and `import_files`; then the facts are as they were. Reports and queries are removed again.
    """
    session, pulled = services.insights, Pulled()
    datasets = _chosen(session, names, to.options.keep_names, pulled)
    runs: list[insights.Run] = []
    with _scratch(to) as folder:
        try:
            for dataset in datasets:
                run = insights.Run(dataset.name)
                runs.append(run)
                insights.start(session, dataset, period, run, to.options.keep_names)
            paths = [_path(folder, dataset.name, period) for dataset in datasets]
            for run, path in zip(runs, paths, strict=True):
                insights.fetch(session, run, path)
        finally:
            services.client.deadline = Deadline(services.client.pace.farewell)
            for run in runs:
                if not insights.remove(session, run):
                    pulled.notes.append(f"a report or query on {run.dataset} stays in Partner Center; its name begins with Attain")
        masked = frozenset(path.name for run, path in zip(runs, paths, strict=True) if run.redacted)
        asked = {path.name: run.asked for run, path in zip(runs, paths, strict=True)}
        filled = [path for path in paths if _has_rows(path)]
        pulled.notes += [f"{path.stem}: no rows; nothing is changed" for path in paths if path not in filled]
        _import(filled, to, replace(to.options, redacted=masked, asked=asked), pulled, services)
    for report in pulled.reports:
        pulled.notes += _missing_months(report, period)
    return pulled


def pull_billing(services: Services, to: Destination, exports: Sequence[Export]) -> Pulled:
    """Pull exports of partner billing; invoices are added up, an export of unbilled usage stands for itself. Raises AttainError."""
    session, pulled = services.graph, Pulled()
    exports = [export.checked() for export in exports]
    with _scratch(to) as folder:
        billed: list[Path] = []
        asked: dict[str, tuple[str, ...]] = {}
        groups: list[list[Path]] = [billed]
        for export in exports:
            paths = billing.pull_export(session, export, folder)
            asked |= {path.name: (f"asked for: {export.title}",) for path in paths}
            if not paths:
                pulled.notes.append(f"{export.title}: no usage; nothing is changed")
            elif export.invoice:
                billed += paths
            else:
                groups.append(paths)
        for paths in groups:
            _import(paths, to, replace(to.options, parts=True, asked=asked), pulled, services)
    return pulled


def pull_links(services: Services, to: Destination, tenants: Sequence[str]) -> Pulled:
    """Pull the partner admin link that the signed-in identity has in each directory. Raises AttainError."""
    pulled, links = Pulled(), list[dict[str, str]]()
    for tenant in tenants:
        link = pal.read_link(services.management(tenant_name(tenant, "--tenant")), tenant)
        if link is None:
            pulled.notes.append(f"{tenant}: who signs in has no partner admin link there")
        else:
            links.append(link)
    with _scratch(to) as folder:
        path = folder / "partner-admin-links.csv"
        if links:
            pal.write_links(links, path)
            asked = {path.name: tuple(f"asked for: the link in directory {link['tenantId']}" for link in links)}
            _import([path], to, replace(to.options, asked=asked), pulled, services)
    return pulled


def _chosen(session: Session, names: Sequence[str], keep_names: bool, pulled: Pulled) -> list[Dataset]:
    """Find the datasets to pull, those named or all that a source names as its own; their columns must do before a report is asked for."""
    if names:
        datasets = [insights.find(session, name) for name in dict.fromkeys(names)]
        for dataset in datasets:
            recognize(dataset.selected(keep_names), f"dataset {dataset.name}")
    else:
        datasets: list[Dataset] = []
        for dataset in insights.discover(session):
            source = source_of(dataset, keep_names)
            if source and fold(dataset.name) in {fold(name) for name in source.datasets}:
                datasets.append(dataset)
            elif source or is_ours(dataset.name):
                why = f"it only looks like {source.name}, --dataset pulls it" if source else "columns are missing, --dataset says which"
                pulled.notes.append(f"dataset {dataset.name} is left out: {why}")
        if not datasets:
            raise AttainError(
                "dataset-unknown", "no dataset that is offered can be imported", "Insights", "attain pull datasets lists them"
            )
    for dataset in datasets:
        if (span := insights.span_of(dataset)) != insights.SPANS[0]:
            pulled.notes.append(f"{dataset.name} reaches back {span} only")
    return datasets


def source_of(dataset: Dataset, keep_names: bool = False) -> Source | None:
    """Tell as what a dataset would be imported, None where no reader knows its columns."""
    try:
        return recognize(dataset.selected(keep_names), dataset.name)
    except AttainError:
        return None


def is_ours(name: str) -> bool:
    """Say whether a source names a dataset as its own."""
    return any(fold(name) == fold(dataset) for source in SOURCES.values() for dataset in source.datasets)


@contextmanager
def _scratch(to: Destination) -> Generator[Path]:
    """Give a folder for downloads beside the destination, gone at the end whatever happens; a remote one has it here."""
    beside = Path(gettempdir()) if Place.of(to.into).remote else to.into.parent
    prefix = f".{to.into.name}-pull-"
    beside.mkdir(parents=True, exist_ok=True)
    for left in beside.glob(f"{prefix}*"):
        # a pull that was killed could not clean up
        if time.time() - left.stat().st_mtime > STALE:
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=prefix, dir=beside) as folder:
        yield Path(folder)


def _path(folder: Path, name: str, period: Period) -> Path:
    months = f"-{period.first:%Y-%m}-{period.last:%Y-%m}" if period.first and period.last else ""
    return folder / f"{name}{months}-{datetime.now(UTC):%Y%m%d}.csv"


def _has_rows(path: Path) -> bool:
    """Say whether a downloaded report holds more than its header."""
    if not path.stat().st_size:
        return False
    rows = rows_of(open_document(path))
    next(rows, None)
    return next(rows, None) is not None


def _import(paths: Sequence[Path], to: Destination, options: Options, pulled: Pulled, services: Services) -> None:
    if not paths:
        return
    if to.files is not None:
        to.files.mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.copy2(path, to.files / path.name)
    tell = services.client.tell
    tell("importing")
    pulled.reports += import_files(
        paths,
        to.into,
        options,
        to.max_rejects,
        progress=lambda name, rows: tell(f"{name}: {rows:,} rows"),
        replace_all=to.replace_all,
        say=tell,
    )


def _missing_months(report: ImportReport, period: Period) -> list[str]:
    """Name the months without a row between the first and the last that were asked for or came, and a newest month that is an old one."""
    if not report.months or not MONTHLY & set(report.tables):
        return []
    newest = report.months[-1]
    first = f"{period.first:%Y-%m}" if period.first else report.months[0]
    last = f"{period.last:%Y-%m}" if period.last else newest
    files = ", ".join(report.files)
    missing = [month for month in _months(first, last) if month not in report.months]
    notes = [f"{files}: no rows in {', '.join(missing)}"] if missing else []
    if not period.last and newest < f"{datetime.now(UTC).replace(day=1) - timedelta(days=1):%Y-%m}":
        notes.append(f"{files}: the newest month is {newest}")
    return notes


def _months(first: str, last: str) -> Iterator[str]:
    """Give the months from one to another, both included, as `2026-10`."""
    year, month = int(first[:4]), int(first[5:])
    while (name := f"{year:04d}-{month:02d}") <= last:
        yield name
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)

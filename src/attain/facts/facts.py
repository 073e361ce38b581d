"""Facts: a facts folder conformed for the engine, kept beside it so that the next load returns at once."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from pydantic import TypeAdapter, ValidationError

from attain.errors import AttainError
from attain.facts.conform import Conforming
from attain.facts.folder import open_folder
from attain.facts.report import DEFAULT_MAX_REJECTS, LoadReport

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable

    from attain.facts.first_pass import Progress
    from attain.facts.folder import FactsFolder
    from attain.rulebook.catalog import Catalog

FORMAT = 5
"""Raised with every change of the conformed files, so that older ones are made anew."""
_MANIFEST = "facts.json"
_KEPT = 2
MONTH_FILE = re.compile(r"\d{4}-\d{2}")
FactsFile = Path | str
"""A file of conformed facts: a path on this machine, or the URL of an object."""


@dataclass(frozen=True)
class Facts:
    """Conformed facts.

    Attributes:
        folder: where the conformed Parquet files are.
        tables: the contract tables in the user's folder.
        names: `service`, `workload`, `offer`, `certification` -> the name behind each integer code: the catalog code, or for an unknown
            name the (alphabetically first) spelling given.
        unknown: the same kinds -> unknown name -> its nearest catalog names, at most three.
        months: usage table -> basis ('' where the table has none) -> months present (year * 12 + month - 1) over all kept rows.
        masks: usage table -> the association masks in it, after the join.
        digest: of the conformed content; equal facts have equal digests.
        report: what the load found.
    """

    folder: Path
    tables: frozenset[str]
    names: dict[str, tuple[str, ...]]
    unknown: dict[str, dict[str, tuple[str, ...]]]
    months: dict[str, dict[str, tuple[int, ...]]]
    masks: dict[str, tuple[int, ...]]
    digest: str
    report: LoadReport

    @property
    def kept(self) -> bool:
        """Say whether there are conformed files: refused facts have none."""
        return self.folder.is_dir()

    @property
    def shape(self) -> Hashable:
        """Give all that a plan of a score follows from beside the rules: tables, names, months and masks. Few imports change it."""
        return (
            self.folder,
            self.tables,
            tuple(sorted(self.names.items())),
            tuple((table, *sorted(bases.items())) for table, bases in sorted(self.months.items())),
            tuple(sorted(self.masks.items())),
        )

    def files(self, table: str, months: Iterable[int] | None = None) -> list[FactsFile]:
        """List the Parquet files of a conformed table, by month: at least one, without rows where the table has none.

        With `months` files that hold other months alone are left out. Raises KeyError where there is no such table.
        """
        files = sorted((self.folder / table).glob("*.parquet"))
        if not files:
            raise KeyError(table)
        if months is None:
            return list(files)
        names = {f"{month // 12:04}-{month % 12 + 1:02}" for month in months}
        return [file for file in files if file.stem in names or not MONTH_FILE.fullmatch(file.stem)] or list(files[:1])

    def scan(self, table: str) -> pl.LazyFrame:
        """Scan a conformed table (money in ten-thousandths of a dollar, months as numbers)."""
        return pl.scan_parquet([str(file) for file in self.files(table)])

    def azure_detail(self, partner: str, months: Iterable[int] | None = None) -> pl.DataFrame:
        """Give the Azure usage of a global account by location and subscription, with the columns of `usage.COLUMNS`."""
        files = [str(file) for file in self.files("azure_detail", months)]
        return pl.scan_parquet(files).filter(pl.col("partner_id") == partner).collect()

    def names_of_people(self, people: Collection[str]) -> dict[str, str]:
        """Give names by person id, where they are kept apart from the certificates: in a folder they are not."""
        del people
        return {}


def load(
    source: Path | str,
    *,
    max_rejects: Fraction = DEFAULT_MAX_REJECTS,
    progress: Progress | None = None,
    catalog: Catalog | None = None,
    work: Path | None = None,
) -> Facts:
    """Load a facts folder: check, conform and aggregate its tables, or take what an earlier load of the same files kept.

    `work` is where the conformed files are kept (`.attain` in the folder, or a temporary folder where that cannot be written).
    Raises AttainError for a fault of a file, and where more than `max_rejects` of the rows of a table are set aside; then nothing is kept.
    """
    facts, refusal = check(source, max_rejects=max_rejects, progress=progress, catalog=catalog, work=work)
    if refusal is not None:
        raise refusal
    return facts


def check(
    source: Path | str,
    *,
    max_rejects: Fraction = DEFAULT_MAX_REJECTS,
    progress: Progress | None = None,
    catalog: Catalog | None = None,
    work: Path | None = None,
) -> tuple[Facts, AttainError | None]:
    """Load a facts folder and give what was found together with the refusal, if too many rows are set aside.

    Refused facts keep their report but no conformed files. Raises AttainError for a fault of a file.
    """
    facts = _examine(source, progress, catalog, work)
    table = facts.report.excess(max_rejects)
    if table is None:
        return facts, None
    shutil.rmtree(facts.folder, ignore_errors=True)
    return facts, too_many_rejects(facts.report, table, max_rejects)


def too_many_rejects(report: LoadReport, table: str, max_rejects: Fraction) -> AttainError:
    """Word the refusal: too many rows of a table are set aside, the first of them shown."""
    rejected, rows = report.rejected(table)
    files = {file.file for file in report.files if file.table == table}
    first = next(reject for reject in report.rejects if reject.file in files)
    return AttainError(
        "too-many-rejects",
        f"{rejected:,} of {rows:,} rows of {table} are set aside, more than {_percent(max_rejects)}; the first: {first}",
        hint="run attain check on the folder to see them all; mend the rows, or allow more with --max-rejects",
    )


def _percent(share: Fraction) -> str:
    percent = share * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else f"{percent.numerator}/{percent.denominator}%"


def _examine(source: Path | str, progress: Progress | None, catalog: Catalog | None, work: Path | None) -> Facts:
    folder = open_folder(source)
    catalog = catalog if catalog is not None else _own_catalog()
    fingerprint = _fingerprint(folder, catalog)
    home = _home(folder, work)
    final = home / fingerprint
    kept = _read_kept(final)
    if kept is not None:
        return kept
    building = Path(tempfile.mkdtemp(prefix="tmp-", dir=home))
    try:
        conforming = Conforming(folder, building, catalog, progress)
        report = conforming.run()
        facts = Facts(
            folder=final,
            tables=folder.tables,
            names=conforming.names,
            unknown={kind: coder.unknown() for kind, coder in conforming.coders.items()},
            months={
                table: {basis: tuple(sorted(months)) for basis, months in sorted(bases.items())}
                for table, bases in conforming.months.items()
            },
            masks={table: tuple(sorted(masks)) for table, masks in conforming.masks.items()},
            digest=_digest(building, conforming.names),
            report=report,
        )
        (building / _MANIFEST).write_bytes(TypeAdapter(Facts).dump_json(facts))
        if _fingerprint(open_folder(source), catalog) != fingerprint:
            raise AttainError(
                "changed-while-reading",
                "a file changed while it was read",
                where=str(folder.path),
                hint="load again once nothing writes into the folder",
            )
        with contextlib.suppress(OSError):
            building.rename(final)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    kept = _read_kept(final)
    if kept is None:
        raise AttainError(
            "not-kept",
            "the conformed facts could not be kept",
            where=str(home),
            hint="check the free space and the permissions of the folder",
        )
    _forget_older(home, final)
    return kept


def _own_catalog() -> Catalog:
    from attain.rulebook.load import load_book  # noqa: PLC0415 - reading the book costs more than a cached load with a given catalog

    return load_book().catalog


def _fingerprint(folder: FactsFolder, catalog: Catalog) -> str:
    digest = hashlib.sha256(f"{FORMAT} {pl.__version__} {catalog!r}".encode())
    for file in folder.files:
        digest.update(f"\n{file.name}\0{file.size}\0{file.modified}".encode())
    if (people := folder.people) is not None:
        told = people.stat()
        digest.update(f"\n{people.name}\0{told.st_size}\0{told.st_mtime_ns}".encode())
    digest.update("\n".join(folder.warnings).encode())
    return digest.hexdigest()[:32]


def _home(folder: FactsFolder, work: Path | None) -> Path:
    home = work if work is not None else folder.path / ".attain"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return home
    except OSError as error:
        if work is not None:
            hint = "give a folder that can be written"
            raise AttainError("work-folder", f"nothing can be kept there: {error.strerror}", where=str(work), hint=hint) from error
    home = Path(tempfile.mkdtemp(prefix="attain-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def _read_kept(final: Path) -> Facts | None:
    try:
        kept = TypeAdapter(Facts).validate_json((final / _MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None
    return replace(kept, folder=final)


def _digest(folder: Path, names: dict[str, tuple[str, ...]]) -> str:
    digest = hashlib.sha256(repr(sorted(names.items())).encode())
    for path in sorted(folder.rglob("*.parquet")):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _forget_older(home: Path, current: Path) -> None:
    """Keep the latest loads only: the one before may still be read by a running process."""
    loads = sorted(
        (path for path in home.iterdir() if path != current and (path / _MANIFEST).is_file()),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    for path in loads[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)

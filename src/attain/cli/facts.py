"""`attain check`: is this facts folder sound, and what is in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.loading import reading
from attain.cli.options import MaxRejects, share_of
from attain.cli.printing import pasted, printer, so_many, whole
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from rich.console import Console

    from attain.facts.facts import Facts
    from attain.facts.rejects import Reject

REJECTS_SHOWN = 10
NAMES_SHOWN = 20
WITHOUT = {
    "partners": "partners are shown by id, and no location rolls up",
    "associations": "rows that name no partner, tenant or association stay so and are not scored",
    "enrollments": "statuses know no purchases",
    "reported_scores": "there is no number of Microsoft's to compare with",
}
"""What a missing table means where no metric waits for it."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(check)


def check(
    folder: Annotated[Path, typer.Argument(help="The facts folder: CSV or Parquet files named after the contract's tables.")],
    max_rejects: MaxRejects = "1%",
    rejects: Annotated[Path | None, typer.Option(help="Where the rows set aside go, as CSV (of a folder: rejects.csv in it).")] = None,
) -> None:
    """Check a facts folder: tables, rows, months, unknown names, what is missing; rows set aside go to a CSV file."""
    from attain.store.place import is_store

    facts, refusal = _read(folder, share_of(max_rejects))
    console = printer()
    _show(facts, console)
    found = facts.report.rejects
    # a store keeps what is set aside itself, and nothing else is put beside its tables
    target = rejects or (None if is_store(folder) else folder / "rejects.csv")
    if found:
        if target is not None:
            _write(found, target)
        for reject in found[:REJECTS_SHOWN]:
            console.print(f"set aside: {reject}", markup=False, highlight=False, soft_wrap=True)
        place = f"all in {target}" if target else f"by load: attain loads {pasted(folder)} --rejects LOAD"
        console.print(f"{so_many(len(found), 'rows')} set aside, {place}", markup=False, highlight=False, soft_wrap=True)
    elif rejects is None and target is not None and target.is_file():
        target.unlink()
    if refusal is not None:
        raise refusal


def _write(found: Sequence[Reject], target: Path) -> None:
    from attain.facts.rejects import write_rejects

    try:
        write_rejects(found, target)
    except AttainError as error:
        raise replace(error, hint=f"{error.hint}: --rejects FILE") from error


def _read(folder: Path, share: Fraction) -> tuple[Facts, AttainError | None]:
    from attain.facts.facts import check as check_facts
    from attain.store.place import is_store
    from attain.workspace import Workspace

    if is_store(folder):
        return Workspace.open(folder).facts, None
    with reading() as progress:
        return check_facts(folder, max_rejects=share, progress=progress)


def _show(facts: Facts, console: Console) -> None:
    from rich.table import Table

    leaving = any(file.left_out for file in facts.report.files)
    columns = ("rows", "kept", "repeated", *(("left out",) if leaving else ()), "set aside", "unassigned")
    table = Table("table", "file", *columns, box=None, pad_edge=False)
    table.columns[1].overflow = "fold"
    for column in table.columns[2:]:
        column.justify = "right"
    for file in facts.report.files:
        counts = (file.rows, file.kept, file.repeated, *((file.left_out,) if leaving else ()), file.rejected, file.unassigned)
        table.add_row(file.table, file.file, *(f"{count:,}" for count in counts))
    console.print(whole(table))
    for line in (*_covered(facts), *_unknown(facts), *_designations(facts), *facts.report.warnings, *_missing(facts)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _covered(facts: Facts) -> Iterable[str]:
    from attain.facts.report import month_ranges

    for table, bases in facts.months.items():
        for basis, months in bases.items():
            yield f"{table}{f' ({basis})' if basis else ''}: {month_ranges(months)}"


def _unknown(facts: Facts) -> Iterable[str]:
    for kind, names in facts.unknown.items():
        for name, near in list(names.items())[:NAMES_SHOWN]:
            yield f"unknown {kind}: {name!r}" + (f"; nearest: {', '.join(near)}" if near else "; nothing in the catalog is near")
        if len(names) > NAMES_SHOWN:
            yield f"unknown {kind}: {len(names) - NAMES_SHOWN:,} more"


def _designations(facts: Facts) -> Iterable[str]:
    from attain.errors import did_you_mean
    from attain.facts.report import unknown_designations, unknown_reported_names
    from attain.rulebook.load import load_book

    known = load_book().designations
    for table, names in unknown_designations(facts, known).items():
        for name in names:
            yield f"unknown designation in {table}: {name!r}, its rows count for nothing; {did_you_mean(name, known)}"
    for designation, column, name, names in unknown_reported_names(facts, known):
        yield f"unknown {column} of {designation} in reported_scores: {name!r}, its rows cannot be compared; {did_you_mean(name, names)}"


def _missing(facts: Facts) -> Iterable[str]:
    from attain.facts.report import blocked_metrics
    from attain.facts.schema import TABLES
    from attain.rulebook.load import load_book

    missing = [table for table in TABLES if table not in facts.tables]
    for table, metrics in blocked_metrics(missing, load_book().designations.values()).items():
        yield f"missing table {table}" + (f" blocks {_by_designation(metrics)}" if metrics else f": {WITHOUT[table]}")


def _by_designation(metrics: Iterable[str]) -> str:
    """Group `designation metric` names: `security (net_customer_adds, deployments); modern-work (usage_growth)`."""
    groups: dict[str, list[str]] = {}
    for name in metrics:
        designation, _, metric = name.partition(" ")
        groups.setdefault(designation, []).append(metric)
    return "; ".join(f"{designation} ({', '.join(names)})" for designation, names in groups.items())

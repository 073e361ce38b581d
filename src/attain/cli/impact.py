"""`attain impact`: another edition or an edited rulebook on these facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.basis import on_basis
from attain.cli.loading import open_workspace, say_basis
from attain.cli.options import (
    AsOf,
    Basis,
    Designations,
    FactsPath,
    FileFormat,
    KnownOn,
    MaxRejects,
    Output,
    OutputFormat,
    Partners,
    RefreshDay,
    StoreVersion,
    check_output,
    day_of,
)

if TYPE_CHECKING:
    from attain.advise.impact import Impact
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.workspace import Workspace

SHOWN = 40


def register(app: typer.Typer) -> None:
    """Add the command `impact` to the command line."""
    app.command("impact")(impact)


def impact(
    facts: FactsPath,
    as_of: AsOf,
    edition: Annotated[str | None, typer.Option(help="The edition to compare with, such as 2026-08.")] = None,
    rulebook: Annotated[Path | None, typer.Option(help="The folder of another rulebook to compare with, an edited copy say.")] = None,
    partner: Partners = None,
    designation: Designations = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show what other rules would do to scores on a day: before, after, who gains and who loses. Every partner unless some are named."""
    check_output(file_format, output)
    day = day_of(as_of)
    if (edition is None) == (rulebook is None):
        raise typer.BadParameter("give one of --edition and --rulebook", param_hint="--edition")
    from attain.advise.impact import COLUMNS, records
    from attain.report.files import write_records

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    found = workspace.impact(
        day,
        edition=edition,
        other=None if rulebook is None else _other(workspace, facts, rulebook, max_rejects, store_version, known_on),
        partners=partner,
        designations=designation,
        basis=basis,
        refresh_day=refresh_day,
    )
    if file_format is OutputFormat.table:
        _show(workspace, found, edition or str(rulebook), basis)
    else:
        write_records(COLUMNS, list(records(found)), file_format.value, output)


def _other(
    workspace: Workspace, facts: Path, rulebook: Path, max_rejects: str, store_version: int | None, known_on: str | None
) -> tuple[Book, Facts]:
    """Load the other rulebook, and the facts by its names where its catalog is another one."""
    from attain.cli.options import share_of
    from attain.rulebook.load import load_book
    from attain.workspace import Workspace

    book = load_book(rulebook)
    if book.catalog == workspace.book.catalog:
        return book, workspace.facts
    day = None if known_on is None else day_of(known_on, "--known-on")
    return book, Workspace.open(facts, load=store_version, known_on=day, book=book, max_rejects=share_of(max_rejects)).facts


def _show(workspace: Workspace, found: Impact, rules: str, basis: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from attain.cli.printing import fitted, printer
    from attain.explaining.words import number

    console = printer(highlight=False)
    console.print(
        f"The facts of {found.as_of} by {rules} instead of the rules of that day, recomputed by Attain{on_basis(basis)}", markup=False
    )
    titles = {name: designation.name for name, designation in workspace.book.designations.items()}
    summary = Table(box=SIMPLE_HEAD)
    summary.add_column("Designation")
    for heading in ("Partners", "Gain", "Lose", "Would qualify", "Would stop"):
        summary.add_column(heading, justify="right")
    for count in found.counts():
        numbers = (count.partners, count.gain, count.lose, count.qualify, count.stop_qualifying)
        summary.add_row(titles.get(count.designation, count.designation), *(f"{one:,}" for one in numbers))
    console.print(summary)
    moved = list(found.rows(moved=True))
    if not moved:
        console.print("No score changes.")
        return
    names = workspace.partner_names()
    rest = len(moved) - SHOWN
    table = Table(box=SIMPLE_HEAD, caption=f"{rest:,} more; --format csv gives all of them" if rest > 0 else None, caption_justify="left")
    for heading in ("Partner", "Designation", "Track"):
        table.add_column(heading, overflow="fold")
    for heading in ("Before", "After", "Change"):
        table.add_column(heading, justify="right")
    table.add_column("Qualifies")
    for row in moved[:SHOWN]:
        track = row.track_after if row.track_before == row.track_after else f"{row.track_before}, then {row.track_after}"
        outcome = {(True, False): "no more", (False, True): "then", (True, True): "both", (False, False): ""}[
            row.qualified_before, row.qualified_after
        ]
        change = f"+{number(row.change)}" if row.change > 0 else number(row.change)
        cells = (names.get(row.partner_id) or row.partner_id, titles.get(row.designation, row.designation), track)
        points = (workspace.shown(found.as_of, row.before), workspace.shown(found.as_of, row.after), change)
        table.add_row(*(Text(cell) for cell in (*cells, *points, outcome)))
    console.print(fitted(table, console))

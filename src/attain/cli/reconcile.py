"""`attain reconcile`: Microsoft's own numbers beside ours, and what could explain where they differ."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.basis import on_basis
from attain.cli.loading import open_workspace
from attain.cli.options import (
    Basis,
    FactsPath,
    FileFormat,
    KnownOn,
    MaxRejects,
    Output,
    OutputFormat,
    Partner,
    RefreshDay,
    StoreVersion,
    check_output,
    day_of,
)
from attain.cli.printing import whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from fractions import Fraction

    from rich.console import Console

    from attain.explaining.reconciliation import Compared, Reconciliation
    from attain.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command `reconcile` to the command line."""
    app.command("reconcile")(reconcile)


def reconcile(
    facts: FactsPath,
    partner: Partner,
    as_of: Annotated[str | None, typer.Option(help="The latest reported day up to this one.", show_default="the latest")] = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Compare the scores that Microsoft reported with ours, and show what could explain where they differ."""
    check_output(file_format, output)
    day = None if as_of is None else day_of(as_of)
    from attain.report.files import write_reconciliation

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    found = workspace.reconcile(partner=partner, as_of=day, basis=basis, refresh_day=refresh_day)
    for fault in found.faults:
        typer.echo(f"note: not compared: {fault}", err=True)
    if file_format is OutputFormat.table:
        _show(workspace, found, basis)
    else:
        write_reconciliation(found, file_format.value, output)


def _show(workspace: Workspace, found: Reconciliation, basis: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    name = workspace.partner_names().get(found.partner_id)
    who = f"{name} (partner {found.partner_id})" if name else f"partner {found.partner_id}"
    console.print(f"Microsoft's numbers for {who} beside ours{on_basis(basis)}", markup=False)
    for (designation, _), rows in groupby(found.rows, key=lambda row: (row.designation, row.as_of)):
        _show_designation(console, workspace, list(rows))
        for answer in found.answers:
            if answer.designation == designation:
                console.print(f"  All numbers agree with: {answer.clue.words}", style="green", markup=False)


def _show_designation(console: Console, workspace: Workspace, rows: Sequence[Compared]) -> None:
    """Print a line a number, then what could explain those that differ."""
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    book = workspace.book.designations[rows[0].designation]
    names = {"total": "Total", **{metric.id: metric.name for metric in book.metrics}}
    table = Table(
        title=f"{book.name} on {rows[0].as_of}, edition {rows[0].edition}", title_justify="left", title_style="bold", box=SIMPLE_HEAD
    )
    for heading in ("Metric", "Track"):
        table.add_column(heading)
    for heading in ("Microsoft", "Attain", "Difference"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for row in rows:
        cells = (
            names[row.metric],
            row.track,
            _reported(row.reported_points, row.reported_value),
            _ours(row),
            _number(row.difference),
            "agrees" if row.agrees else "differs",
        )
        table.add_row(*(Text(cell) for cell in cells), style="" if row.agrees else "yellow")
    console.print(whole(table))
    for row in rows:
        if not row.agrees:
            console.print(Text(f"  {names[row.metric]} could differ because of:" if row.clues else f"  {names[row.metric]}: nothing found"))
            for clue in row.clues:
                console.print(Padding(Text(clue.words, style="green" if clue.agrees else ""), (0, 0, 0, 4)))


def _reported(points: Decimal | None, value: Decimal | None) -> str:
    from attain.report.files import plain

    parts = ([] if points is None else [plain(points)]) + ([] if value is None else [f"({plain(value)})"])
    return " ".join(parts)


def _ours(row: Compared) -> str:
    value = "" if row.reported_value is None or row.value is None else f" ({_number(row.value)})"
    return f"{_number(row.points) or '-'}{value}"


def _number(value: Fraction | None) -> str:
    from attain.explaining.words import number

    return "" if value is None else number(value)

"""`attain history`: scores and statuses over time."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attain.cli.basis import on_basis
from attain.cli.loading import open_workspace, say_basis
from attain.cli.options import (
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
    from collections.abc import Sequence

    from rich.console import Console

    from attain.scoring.chronicle import Chronicle
    from attain.workspace import Workspace


class Rhythm(StrEnum):
    """How close the days of a history are."""

    day = "day"
    month = "month"


def register(app: typer.Typer) -> None:
    """Add the command `history` to the command line."""
    app.command("history")(history)


def history(
    facts: FactsPath,
    partner: Partners = None,
    designation: Designations = None,
    from_: Annotated[str | None, typer.Option("--from", help="The first day.", show_default="the first that the facts know")] = None,
    to: Annotated[str | None, typer.Option("--to", help="The last day.", show_default="the last that the facts know")] = None,
    by: Annotated[Rhythm, typer.Option("--by", help="Every day, or the last day of every month.")] = Rhythm.month,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show scores and statuses over time, with the days from which other rules applied."""
    check_output(file_format, output)
    first = None if from_ is None else day_of(from_, "--from")
    last = None if to is None else day_of(to, "--to")
    from attain.report.files import write_chronicle

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    found = workspace.chronicle(
        from_=first, to=last, by=by.value, partners=partner, designations=designation, basis=basis, refresh_day=refresh_day
    )
    if file_format is OutputFormat.table:
        _show(workspace, found, basis)
    else:
        write_chronicle(found, file_format.value, output)


def _show(workspace: Workspace, found: Chronicle, basis: str) -> None:
    """Print a table for each partner and designation: a line a day, a column a metric, or where that has no room the metrics below it."""
    from attain.cli.printing import printer

    console = printer(highlight=False)
    names = workspace.partner_names()
    rows = found.rows()
    tables: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        tables.setdefault((row["partner_id"], row["designation"]), []).append(row)
    for (partner_id, designation), own in tables.items():
        name = names.get(partner_id)
        title = f"{name} (partner {partner_id})" if name else f"partner {partner_id}"
        _show_table(console, workspace, f"{title}: {workspace.book.designations[designation].name}{on_basis(basis)}", designation, own)
    if not tables:
        console.print("Nothing to show: no designation has rules on these days.")


def _show_table(console: Console, workspace: Workspace, title: str, designation: str, rows: Sequence[dict[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from attain.cli.printing import fits

    metrics = {metric.id: metric.name for metric in workspace.book.designations[designation].metrics}
    present = [metric for metric in metrics if any(row["metric"] == metric for row in rows)]
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("Day")
    table.add_column("Total", justify="right")
    for metric in present:
        table.add_column(metrics[metric], justify="right")
    for heading in ("Track", "Status", "Rules"):
        table.add_column(heading)
    by_day: dict[Any, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_day.setdefault(row["as_of"], {})[row["metric"]] = row
    for day, own in by_day.items():
        total = own["total"]
        shown = workspace.shown(day, total["points"])
        points = [workspace.shown(day, own[metric]["points"]) if metric in own else "-" for metric in present]
        rules = f"{total['edition']} begins" if total["rule_change"] else ""
        mark = "" if total["complete"] else " incomplete"
        cells = (str(day), f"{shown}{mark}", *points, total["track"], total["status_name"], rules)
        table.add_row(*(Text(cell) for cell in cells), style="green" if total["qualified"] else "")
    if fits(table, console):
        console.print(table)
        return
    console.print(Text(title, style="bold"))
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        day, total, *points, track, status, rules = (str(cell) for cell in cells)
        console.print(Text(f"  {day}  {total}, {track} track, {status}{f'; {rules}' if rules else ''}"))
        told = ", ".join(f"{metrics[metric]} {shown}" for metric, shown in zip(present, points, strict=True))
        console.print(Padding(Text(told), (0, 0, 0, len(day) + 4)))

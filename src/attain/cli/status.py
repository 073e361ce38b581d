"""`attain status`: what each designation is on a day, why, and the next date that matters."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.scoring.statuses import PartnerOn


class StatusFormat(StrEnum):
    """How the statuses are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def register(app: typer.Typer) -> None:
    """Add the command `status` to the command line."""
    app.command("status")(status)


def status(
    facts: Annotated[Path, typer.Argument(help="The facts folder.")],
    as_of: Annotated[str, typer.Option(help="The day, as 2026-11-24.")],
    partner: Annotated[list[str] | None, typer.Option(help="Only this partner; may be given more than once.")] = None,
    designation: Annotated[list[str] | None, typer.Option(help="Only this designation; may be given more than once.")] = None,
    basis: Annotated[str, typer.Option(help="The amounts to score: acr, list, billed or amortized.")] = "acr",
    refresh_day: Annotated[int | None, typer.Option(help="Day of the month from which the month before counts.")] = None,
    file_format: Annotated[StatusFormat, typer.Option("--format", help="How to write them.")] = StatusFormat.table,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of standard output.")] = None,
) -> None:
    """Show the status of partners in designations on a day, with the reason and the next date that matters."""
    if output is not None and file_format is StatusFormat.table:
        raise typer.BadParameter("a table goes to the screen; choose csv, json or parquet for a file", param_hint="--format")
    try:
        day = dt.date.fromisoformat(as_of)
    except ValueError as error:
        raise AttainError("no-date", f"{as_of!r} is no date", "--as-of", "write it as 2026-11-24") from error
    from attain.report.files import write_statuses
    from attain.workspace import Workspace

    found = Workspace.open(facts).status(day, partners=partner, designations=designation, basis=basis, refresh_day=refresh_day)
    if file_format is StatusFormat.table:
        _show(found)
    else:
        write_statuses(found, file_format.value, output)


def _show(partners: Sequence[PartnerOn]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for partner in partners:
        badges = ", ".join(badge.name for badge in partner.on.badges)
        held = "; ".join(text for text in (partner.on.all_held, f"badges: {badges}" if badges else "") if text)
        table = Table(
            title=Text(f"Partner {partner.partner_id} on {partner.on.day}" + (f" ({held})" if held else "")), title_justify="left"
        )
        for name in ("Designation", "Status", "Why", "Next date"):
            table.add_column(name)
        for one in partner.on.statuses:
            next_date = f"{one.next_date}: {one.next_meaning}"
            table.add_row(*(Text(cell) for cell in (one.designation, one.status_name, one.reason, next_date)))
        console.print(table)

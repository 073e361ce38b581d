"""`attain status`: what each designation is on a day, why, and the next date that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from attain.cli.printing import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.scoring.statuses import PartnerOn


def register(app: typer.Typer) -> None:
    """Add the command `status` to the command line."""
    app.command("status")(status)


def status(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partners = None,
    designation: Designations = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show the status of partners in designations on a day, with the reason and the next date that matters."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.report.files import write_statuses

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    found = workspace.status(day, partners=partner, designations=designation, basis=basis, refresh_day=refresh_day)
    if file_format is OutputFormat.table:
        _show(found, workspace.partner_names(), {name: one.name for name, one in workspace.book.designations.items()}, basis)
    else:
        write_statuses(found, file_format.value, output)


def _show(partners: Sequence[PartnerOn], names: dict[str, str], designations: dict[str, str], basis: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for partner in partners:
        badges = ", ".join(badge.name for badge in partner.on.badges)
        held = "; ".join(text for text in (partner.on.all_held, f"badges: {badges}" if badges else "") if text)
        name = names.get(partner.partner_id, partner.partner_id)
        day = f" (partner {partner.partner_id}) on {partner.on.day}{on_basis(basis)}"
        title = Text.assemble((name, "bold"), day, f"; {held}" if held else "")
        table = Table(title=title, title_justify="left", title_style="", box=SIMPLE_HEAD)
        for heading in ("Designation", "Status", "Why", "Next date"):
            table.add_column(heading)
        for one in partner.on.statuses:
            cells = (
                designations.get(one.designation, one.designation),
                one.status_name,
                one.reason,
                f"{one.next_date}: {one.next_meaning}",
            )
            table.add_row(*(Text(cell) for cell in cells))
        console.print(whole(table))
        for doubt in partner.doubts:
            what = f"{designations.get(doubt.designation, doubt.designation)}, enrolled on {doubt.enrolled_on}"
            console.print(f"  [yellow]Check the record:[/yellow] {what}: {doubt.text}", highlight=False)

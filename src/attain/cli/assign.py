"""`attain assign`: usage that nobody is known to own, and whose it is."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.loading import open_workspace
from attain.cli.options import FactsPath, MaxRejects, day_of
from attain.cli.printing import fits, fitted, pasted, printer
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attain.facts.unassigned import Unassigned

LINKS_SHOWN = 10
COLUMNS: tuple[str, ...] = ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on")


def register(app: typer.Typer) -> None:
    """Add the command `assign` to the command line."""
    app.command("assign")(assign)


def assign(
    facts: FactsPath,
    subscription: Annotated[str, typer.Option(metavar="ID", help="The subscription to assign; without it those are listed.")] = "",
    partner: Annotated[str, typer.Option(metavar="ID", help="The partner whose it is.")] = "",
    tenant: Annotated[str, typer.Option(metavar="GUID", help="The tenant of the customer who uses it.")] = "",
    association: Annotated[str, typer.Option(metavar="NAME", help="What links them, such as pal, dpor or csp2.")] = "",
    from_: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day; since ever unless named.")] = "",
    to: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day; for ever unless named.")] = "",
    max_rejects: MaxRejects = "1%",
) -> None:
    """List the subscriptions whose usage has no partner or tenant; or say whose one is, with a row of the associations table."""
    if not subscription:
        from attain.facts.unassigned import unassigned, unfit_links

        read = open_workspace(facts, max_rejects).facts
        found = unassigned(read)
        _show(found, unfit_links(read, found), facts)
        return
    from attain.rulebook.load import load_book
    from attain.sources.association_list import association_of
    from attain.sources.cells import guid_of

    needed = {"--partner": partner, "--tenant": tenant, "--association": association}
    missing = [option for option, given in needed.items() if not given.strip()]
    if missing:
        raise typer.BadParameter(f"say {' and '.join(missing)} too", param_hint="--subscription")
    row = {
        "partner_id": partner.strip(),
        "tenant_id": _checked(tenant, guid_of, "--tenant"),
        "association": _checked(association, partial(association_of, load_book().catalog), "--association"),
        "scope": subscription.strip(),
        "started_on": day_of(from_, "--from").isoformat() if from_ else "",
        "ended_on": day_of(to, "--to").isoformat() if to else "",
    }
    _write(facts, row)
    typer.echo(f"subscription {row['scope']}: partner {row['partner_id']}, tenant {row['tenant_id']}, {row['association']}")
    typer.echo(f"Next: attain check {pasted(facts)}", err=True)


def _checked(text: str, known: Callable[[str], str], option: str) -> str:
    from attain.sources.cells import CellError

    try:
        return known(text.strip())
    except CellError as error:
        raise AttainError("unclear-answer", f"{text!r}: {error}", option) from error


def _write(facts: Path, row: dict[str, str]) -> None:
    """Put the row where an import puts it: as a small file of the same shape, read by the same reader."""
    import tempfile

    from attain.sources.importing import import_files
    from attain.sources.intake import Options

    with tempfile.TemporaryDirectory(prefix="attain-assign-") as folder:
        path = Path(folder) / f"assigned-{row['partner_id']}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerow(row)
        import_files([path], facts, Options(), max_rejects=(0, 1))


def _show(found: Sequence[Unassigned], unfit: Sequence[str], facts: Path) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    console = printer(highlight=False)
    if not found:
        console.print("Every row of Azure usage has a partner and a tenant.")
        return
    table = Table(title="Azure usage without a partner or tenant", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for heading in ("Subscription", "Partner", "Tenant", "Months", "Basis"):
        table.add_column(heading, overflow="fold")
    for heading in ("Rows", "USD"):
        table.add_column(heading, justify="right")
    for one in found:
        months = one.first_month if one.first_month == one.last_month else f"{one.first_month} to {one.last_month}"
        cells = (
            one.subscription_id or "none",
            one.partner_id or "?",
            one.tenant_id or "?",
            months,
            one.basis,
            f"{one.rows:,}",
            f"{one.usd:,}",
        )
        table.add_row(*(Text(cell) for cell in cells))
    console.print(fitted(table, console))
    if not fits(table, console):
        console.print()
    if unfit:
        console.print("Associations that seem to name them", style="bold")
        for line in unfit[:LINKS_SHOWN]:
            console.print(f"  {line}", markup=False, soft_wrap=True)
        if len(unfit) > LINKS_SHOWN:
            console.print(f"  {len(unfit) - LINKS_SHOWN:,} more")
        console.print()
    said = f"attain assign {pasted(facts)} --subscription ID --partner ID --tenant GUID --association pal says whose one is."
    console.print(said, markup=False, soft_wrap=True)

"""`attain portfolio`: all partners side by side, as a distributor looks at its resellers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

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
from attain.cli.printing import so_many

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from attain.advise.portfolio import Listed
    from attain.workspace import Workspace

SHOWN = 50


class Sort(StrEnum):
    """The orders of the list."""

    distance = "distance"
    partner = "name"
    next_date = "next-date"
    at_risk = "at-risk"
    unclaimed = "unclaimed"


def register(app: typer.Typer) -> None:
    """Add the command `portfolio` to the command line."""
    app.command("portfolio")(portfolio_command)


def portfolio_command(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partners = None,
    designation: Designations = None,
    distributor: Annotated[str | None, typer.Option(help="Only the resellers that this distributor serves.")] = None,
    status: Annotated[str | None, typer.Option(help="Only this status: in_progress, qualified, enrolled or renewal_due.")] = None,
    within: Annotated[int | None, typer.Option(min=0, help="Only who does not qualify and is at most so many points short.")] = None,
    sort: Annotated[Sort, typer.Option(help="The order; who is not short, or has no such day, stands last.")] = Sort.distance,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List partners side by side: points short, what alone is in the way, status, next date, risk ahead, unclaimed points."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.advise.portfolio import COLUMNS, MICRO, portfolio, records
    from attain.report.files import write_records
    from attain.scoring.options import Chosen

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    _check_status(workspace, status)
    _check_distributor(workspace, distributor)
    say_basis(workspace, basis)
    options, accounts = Chosen(basis=basis, refresh_day=refresh_day), workspace.accounts(partner)
    found = portfolio(workspace.book, workspace.facts, day, accounts, designations=designation, options=options)
    kept = [
        one
        for one in found
        if distributor in {None, one.account.distributor_id}
        and status in {None, one.status.status}
        and (within is None or (not one.qualifies and one.distance <= within * MICRO))
    ]
    kept.sort(key=_order(sort))
    if file_format is OutputFormat.table:
        _show(workspace, kept, day, basis)
    else:
        write_records(COLUMNS, records(kept), file_format.value, output)


def _check_status(workspace: Workspace, status: str | None) -> None:
    from attain.errors import AttainError, did_you_mean

    known = [one.id for one in workspace.book.programme.statuses]
    if status is not None and status not in known:
        raise AttainError("unknown-status", f"there is no status {status!r}", "--status", did_you_mean(status, known))


def _check_distributor(workspace: Workspace, distributor: str | None) -> None:
    """Refuse a distributor that serves nobody: a list of none would look as if it had no resellers."""
    from attain.errors import AttainError, did_you_mean

    known = sorted({account.distributor_id for account in workspace.accounts() if account.distributor_id})
    if distributor is not None and distributor not in known:
        otherwise = "give a distributor_id of the table partners" if known else "the column distributor_id of the table partners is empty"
        hint = did_you_mean(distributor, known, otherwise)
        raise AttainError("unknown-distributor", f"no partner of the facts is served by {distributor!r}", "--distributor", hint)


def _order(sort: Sort) -> Callable[[Listed], Any]:
    orders: dict[Sort, Callable[[Listed], Any]] = {
        Sort.distance: lambda one: (one.qualifies, one.distance),
        Sort.partner: lambda one: (),
        Sort.next_date: lambda one: one.status.next_date,
        Sort.at_risk: lambda one: (one.at_risk_on is None, one.at_risk_on or one.status.day),
        Sort.unclaimed: lambda one: -one.unclaimed,
    }
    chosen = orders[sort]
    return lambda one: (chosen(one), one.account.name.casefold(), one.account.partner_id, one.designation)


def _show(workspace: Workspace, rows: Sequence[Listed], day: dt.date, basis: str) -> None:
    from fractions import Fraction

    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from attain.advise.portfolio import MICRO
    from attain.cli.printing import fitted, printer

    console = printer(highlight=False)
    partners = len({one.account.partner_id for one in rows})
    console.print(f"{so_many(partners, 'partners')}, {so_many(len(rows), 'lines')} on {day}{on_basis(basis)}", markup=False)
    if not rows:
        return
    rest = len(rows) - SHOWN
    table = Table(box=SIMPLE_HEAD, caption=f"{rest:,} more; --format csv gives all of them" if rest > 0 else None, caption_justify="left")
    goal = workspace.shown(day, workspace.book.programme.on(day).qualifying_total)
    for heading in ("Partner", "Designation", "Track"):
        table.add_column(heading, overflow="fold")
    for heading in ("Total", f"Short of {goal}"):
        table.add_column(heading, justify="right")
    for heading in ("Status", "In the way", "Next date", "At risk on"):
        table.add_column(heading, overflow="fold")
    table.add_column("Unclaimed", justify="right")
    for one in rows[:SHOWN]:
        total = workspace.shown(day, Fraction(one.total, MICRO))
        short = max(Fraction(goal) - Fraction(total), Fraction(0))
        cells = (
            one.account.name or one.account.partner_id,
            one.designation,
            one.track,
            total,
            workspace.shown(day, short) if short else "",
            one.status.status_name,
            _in_the_way(one),
            f"{one.status.next_date}: {one.status.next_event.replace('_', ' ')}",
            "" if one.at_risk_on is None else str(one.at_risk_on),
            workspace.shown(day, Fraction(one.unclaimed, MICRO)) if one.unclaimed else "",
        )
        table.add_row(*(Text(cell) for cell in cells))
    console.print(fitted(table, console))


def _in_the_way(one: Listed) -> str:
    if one.qualifies:
        return ""
    if one.blocking:
        return one.blocking.replace("_", " ")
    return f"{one.at_floor} metrics earn nothing" if one.at_floor > 1 else "several metrics"

"""`attain near` and `attain fragility`: who nearly counts, what is at risk, and what one loss would break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.basis import on_basis
from attain.cli.loading import open_workspace, say_basis
from attain.cli.options import (
    AsOf,
    Basis,
    Designations,
    EditionName,
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
    share_of,
)
from attain.cli.printing import so_many, whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rich.console import Console

    from attain.advise.fragility import Fragility, Loss
    from attain.advise.near import Near, NearList
    from attain.workspace import Workspace

SHOWN = 25
POINTS_WIDTH = 11


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("near")(near)
    app.command("fragility")(fragility)


def near(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    designation: Designations = None,
    within: Annotated[str, typer.Option(help="How near: a share of what the condition asks for, such as 25%.")] = "25%",
    days: Annotated[int, typer.Option(min=1, help="Certificates that expire, or expired, within so many days.")] = 90,
    edition: EditionName = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List near misses and what is at risk: customers and people just below and just above each condition, by points."""
    check_output(file_format, output)
    day, share = day_of(as_of), share_of(within, "--within")
    from attain.advise.near import COLUMNS, records
    from attain.report.files import write_records

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=designation, edition=edition, basis=basis, refresh_day=refresh_day)
    found = advice.near(within=share, days=days)
    if file_format is OutputFormat.table:
        _show_near(workspace, found, basis)
    else:
        write_records(COLUMNS, records(found), file_format.value, output)


def fragility(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    designation: Designations = None,
    margins: Annotated[bool, typer.Option("--margins", help="The margins of every metric instead of the losses, in a file.")] = False,
    edition: EditionName = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show what the loss of one person, one certificate or one customer would break, and how much each metric could lose."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.advise.fragility import LOSS_COLUMNS, MARGIN_COLUMNS, loss_records, margin_records
    from attain.report.files import write_records

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=designation, edition=edition, basis=basis, refresh_day=refresh_day)
    found = advice.fragility()
    if file_format is OutputFormat.table:
        _show_fragility(workspace, found, basis)
    elif margins:
        write_records(MARGIN_COLUMNS, margin_records(found), file_format.value, output)
    else:
        write_records(LOSS_COLUMNS, loss_records(found), file_format.value, output)


def _show_near(workspace: Workspace, found: NearList, basis: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"{_partner(workspace, found.partner_id)} on {found.as_of}{on_basis(basis)}", markup=False)
    for title, state in (("Near misses: what would be gained", "near_miss"), ("At risk: what would be lost", "at_risk")):
        rows = found.of("near_miss" if state == "near_miss" else "at_risk")
        console.print()
        console.print(title, style="bold")
        if not rows:
            console.print("  Nothing.")
        _show_rows(console, workspace, rows)
    if found.left_out:
        console.print()
        console.print(f"Of those near one condition the nearest are listed; {found.left_out:,} more stand further from it.", markup=False)


def _show_rows(console: Console, workspace: Workspace, rows: Sequence[Near]) -> None:
    """Print the rows of one state; what several designations share is said once."""
    from rich.padding import Padding
    from rich.text import Text

    together: dict[tuple[object, ...], list[Near]] = {}
    for row in rows:
        together.setdefault((row.condition, row.entity, row.tenant_id, row.value, row.needed, row.points), []).append(row)
    for shown, alike in enumerate(together.values()):
        if shown == SHOWN:
            console.print(f"  {len(together) - SHOWN} more; --format csv gives all of them")
            return
        row = alike[0]
        where = "; ".join(dict.fromkeys(f"{_title(workspace, one.designation)}, {_metric(workspace, one)}" for one in alike))
        who = row.name or row.entity
        who = f"{who}, {row.entity}" if row.tenant_id and row.entity != row.tenant_id else who
        console.print(Text(f"  {_signed(row.points):>{POINTS_WIDTH}}  {who}: {row.reason}"))
        trend = "" if row.trend is None else f"; {_signed(row.trend)} in three months"
        months = f"; so for {so_many(row.months, 'months')}" if row.months else ""
        console.print(Padding(Text(f"{where} ({row.track}){trend}{months}", style="dim"), (0, 0, 0, POINTS_WIDTH + 4)))


def _show_fragility(workspace: Workspace, found: Fragility, basis: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(f"{_partner(workspace, found.partner_id)} on {found.as_of}{on_basis(basis)}: what one loss would break", markup=False)
    for loss in found.losses[:SHOWN]:
        console.print(Text(f"  {_loss(loss)}", style="bold"))
        for effect in loss.effects:
            said = [f"{_signed(effect.points)} {'point' if abs(effect.points) == 1 else 'points'}"]
            said += [f"{_metric_name(workspace, effect.designation, metric)} falls to nothing" for metric in effect.emptied]
            if effect.track_before != effect.track_after:
                said.append(f"the {effect.track_after} track would count")
            if effect.disqualifies:
                said.append("would no longer qualify")
            console.print(Padding(Text(f"{effect.name}: {'; '.join(said)}"), (0, 0, 0, 6)))
    if len(found.losses) > SHOWN:
        console.print(f"  {len(found.losses) - SHOWN} more; --format csv gives all of them")
    if not found.losses:
        console.print("  Nothing: no single loss moves a score.")
    if found.customers > found.tried.get("customer", 0):
        tried = found.tried.get("customer", 0)
        verb = "one was" if tried == 1 else f"{tried:,} were"
        console.print(f"Of {found.customers:,} customers that count the largest {verb} tried.")
    table = Table(box=SIMPLE_HEAD, title="How much each metric could lose", title_justify="left")
    for heading in ("Designation", "Metric"):
        table.add_column(heading)
    for heading in ("Points", "Spare", "Beyond full marks"):
        table.add_column(heading, justify="right")
    table.add_column("Largest customer")
    for margin in found.margins:
        share = "" if margin.largest_share is None else f"{margin.largest_name or margin.largest}: {_number(margin.largest_share * 100)}%"
        cells = (_title(workspace, margin.designation), margin.name, workspace.shown(found.as_of, margin.points))
        table.add_row(*(Text(cell) for cell in (*cells, _number(margin.spare), _number(margin.surplus), share)))
    console.print()
    console.print(whole(table))


def _loss(loss: Loss) -> str:
    who = loss.name or loss.entity
    return {"person": f"{who} leaves", "certificate": f"{who} loses {loss.certification}", "customer": f"{who} is lost"}[loss.kind]


def _partner(workspace: Workspace, partner_id: str) -> str:
    name = workspace.partner_names().get(partner_id)
    return f"{name} (partner {partner_id})" if name else f"Partner {partner_id}"


def _title(workspace: Workspace, designation: str) -> str:
    return workspace.book.designation(designation).name


def _metric(workspace: Workspace, row: Near) -> str:
    name = _metric_name(workspace, row.designation, row.metric)
    return f"{name} ({row.part})" if row.part else name


def _metric_name(workspace: Workspace, designation: str, metric: str) -> str:
    return next((one.name for one in workspace.book.designation(designation).metrics if one.id == metric), metric)


def _number(value: Fraction) -> str:
    from attain.explaining.words import number

    return number(value)


def _signed(value: Fraction) -> str:
    return f"+{_number(value)}" if value > 0 else _number(value)

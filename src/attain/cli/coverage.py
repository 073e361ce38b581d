"""`attain coverage` and `attain seats`: what associations cover, what they miss, and seats that nobody uses."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
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
)
from attain.cli.printing import so_many, whole

if TYPE_CHECKING:
    from rich.console import Console

    from attain.advise.coverage import Coverage, Points, Unclaimed
    from attain.advise.recognition import Product
    from attain.advise.seats import SeatUse
    from attain.workspace import Workspace

SHOWN = 25
CHECKS_SHOWN = 12
POINTS_WIDTH = 11
MATRIX = {"PAL": ("pal",), "DPOR": ("dpor",), "CSP1": ("csp1",), "CSP2": ("csp2",)}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("coverage")(coverage)
    app.command("seats")(seats)


def coverage(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    claims: Annotated[Path | None, typer.Option(help="A register of CPOR claims, CSV; see docs/advise.md.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show covered usage too.")] = False,
    designation: Designations = None,
    edition: EditionName = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show which associations cover what customers use, what none recognizes, and the points that missing ones would add."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.advise.claims import read_claims
    from attain.advise.coverage import COLUMNS, records
    from attain.report.files import write_records

    register_ = () if claims is None else read_claims(claims)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=designation, edition=edition, basis=basis, refresh_day=refresh_day)
    found = advice.coverage(register_)
    if file_format is OutputFormat.table:
        _show_coverage(workspace, found, basis, every=every)
    else:
        write_records(COLUMNS, records(found), file_format.value, output)


def seats(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    goals: Annotated[bool, typer.Option("--goals", help="What reaching the active shares gives instead of the seats, in a file.")] = False,
    designation: Designations = None,
    edition: EditionName = None,
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show seats bought, assigned and active, and what it gives to bring the active share to what a metric asks for."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.advise.seats import GOAL_COLUMNS, SEAT_COLUMNS, goal_records, seat_records
    from attain.report.files import write_records

    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    advice = workspace.advice(day, partner=partner, designations=designation, edition=edition, refresh_day=refresh_day)
    found = advice.seats()
    if file_format is OutputFormat.table:
        _show_seats(workspace, found)
    elif goals:
        write_records(GOAL_COLUMNS, goal_records(found), file_format.value, output)
    else:
        write_records(SEAT_COLUMNS, seat_records(found), file_format.value, output)


def _show_coverage(workspace: Workspace, found: Coverage, basis: str, *, every: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    lacking = len(found.unrecognized)
    who = f"{_partner(workspace, found.partner_id)} on {found.as_of}{on_basis(basis)}"
    console.print(
        f"{who}: {so_many(len(found.products), 'products')} of customers, {lacking:,} with usage that no eligible association recognizes",
        markup=False,
    )
    if lacking:
        console.print(f"All of it recognized: {_points(workspace, found.together) or 'no more points'}", markup=False)
        console.print(f"In the data month alone: {_points(workspace, found.together_at_once) or 'no more points'}", markup=False)
        if found.lacking > len(found.unclaimed):
            tried = len(found.unclaimed)
            verb, those = ("was", "the one") if tried == 1 else ("were", "those")
            said = f"{tried:,} of the {found.lacking:,} customers with such usage {verb} tried one by one, {those} with most of it."
            console.print(said, markup=False)
        console.print(f"What is linked today shows with the refresh of {found.shows_on} at the earliest.", markup=False)
    for one in found.unclaimed[:SHOWN]:
        _show_unclaimed(console, workspace, one)
    if len(found.unclaimed) > SHOWN:
        console.print(f"  {len(found.unclaimed) - SHOWN} more customers; --format csv gives all of them")
    _show_matrix(console, found.products if every else found.unrecognized)
    if found.checks:
        console.print()
        console.print("To look at", style="bold")
    for check in found.checks[:CHECKS_SHOWN]:
        scope = f", {check.scope}" if check.scope else ""
        name = workspace.book.catalog.associations.name(check.association)
        console.print(Text(f"  {check.customer or check.tenant_id}, {name}{scope}: {check.words}"))
    if len(found.checks) > CHECKS_SHOWN:
        console.print(f"  {len(found.checks) - CHECKS_SHOWN} more")


def _show_unclaimed(console: Console, workspace: Workspace, one: Unclaimed) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print()
    console.print(Text(f"  {_signed(one.best):>{POINTS_WIDTH}}  {one.customer or one.tenant_id}", style="bold"))
    detail = [_points(workspace, one.points)] if one.points else []
    by_setting: dict[str, list[str]] = {}
    for each in one.proposals:
        by_setting.setdefault(each.association, []).append(each.name)
    settings = {each.association: each.setting for each in one.proposals}
    for code, names in by_setting.items():
        setting = settings[code]
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        detail.append(f"{workspace.book.catalog.associations.name(code)} for {shown}, set by {setting.set_by}: {setting.how}")
    for line in detail:
        console.print(Padding(Text(line), (0, 0, 0, POINTS_WIDTH + 4)))


def _show_matrix(console: Console, products: tuple[Product, ...]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    if not products:
        return
    rest = len(products) - SHOWN
    table = Table(box=SIMPLE_HEAD, caption=f"{rest:,} more; --format csv gives all of them" if rest > 0 else None, caption_justify="left")
    for heading in ("Customer", "Product"):
        table.add_column(heading, overflow="fold")
    for heading in (*MATRIX, "CPOR"):
        table.add_column(heading, justify="center")
    table.add_column("Usage", justify="right")
    table.add_column("Not recognized in")
    for one in products[:SHOWN]:
        marks = ["x" if set(codes) & set(one.associations) else "" for codes in MATRIX.values()]
        marks.append("x" if any(code.startswith("cpor") for code in one.associations) else "")
        lacks = ", ".join(dict.fromkeys(lack.designation for lack in one.lacks))
        usage = {"azure_usage": "USD", "workload_revenue": "USD"}.get(one.table, "users")
        cells = (one.customer or one.tenant_id, one.name, *marks, f"{_number(one.amount)} {usage}", lacks)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(whole(table))


def _show_seats(workspace: Workspace, found: SeatUse) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from attain.scoring.windows import month_text

    console = Console(highlight=False)
    if found.data_month is None:
        console.print("The facts have no workload_usage, so there are no seats to compare.")
        return
    bought, assigned, active = found.counts
    known = f"{assigned:,} assigned"
    if found.untold:
        some = f"{known} (not known for {found.untold:,} of {so_many(len(found.seats), 'rows')})"
        known = "assigned ones not known" if found.untold == len(found.seats) else some
    who = f"{_partner(workspace, found.partner_id)} in {month_text(found.data_month)}"
    console.print(f"{who}: {so_many(bought, 'seats')} bought, {known}, {active:,} active", markup=False)
    if found.short > found.tried:
        verb, those = ("was", "the one") if found.tried == 1 else ("were", "those")
        console.print(
            f"{found.tried:,} of {found.short:,} customers short of an active share {verb} tried, {those} with the fewest users to go."
        )
    for goal in found.goals[:SHOWN]:
        gains = "; ".join(f"{workspace.book.designation(name).name} {_signed(gain)}" for name, gain in goal.points.items())
        where = f"{workspace.book.designation(goal.designation).name}, {goal.metric.replace('_', ' ')} ({goal.part})"
        users = so_many(goal.more_users, "more active users")
        console.print(
            Text(
                f"  {_signed(goal.gain):>{POINTS_WIDTH}}  {goal.customer or goal.tenant_id}: {users}",
                style="bold",
            )
        )
        said = f"{goal.active:,} of {goal.bought:,}, {goal.share_needed} needed for {where}; {gains or 'no points'}"
        console.print(Padding(Text(said), (0, 0, 0, POINTS_WIDTH + 4)))
    table = Table(box=SIMPLE_HEAD)
    for heading in ("Customer", "Workload"):
        table.add_column(heading, overflow="fold")
    for heading in ("Bought", "Assigned", "Active", "Unassigned", "Unused"):
        table.add_column(heading, justify="right")
    for one in found.seats[:SHOWN]:
        counts = (one.bought, one.assigned, one.active, one.unassigned, one.unused)
        table.add_row(
            Text(one.customer or one.tenant_id), Text(one.name), *("not known" if count is None else f"{count:,}" for count in counts)
        )
    console.print(whole(table))
    if len(found.seats) > SHOWN:
        console.print(f"{len(found.seats) - SHOWN:,} more; --format csv gives all of them")


def _points(workspace: Workspace, points: Points) -> str:
    """Say what each designation gains, on the track or tracks on which it does."""
    said: list[str] = []
    for name, tracks in points.items():
        gains = " or ".join(f"{_signed(gain)}{'' if track == 'single' else f' ({track})'}" for track, gain in tracks.items())
        said.append(f"{workspace.book.designation(name).name} {gains}")
    return "; ".join(said)


def _partner(workspace: Workspace, partner_id: str) -> str:
    name = workspace.partner_names().get(partner_id)
    return f"{name} (partner {partner_id})" if name else f"Partner {partner_id}"


def _number(value: Fraction) -> str:
    from attain.explaining.words import number

    return number(value)


def _signed(value: Fraction) -> str:
    return f"+{_number(value)}" if value > 0 else _number(value)

"""`attain plan` and `attain recommend`: the cheapest actions that reach a target by a day, and what to do first."""

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
    Partner,
    RefreshDay,
    StoreVersion,
    check_output,
    day_of,
)
from attain.cli.printing import so_many, whole

if TYPE_CHECKING:
    from rich.console import Console

    from attain.advise.plans import CheapPlan, Paths, Recommendation
    from attain.workspace import Workspace

Costs = Annotated[Path | None, typer.Option(help="A file of what actions take, YAML or JSON; the defaults for what it leaves out.")]
By = Annotated[str | None, typer.Option(help="The day by which.", show_default="180 days on")]


def register(app: typer.Typer) -> None:
    """Add the commands `plan` and `recommend` to the command line."""
    app.command("plan")(plan)
    app.command("recommend")(recommend)


def plan(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    designation: Annotated[str, typer.Option(help="The designation to reach.")],
    target: Annotated[str | None, typer.Option(help="Points to reach.", show_default="those that qualify")] = None,
    by: By = None,
    costs: Costs = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Find the cheapest actions that reach a target by a day; each plan is played through the score."""
    check_output(file_format, output)
    day, last = day_of(as_of), None if by is None else day_of(by, "--by")
    from fractions import Fraction

    from attain.advise.action_costs import read_costs
    from attain.advise.plans import PLAN_COLUMNS, plan_records
    from attain.report.files import write_document, write_records

    try:
        aim = None if target is None else Fraction(target)
    except (ValueError, ZeroDivisionError) as error:
        raise typer.BadParameter(f"{target!r} is no number of points", param_hint="--target") from error
    taken = None if costs is None else read_costs(costs)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=[designation], basis=basis, refresh_day=refresh_day)
    found = advice.plan(designation, target=aim, by=last, costs=taken)
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    if file_format is OutputFormat.table:
        _show(workspace, found, basis)
    elif file_format is OutputFormat.json:
        write_document(found.to_json(), output)
    else:
        write_records(PLAN_COLUMNS, plan_records(found), file_format.value, output)


def recommend(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    by: By = None,
    costs: Costs = None,
    designation: Designations = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Say for each designation what to do first: at most five things, with points, effort and the last day to begin."""
    check_output(file_format, output)
    day, last = day_of(as_of), None if by is None else day_of(by, "--by")
    from attain.advise.action_costs import read_costs
    from attain.advise.plans import RECOMMENDATION_COLUMNS, recommendation_records
    from attain.report.files import write_document, write_records

    taken = None if costs is None else read_costs(costs)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=designation, basis=basis, refresh_day=refresh_day)
    found = advice.recommendations(by=last, costs=taken)
    account = advice.hypotheses.account
    if file_format is OutputFormat.table:
        _show_recommendations(workspace, found)
    elif file_format is OutputFormat.json:
        write_document({name: [one.to_json() for one in some] for name, some in found.items()}, output)
    else:
        write_records(RECOMMENDATION_COLUMNS, recommendation_records(account, day, found), file_format.value, output)


def _show(workspace: Workspace, found: Paths, basis: str) -> None:
    from rich.console import Console

    from attain.advise.plans import INCOMPLETE, NOT_AN_ENTITLEMENT
    from attain.explaining.words import number

    console = Console(highlight=False)
    name = workspace.partner_names().get(found.partner_id) or f"Partner {found.partner_id}"
    before = workspace.shown(found.by, found.before)
    console.print(
        f"{found.name} of {name}: {before} on {found.by} with usage held, to reach {number(found.target)}{on_basis(basis)}", markup=False
    )
    console.print(NOT_AN_ENTITLEMENT, markup=False)
    if found.notes:
        console.print(f"Incomplete. {INCOMPLETE}", markup=False)
    if not found.plans:
        considered = len(found.considered)
        reason = "No plan reaches it by then" if found.proven else "No plan was found before the search gave up"
        console.print(f"\n{reason}; {so_many(considered, 'actions')} considered.", markup=False)
    for place, one in enumerate(found.plans, 1):
        _show_plan(console, workspace, found, one, place)


def _show_plan(console: Console, workspace: Workspace, found: Paths, one: CheapPlan, place: int) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from attain.explaining.words import number

    if not one.actions:
        console.print("\nNothing to do: it is reached with usage held.")
        return
    proof = "the least cost of the actions considered" if one.optimal else f"USD {number(one.bound)} is needed at least"
    if place > 1 and one.optimal:
        proof = "the least cost of other kinds of action"
    total = workspace.shown(found.by, one.total)
    console.print()
    console.print(Text.assemble((f"Plan {place}: USD {number(one.cost)}", "bold"), f", {proof}; {total} on the {one.track} track"))
    table = Table(box=SIMPLE_HEAD)
    table.add_column("What to do", overflow="fold")
    for heading in ("USD", "Days", "Likely"):
        table.add_column(heading, justify="right")
    table.add_column("Acts on")
    for action in sorted(one.actions, key=lambda each: (each.acts_on, each.words)):
        numbers = (number(action.cost), str(action.days), f"{action.likelihood_percent}%")
        table.add_row(Text(action.words), *numbers, action.acts_on.isoformat())
    console.print(whole(table))
    console.print(f"All of it comes off with a likelihood of {one.likelihood_percent}%, if each does without regard to the others.")
    if not one.worth_it:
        what = "the yearly fee" if found.worth == found.fee else "what it is worth"
        console.print(f"Not worth it: it costs more than {what}, USD {number(found.worth)}.")


def _show_recommendations(workspace: Workspace, found: dict[str, tuple[Recommendation, ...]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from attain.explaining.words import number

    console = Console(highlight=False)
    for name, some in found.items():
        console.print(Text(f"\n{workspace.book.designation(name).name}", style="bold"))
        if not some:
            console.print("Nothing by itself adds points.")
            continue
        table = Table(box=SIMPLE_HEAD)
        table.add_column("What to do", overflow="fold")
        for heading in ("Points", "USD", "Days"):
            table.add_column(heading, justify="right")
        table.add_column("Until")
        for one in some:
            points = f"keeps {number(one.points)}" if one.protects else f"+{number(one.points)}"
            until = "too late" if one.deadline is None else one.deadline.isoformat()
            table.add_row(Text(one.action.words), points, number(one.action.cost), str(one.action.days), until)
        console.print(whole(table))

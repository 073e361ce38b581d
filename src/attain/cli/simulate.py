"""`attain simulate`: a scenario's changes through the same score, against the score as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.acting import InNameOf
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
from attain.cli.printing import so_many
from attain.cli.scenarios import scenario_of

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from attain.advise.simulation import DesignationChange, MetricChange, Simulation
    from attain.workspace import Workspace

POINTS_WIDTH = 11


def register(app: typer.Typer) -> None:
    """Add the command `simulate` to the command line."""
    app.command("simulate")(simulate)


def simulate(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    scenario: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="A file of changes, YAML or JSON, or the name of a saved scenario.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            help="A change, such as: certify person=Ada certification=SC-200. May be given more than once, after those of the file."
        ),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Keep all the changes in this file, YAML or JSON, to replay them.")] = None,
    designation: Designations = None,
    edition: EditionName = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
    organization: InNameOf = "",
) -> None:
    """Show what a scenario would do to a partner's scores: customers, amounts, associations and certificates that change."""
    check_output(file_format, output)
    day = day_of(as_of)
    from attain.advise.newcomers import newcomers
    from attain.advise.scenario import Scenario, read_changes, write_scenario
    from attain.advise.simulation import COLUMNS, records
    from attain.report.files import write_records

    read = Scenario() if scenario is None else scenario_of(scenario, partner, organization)
    played = read.model_copy(update={"changes": (*read.changes, *read_changes(change or []))})
    if not played.changes:
        raise typer.BadParameter("give changes with --scenario or --change", param_hint="--scenario")
    if save is not None:
        write_scenario(played, save)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=designation, edition=edition, basis=basis, refresh_day=refresh_day)
    found = advice.simulate(played, explained=file_format is OutputFormat.table)
    for note in (*newcomers(advice.hypotheses.today.frames, played.changes), *found.notes):
        typer.echo(f"note: {note}", err=True)
    if file_format is OutputFormat.table:
        _show(workspace, found, day, basis)
    else:
        write_records(COLUMNS, records(found), file_format.value, output)


def _show(workspace: Workspace, found: Simulation, day: dt.date, basis: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    name = workspace.partner_names().get(found.partner_id)
    called = f" ({found.scenario.name})" if found.scenario.name else ""
    console.print(
        f"{name or f'Partner {found.partner_id}'} on {day} with {so_many(len(found.scenario.changes), 'changes')}"
        f"{called}, simulated by Attain{on_basis(basis)}",
        markup=False,
    )
    for one in found.changed:
        _show_designation(console, workspace, one, day)
    same = [f"{one.name} ({workspace.shown(day, one.after.total)})" for one in found.designations if one not in found.changed]
    if same:
        console.print()
        console.print(f"Unchanged: {', '.join(same)}", markup=False)


def _show_designation(console: Console, workspace: Workspace, one: DesignationChange, day: dt.date) -> None:
    from rich.text import Text

    before, after = one.before, one.after
    track = after.track if before.track == after.track else f"{after.track} instead of {before.track}"
    outcome = {
        (False, True): "; would qualify",
        (True, False): "; would not qualify any more",
        (True, True): "; qualifies either way",
        (False, False): "",
    }[before.qualified, after.qualified]
    change = f"{workspace.shown(day, before.total)} to {workspace.shown(day, after.total)} ({_signed(one)})"
    console.print()
    console.print(Text.assemble((f"{one.name}: {change}", "bold"), f"  {track} track, edition {one.edition}{outcome}"))
    for metric in one.metrics:
        if metric.change or metric.moves:
            points = f"{workspace.shown(day, metric.before)} to {workspace.shown(day, metric.after)} ({_signed(metric)})"
            console.print(Text(f"  {metric.name}: {points} of {metric.max_points}"))
            _show_moves(console, metric)


def _show_moves(console: Console, metric: MetricChange) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from attain.explaining.words import number

    for move in metric.moves:
        who = f": {move.name or move.entity}" if move.name or move.entity else ""
        part = f" ({move.part})" if move.part else ""
        points = f"+{number(move.points)}" if move.points > 0 else number(move.points)
        console.print(Text(f"  {points:>{POINTS_WIDTH}}  {move.kind}{who}{part}", style="green" if move.points > 0 else "red"))
        console.print(Padding(Text(move.reason), (0, 0, 0, POINTS_WIDTH + 6)))


def _signed(one: DesignationChange | MetricChange) -> str:
    from attain.explaining.words import number

    return f"+{number(one.change)}" if one.change > 0 else number(one.change)

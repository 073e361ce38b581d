"""`attain forecast`: the scores to come, until when a designation is safe, and what decides its renewal."""

from __future__ import annotations

from enum import StrEnum
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

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from attain.advise.outlook import DesignationForecast, Forecast, Step
    from attain.workspace import Workspace


class Usage(StrEnum):
    """How usage goes on."""

    held = "held"
    trend = "trend"
    set = "set"


def register(app: typer.Typer) -> None:
    """Add the command `forecast` to the command line."""
    app.command("forecast")(forecast)


def forecast(
    facts: FactsPath,
    as_of: AsOf,
    partner: Partner,
    usage: Annotated[Usage, typer.Option(help="How usage goes on: held as it is, by its trend, or set with --expect.")] = Usage.held,
    expect: Annotated[
        list[str] | None,
        typer.Option(help="Usage to come, with --usage set, such as: percent=-20 tenant=Contoso from=2027-01-01. May be given again."),
    ] = None,
    scenario: Annotated[Path | None, typer.Option(help="A file of changes to make first, YAML or JSON.")] = None,
    ranges: Annotated[bool, typer.Option(help="Give ranges by the errors of earlier forecasts; takes a while.")] = True,
    designation: Designations = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    max_rejects: MaxRejects = "1%",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Forecast a partner's scores to the end of the qualification window and twelve months on."""
    check_output(file_format, output)
    day = day_of(as_of)
    if bool(expect) != (usage is Usage.set):
        raise typer.BadParameter("--usage set and --expect belong together", param_hint="--expect")
    from attain.advise.expected import read_expectations
    from attain.advise.outlook import COLUMNS, records
    from attain.advise.scenario import read_scenario
    from attain.report.files import write_records

    expected = read_expectations(expect or [])
    changes = () if scenario is None else read_scenario(scenario).changes
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=designation, basis=basis, refresh_day=refresh_day)
    found = advice.forecast(usage=usage.value, expected=expected, changes=changes, ranges=ranges)
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    if file_format is OutputFormat.table:
        _show(workspace, found, basis)
    else:
        write_records(COLUMNS, records(found), file_format.value, output)


def _show(workspace: Workspace, found: Forecast, basis: str) -> None:
    from rich.console import Console

    from attain.advise.outlook import NOT_AN_ENTITLEMENT

    console = Console(highlight=False)
    name = workspace.partner_names().get(found.partner_id) or f"Partner {found.partner_id}"
    how = {"held": "usage held as it is", "trend": "usage by its trend", "set": "usage as set"}[found.usage]
    known = ", ".join(f"{table} to {month}" for table, month in found.last_known.items())
    console.print(f"{name} from {found.as_of} to {found.until}, {how}, forecast by Attain{on_basis(basis)}", markup=False)
    console.print(f"Known: {known or 'no usage'}. {NOT_AN_ENTITLEMENT}", markup=False)
    if found.comparisons:
        console.print(f"Ranges by the errors of {found.comparisons} earlier forecasts.", markup=False)
    for one in found.designations:
        _show_designation(console, workspace, one, found.as_of)


def _show_designation(console: Console, workspace: Workspace, one: DesignationForecast, day: dt.date) -> None:
    from rich.text import Text

    first = one.steps[0]
    console.print()
    console.print(Text(f"{one.name}: {workspace.shown(day, first.total)} on {day}, {one.status.status_name}", style="bold"))
    for line in _headlines(one):
        console.print(Text(f"  {line}"))
    names = {metric.id: metric.name for metric in workspace.book.designation(one.designation).metrics}
    for before, step in zip((None, *one.steps), one.steps, strict=False):
        console.print(Text(_step(workspace, before, step)))
        for moved in step.moved:
            change = f"{workspace.shown(step.day, moved.before)} to {workspace.shown(step.day, moved.after)}"
            what = f"{names.get(moved.metric, moved.metric)} {change}"
            console.print(Text(f"      {what}: {'; '.join(cause.words for cause in moved.causes)}", style="dim"))


def _headlines(one: DesignationForecast) -> list[str]:
    lines: list[str] = []
    if one.safe_until is not None and one.at_risk_on is not None:
        lines.append(f"Safe until {one.safe_until}; at risk on {one.at_risk_on}:")
        lines += [f"  {reason}" for reason in one.at_risk_because]
    elif one.safe_until is not None:
        lines.append(f"Qualifies throughout, to {one.safe_until}.")
    elif one.qualifies_on is not None:
        lines.append(f"Does not qualify now; first on {one.qualifies_on}.")
    else:
        lines.append("Does not qualify, and no qualified day is in sight.")
    if one.doubtful_from is not None:
        lines.append(f"Within the errors of earlier forecasts it may fall short from {one.doubtful_from} on.")
    if one.renewal is not None:
        renewal = one.renewal
        if renewal.expected_on is None:
            lines.append(f"Renewal: one qualified day is needed from {renewal.window.start} to {renewal.qualify_by}; none is in sight.")
        else:
            tense = (
                "secured by a qualified day" if renewal.qualified_on is not None else "one qualified day by then secures it; first expected"
            )
            lines.append(f"Renewal, to qualify by {renewal.qualify_by}: {tense} on {renewal.qualified_on or renewal.expected_on}.")
    return lines


def _step(workspace: Workspace, before: Step | None, step: Step) -> str:
    total = workspace.shown(step.day, step.total)
    between = ""
    if step.low is not None and step.high is not None and step.low != step.high:
        between = f" ({workspace.shown(step.day, step.low)} to {workspace.shown(step.day, step.high)})"
    marks = [
        "qualified" if step.qualified else "",
        f"{step.track} track" if before is None or before.track != step.track else "",
        "" if step.complete else "incomplete",
    ]
    return f"  {step.day}  {total:>6}{between}  {', '.join(mark for mark in marks if mark)}".rstrip()

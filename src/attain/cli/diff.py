"""`attain diff`: why the scores of a partner changed between two days."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    Partner,
    RefreshDay,
    StoreVersion,
    check_output,
    day_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from rich.console import Console

    from attain.explaining.lines import DesignationDifference, Difference, Line
    from attain.store.restated import Restated
    from attain.workspace import Workspace

POINTS_WIDTH = 11


def register(app: typer.Typer) -> None:
    """Add the command `diff` to the command line."""
    app.command("diff")(diff)


def diff(
    facts: FactsPath,
    partner: Partner,
    from_: Annotated[str, typer.Option("--from", help="The first day, as 2026-05-24.")],
    to: Annotated[str, typer.Option("--to", help="The second day.")],
    designation: Designations = None,
    track: Annotated[str | None, typer.Option(help="The track; the one that counts on each day unless named.")] = None,
    before: Annotated[
        Path | None, typer.Option(help="The facts as they were known on the first day: restated months get lines of their own.")
    ] = None,
    before_version: Annotated[
        int | None, typer.Option(metavar="LOAD", help="The same of a store: the facts as load LOAD left them; attain loads lists them.")
    ] = None,
    before_known_on: Annotated[
        str | None, typer.Option(metavar="DAY", help="The same of a store: only what was imported by the end of this day (UTC).")
    ] = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Show why the scores of a partner changed between two days: lines whose points add up exactly to the change."""
    check_output(file_format, output)
    first, second = day_of(from_, "--from"), day_of(to, "--to")
    from attain.report.files import write_difference

    known_before = None
    if before is not None or before_version is not None or before_known_on is not None:
        known_before = open_workspace(before or facts, max_rejects, before_version, before_known_on).facts
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    asked = workspace
    if known_before is None:
        before_then, restated = workspace.before_restatements(partner, min(first, second))
        for note in restated_notes(restated):
            typer.echo(f"note: {note}", err=True)
        asked, known_before = (workspace, before_then.facts) if first <= second else (before_then, workspace.facts)
    found = asked.difference(
        partner=partner,
        from_=first,
        to=second,
        designations=designation,
        track=track,
        before_facts=known_before,
        basis=basis,
        refresh_day=refresh_day,
    )
    for note in dict.fromkeys(note for one in found.designations for side in (one.before, one.after) for note in side.notes):
        typer.echo(f"note: {note}", err=True)
    if file_format is OutputFormat.table:
        _show(workspace, found, basis)
    else:
        write_difference(found, file_format.value, output)


def restated_notes(restated: Sequence[Restated]) -> Iterator[str]:
    """Say which months the earlier day is scored by as they were told before, a line each load."""
    for read in (True, False):
        for load in sorted({one.load for one in restated if one.read is read}):
            months = ", ".join(f"{one.table} {one.month}" for one in restated if (one.load, one.read) == (load, read))
            told = f"but the store was rebuilt since: say --before-version {load - 1}"
            yield f"load {load} restated {months}, {'and the earlier day is scored by what was told before' if read else told}"


def _show(workspace: Workspace, found: Difference, basis: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    name = workspace.partner_names().get(found.partner_id)
    console.print(
        f"Why the scores of {f'{name} (partner {found.partner_id})' if name else f'partner {found.partner_id}'} changed "
        f"from {found.from_} to {found.to}, recomputed by Attain{on_basis(basis)}",
        markup=False,
    )
    if found.from_ > found.to:
        console.print("Lines tell what happened from the earlier day on; going back, their points have the opposite sign.")
    unchanged: list[str] = []
    for one in found.designations:
        if one.lines:
            _show_designation(console, one)
        else:
            unchanged.append(f"{one.name} ({_number(one.after.total)})")
    if unchanged:
        console.print()
        console.print(f"Unchanged: {', '.join(unchanged)}", markup=False)


def _show_designation(console: Console, one: DesignationDifference) -> None:
    """Print the change of a designation, then each metric that moved and its lines."""
    from rich.padding import Padding
    from rich.text import Text

    before, after = one.before, one.after
    track = after.track if before.track == after.track else f"{before.track}, then {after.track}"
    edition = after.edition if before.edition == after.edition else f"{before.edition}, then {after.edition}"
    qualified = {
        (False, True): "; qualifies now",
        (True, False): "; does not qualify any more",
        (True, True): "; qualifies on both days",
        (False, False): "",
    }[before.qualified, after.qualified]
    console.print()
    console.print(
        Text.assemble(
            (f"{one.name}: {_number(before.total)} to {_number(after.total)} ({_signed(one.change)})", "bold"),
            f"  {track} track, edition {edition}{qualified}",
        )
    )
    for metric in one.metrics:
        if not metric.lines:
            continue
        change = f"{_number(metric.before)} to {_number(metric.after)} ({_signed(metric.after - metric.before)})"
        console.print(Text(f"  {metric.name}: {change}"))
        for line in metric.lines:
            console.print(Text(f"  {_signed(line.points):>{POINTS_WIDTH}}  {_title(line)}", style="green" if line.points > 0 else "red"))
            if line.reason:
                console.print(Padding(Text(line.reason), (0, 0, 0, POINTS_WIDTH + 6)))


def _title(line: Line) -> str:
    from attain.explaining.lines import KIND_WORDS

    who = line.name or line.entity
    if line.tenant_id and line.name and line.entity != line.tenant_id:
        who = f"{line.name}, {line.entity}"
    return f"{KIND_WORDS[line.kind]}{f': {who}' if who else ''}{f' ({line.part})' if line.part else ''}"


def _number(value: Fraction) -> str:
    from attain.explaining.words import number

    return number(value)


def _signed(value: Fraction) -> str:
    return f"+{_number(value)}" if value > 0 else _number(value)

"""Opening facts from the command line: a progress bar on long work, and a word on what was set aside."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from attain.cli.options import day_of, share_of
from attain.cli.printing import pasted, so_many

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from attain.facts.first_pass import Progress
    from attain.facts.report import LoadReport
    from attain.workspace import Workspace

ASSIGN = "attain assign lists them and says whose a subscription is; attain import FILE --partner ID --tenant GUID whose a file is"
"""How rows without a partner or tenant get theirs."""
UNREAD_SHOWN = 5


@contextmanager
def reading() -> Generator[Progress]:
    """Show a progress bar on standard error while files are read; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def tell(done_bytes: int, total_bytes: int, label: str) -> None:
            bar.update(task, completed=done_bytes, total=total_bytes, description=label)

        yield tell


@contextmanager
def counting(what: str) -> Generator[Callable[[int, int], None]]:
    """Show a bar of so many of so many on standard error; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def open_workspace(facts: Path, max_rejects: str, store_version: int | None = None, known_on: str | None = None) -> Workspace:
    """Open a facts folder or a store (as a load left it, or as known on a day) and say on standard error what was set aside.

    Raises AttainError where it is refused.
    """
    from attain.workspace import Workspace

    if store_version is not None and known_on is not None:
        raise typer.BadParameter("say one of --store-version and --known-on", param_hint="--known-on")
    day = None if known_on is None else day_of(known_on, "--known-on")
    with reading() as progress:
        workspace = Workspace.open(facts, load=store_version, known_on=day, max_rejects=share_of(max_rejects), progress=progress)
    unknown = sum(len(names) for names in workspace.facts.unknown.values())
    listed = f"attain check {pasted(facts)} lists them"
    for line in (*_notes(workspace.facts.report, unknown, listed), *_unread(workspace.facts.report, listed)):
        typer.echo(f"note: {line}", err=True)
    return workspace


def say_basis(workspace: Workspace, basis: str) -> None:
    """Say on standard error that the Azure amounts are on another basis than the one asked for, and how to score those."""
    held = [name for name in workspace.facts.months.get("azure_usage", {}) if name]
    if held and basis not in held:
        others = " or ".join(f"--basis {name}" for name in held)
        typer.echo(f"note: azure_usage holds no amounts on basis {basis}, so Azure counts nothing; {others} scores what it holds", err=True)


def _unread(report: LoadReport, listed: str) -> Iterator[str]:
    """Say what seems meant to be read and is not, as `attain check` does: a table whose name has a slip counts for nothing."""
    yield from report.unread[:UNREAD_SHOWN]
    if (more := len(report.unread) - UNREAD_SHOWN) > 0:
        yield f"{more:,} more that {'is' if more == 1 else 'are'} not read; {listed}"


def _notes(report: LoadReport, unknown: int, listed: str) -> Iterator[str]:
    if report.rejects:
        rows = len(report.rejects)
        yield f"{so_many(rows, 'rows', 'was', 'were')} set aside and {'counts' if rows == 1 else 'count'} for nothing; {listed}"
    unassigned = sum(file.unassigned for file in report.files)
    if unassigned:
        row = so_many(unassigned, "Azure rows", "has", "have")
        yield f"{row} no partner or tenant and {'is' if unassigned == 1 else 'are'} not scored: {ASSIGN}"
    if unknown:
        yield f"{so_many(unknown, 'names', 'is', 'are')} not in the catalog; {listed}"

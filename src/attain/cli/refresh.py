"""`attain refresh`: import what is new, publish scores for the pages, notice what changed, and tell of it."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.loading import open_workspace
from attain.cli.options import Basis, MaxRejects, Partners, RefreshDay, day_of, today
from attain.cli.printing import so_many
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Generator

    from attain.alerts.delivering import Delivered
    from attain.alerts.noticing import Noticed
    from attain.alerts.taking_in import TakenIn
    from attain.published.publish import Outcome, Told

BUSY, PARTLY = 3, 4
"""Exit codes beside 0, 1 and 2: another refresh is at work; done, but a file or a message was refused."""


def register(app: typer.Typer) -> None:
    """Add the command `refresh` to the command line."""
    app.command("refresh")(refresh)


def refresh(
    store: Annotated[str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store or facts folder to read.")],
    import_: Annotated[
        list[Path] | None,
        typer.Option(
            "--import", metavar="FILE|FOLDER", help="Import it first; of a folder all files that are new. May be given more than once."
        ),
    ] = None,
    as_of: Annotated[str, typer.Option(help="The day, as 2026-11-24; today unless given.", show_default=False)] = "",
    partner: Partners = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    force: Annotated[bool, typer.Option("--force", help="Publish anew even if nothing changed.")] = False,
    no_alerts: Annotated[bool, typer.Option("--no-alerts", help="Notice and send nothing.")] = False,
) -> None:
    """Import new files, publish scores, statuses and histories for the web workspace, forget what is old, and tell of what changed.

    Run again it does only what is left to do. Exit code 0: done; 1: refused; 3: another refresh is at work; 4: done, but a file or a
    message was refused.
    """
    day = day_of(as_of) if as_of else today()
    from attain.server.running import Serving, connect

    connect(Serving(store))
    from django.conf import settings

    from attain.store.lock import only_one

    with only_one(settings.HOME / "refresh.lock") as alone:
        if not alone:
            typer.echo("attain: another refresh is at work; nothing is done", err=True)
            raise typer.Exit(BUSY)
        partly = False
        if import_:
            taken = _take_in(import_, Path(store))
            partly = taken.refused > 0
        from attain.published.publish import publish

        workspace = open_workspace(Path(store), max_rejects)
        try:
            with _progress() as told:
                done = publish(
                    workspace, day, settings.STORE, partners=partner, force=force, told=told, basis=basis, refresh_day=refresh_day
                )
        except AttainError as error:
            if error.code != "refresh-running":
                raise
            typer.echo(f"attain: {error}", err=True)
            raise typer.Exit(BUSY) from error
        _say_published(done, day, anew=bool(partner))
        _forget(store)
        if not no_alerts:
            from attain.alerts.delivering import deliver_due
            from attain.alerts.noticing import notice

            _say_noticed(notice(workspace))
            sent = deliver_due()
            say_delivered(sent)
            partly = partly or sent.failed > 0
    if partly:
        sys.stdout.flush()
        raise typer.Exit(PARTLY)


def _take_in(paths: list[Path], store: Path) -> TakenIn:
    from attain.alerts.taking_in import take_in
    from attain.sources.intake import Options

    told = take_in(paths, store, Options(), lambda line: typer.echo(line, err=line.find(": not imported") > 0))
    parts = [f"{told.already:,} imported before"] if told.already else []
    parts += [f"{told.refused:,} refused"] if told.refused else []
    parts += [f"{told.unsettled:,} still being written"] if told.unsettled else []
    rest = f" ({', '.join(parts)})" if parts else ""
    print(f"Imported {so_many(told.imported, 'new files')}{rest}.")
    return told


def _forget(source: str) -> None:
    from attain.server.retention import forget_old
    from attain.store.place import is_store
    from attain.store.store import Store

    for line in forget_old(Store.open(source) if is_store(source) else None, say=lambda text: typer.echo(text, err=True)):
        print(line)


def _say_published(done: Outcome, day: dt.date, *, anew: bool) -> None:
    from attain.scoring.units import counted

    partners = counted(f"{done.partners:,}", "partners")
    if done.unchanged:
        print(f"Nothing to do: {partners} {'is' if done.partners == 1 else 'are'} published as of {day} from these facts.")
    elif anew:
        print(f"Published {done.gathered:,} of {partners} anew as of {day}.")
    else:
        print(f"Published {partners} as of {day}.")


def _say_noticed(told: Noticed) -> None:
    if told.rules:
        print(f"Noticed {so_many(told.alerts, 'new alerts')} by {so_many(told.rules, 'rules')}.")
    if told.silent:
        noted = so_many(told.silent, "things", "that was", "that were")
        print(f"Noted {noted} so before a rule looked first; {'it is' if told.silent == 1 else 'they are'} not told.")


def say_delivered(told: Delivered) -> None:
    """Say how many messages went out; nothing where none was due."""
    if told.sent or told.again or told.failed:
        later = f", {told.again:,} to be tried again" if told.again else ""
        lost = f", {told.failed:,} not delivered (attain alerts log says why)" if told.failed else ""
        print(f"Sent {so_many(told.sent, 'messages')}{later}{lost}.")


@contextmanager
def _progress() -> Generator[Told]:
    """Show a bar of partners on standard error; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("partners"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("partners", total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell

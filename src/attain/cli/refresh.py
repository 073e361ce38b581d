"""`attain refresh`: publish scores, statuses and histories for the pages."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.loading import open_workspace
from attain.cli.options import Basis, MaxRejects, Partners, RefreshDay, day_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from attain.published.publish import Told


def register(app: typer.Typer) -> None:
    """Add the command `refresh` to the command line."""
    app.command("refresh")(refresh)


def refresh(
    store: Annotated[str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store or facts folder to read.")],
    as_of: Annotated[str, typer.Option(help="The day, as 2026-11-24; today unless given.", show_default=False)] = "",
    partner: Partners = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    force: Annotated[bool, typer.Option("--force", help="Publish anew even if nothing changed.")] = False,
) -> None:
    """Publish the scores, statuses and histories of all partners for the web workspace, or of some partners anew."""
    day = day_of(as_of) if as_of else dt.date.today()  # noqa: DTZ011 - today where the person is
    from attain.server.running import Serving, connect

    connect(Serving(store))
    from django.conf import settings

    from attain.published.publish import publish

    workspace = open_workspace(Path(store), max_rejects)
    with _progress() as told:
        done = publish(workspace, day, settings.STORE, partners=partner, force=force, told=told, basis=basis, refresh_day=refresh_day)
    if done.unchanged:
        print(f"Nothing to do: {done.partners:,} partners are published as of {day} from these facts.")
    elif partner:
        print(f"Published {done.gathered:,} of {done.partners:,} partners anew as of {day}.")
    else:
        print(f"Published {done.partners:,} partners as of {day}.")


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

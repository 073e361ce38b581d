"""`attain playbook`: the lessons there are, and what is wrong with one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

playbook = typer.Typer(no_args_is_help=True, help="The lessons of the course: list them, and check your own.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(playbook, name="playbook")


@playbook.command("list")
def list_(
    designation: Annotated[str, typer.Argument(help="The designation, such as security.")] = "security",
    folder: Annotated[
        str, typer.Option("--folder", envvar="ATTAIN_PLAYBOOK", help="A folder of lessons of your own, over those of Attain.")
    ] = "",
) -> None:
    """List the lessons of a designation's course, with their minutes and where each stands."""
    from rich.console import Console
    from rich.table import Table

    from attain.playbook.course import load_playbook, packaged_folder

    course = load_playbook(folder).course(designation)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in ("lesson", "title", "module", "minutes", "metrics", "file"):
        table.add_column(name, justify="right" if name == "minutes" else "left")
    for module in course.modules:
        for lesson in module.lessons:
            path = lesson.path
            shown = path.relative_to(packaged_folder()) if path.is_relative_to(packaged_folder()) else path
            table.add_row(lesson.number, lesson.title, module.name, str(lesson.front.minutes), ", ".join(lesson.front.metric), str(shown))
    console = Console()
    # A file or a pipe has no width of its own.
    console = console if console.is_terminal else Console(width=160)
    console.print(table, highlight=False)


@playbook.command()
def lint(
    folder: Annotated[Path | None, typer.Argument(help="The folder of your lessons; those that come with Attain unless given.")] = None,
) -> None:
    """Look for faults in lessons on every edition and track; ends with 1 where there are any."""
    from attain.playbook.lint import lint as faults_of

    faults = faults_of(folder)
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        typer.echo(f"{len(faults)} fault{'s' if len(faults) > 1 else ''}", err=True)
        raise typer.Exit(1)
    typer.echo("sound: every lesson renders for every designation, edition and track")

"""`attain playbook`: the lessons there are, to be read and searched, and what is wrong with one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.options import FileFormat, Output, OutputFormat, check_output, day_of, today
from attain.cli.printing import so_many

if TYPE_CHECKING:
    from attain.advise.columns import Columns

playbook = typer.Typer(no_args_is_help=True, help="The lessons of the course: list, search and read them, and check your own.")
OwnLessons = Annotated[
    str, typer.Option("--folder", envvar="ATTAIN_PLAYBOOK", help="A folder of lessons of your own, over those of Attain.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(playbook, name="playbook")


@playbook.command("list")
def list_(
    designation: Annotated[str, typer.Argument(help="The designation, such as security.")] = "security",
    folder: OwnLessons = "",
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


@playbook.command("show")
def show(
    designation: Annotated[str, typer.Argument(metavar="DESIGNATION", help="The designation, such as security.")],
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="The lesson's number, such as 2.1.")],
    day: Annotated[str, typer.Option("--as-of", help="The day whose figures it names; today unless given.")] = "",
    folder: OwnLessons = "",
) -> None:
    """Print a lesson as Markdown, with the figures of a day and without anybody's own numbers."""
    on = day_of(day) if day else today()
    from attain.playbook.course import load_playbook
    from attain.playbook.reader import Reader
    from attain.playbook.render import filled

    lessons = load_playbook(folder)
    course = lessons.course(designation)
    typer.echo(filled(course.lesson(lesson), Reader(lessons.figures(course.designation, on))).strip())


@playbook.command("search")
def search(
    designation: Annotated[str, typer.Argument(metavar="DESIGNATION", help="The designation, such as security.")],
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="The words: all of them are in a lesson that is found.")],
    folder: OwnLessons = "",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Find the lessons of a course by their words, those with one in the title first."""
    check_output(file_format, output)
    from attain.cli.acting import show as show_rows
    from attain.playbook.course import load_playbook
    from attain.playbook.searching import search as found_in

    lessons = load_playbook(folder)
    course = lessons.course(designation)
    columns: Columns = {"lesson": "text", "title": "text", "text": "text"}
    rows = [
        {"lesson": one.lesson.number, "title": one.lesson.title, "text": one.excerpt}
        for one in found_in(lessons, course, today(), " ".join(words))
    ]
    show_rows(columns, rows, file_format, output, "No lesson has all these words.")


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
        typer.echo(so_many(len(faults), "faults"), err=True)
        raise typer.Exit(1)
    typer.echo("sound: every lesson renders for every designation, edition and track")

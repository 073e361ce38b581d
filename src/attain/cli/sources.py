"""`attain sources`: the kinds of files that are read, and for each what it fills, feeds and lacks, and where to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.printing import printer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from attain.sources.source import Field, Source

sources_app = typer.Typer(invoke_without_command=True, help="The kinds of files that attain import reads; alone it lists them.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(sources_app, name="sources")


@sources_app.callback()
def sources_command(context: typer.Context) -> None:
    """List the kinds of files that are read, unless a command is named."""
    if context.invoked_subcommand is None:
        list_command()


@sources_app.command("list")
def list_command() -> None:
    """List the kinds of files that are read, with the tables they fill."""
    from rich.table import Table

    from attain.sources.registry import SOURCES

    table = Table("source", "what it is", "fills", box=None, padding=(0, 2, 0, 0))
    for source in SOURCES.values():
        table.add_row(source.name, source.title, ", ".join(source.tables))
    printer().print(table)
    typer.echo("\nattain sources show NAME says where to get a file, which columns it needs and what each fills.")


@sources_app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A source, or a dataset by Microsoft's own name.", show_default=False)],
) -> None:
    """Show where to get a source, which column fills what, what it feeds and what it lacks."""
    from rich.console import Console
    from rich.markup import escape

    from attain.sources.registry import find_source

    source = find_source(name)
    console = Console()
    console.print(f"[bold]{escape(source.title)}[/bold] ({source.name})\n")
    console.print(_facts(source))
    console.print("\n[bold]Columns[/bold]")
    console.print(_columns(source))
    console.print("\n[bold]Feeds[/bold]")
    console.print(_feeds(source))
    for title, lines in (("Lacks", source.lacks), ("Traps", source.notes)):
        if lines:
            console.print(f"\n[bold]{title}[/bold]")
            console.print(_listed(lines))


def _facts(source: Source) -> RenderableType:
    from rich.markup import escape
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for label, text in (
        ("file", source.about),
        ("where to get it", source.obtain),
        ("role needed", source.role),
        ("refreshed", source.refresh),
        ("names at Microsoft", ", ".join(source.datasets)),
        ("fills", ", ".join(source.tables)),
    ):
        if text:
            table.add_row(label, escape(_plain(text)))
    return table


def _columns(source: Source) -> RenderableType:
    from rich.table import Table

    table = Table("columns, best first", "needed", "fills", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for field in source.fields:
        if field.aliases:
            table.add_row(" or ".join(field.aliases), "yes" if field.key else "", ", ".join(source.targets(field)))
    return table


def _feeds(source: Source) -> RenderableType:
    from rich.markup import escape
    from rich.table import Table

    table = Table("metrics", "needs", "without", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for feed in source.feeds:
        needs = ", ".join(_column(source.field(name)) for name in feed.needs)
        table.add_row(escape(_plain(feed.metrics)), needs, escape(_plain(feed.otherwise)))
    return table


def _column(field: Field) -> str:
    return field.aliases[0] if field.aliases else field.name


def _listed(lines: tuple[str, ...]) -> RenderableType:
    from rich.markup import escape
    from rich.table import Table

    table = Table.grid(padding=(0, 1))
    for line in lines:
        table.add_row("-", escape(_plain(line)))
    return table


def _plain(text: str) -> str:
    """Give a text of the registry without the marks that the documents need."""
    return text.replace("`", "")

"""`attain rules`: what the rulebook says, what changed, and whether it is sound."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attain.cli.printing import so_many
from attain.errors import AttainError

if TYPE_CHECKING:
    from rich.console import Console

rules = typer.Typer(no_args_is_help=True, help="What the rulebook says, what changed between editions, and whether it is sound.")


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="table for people, json for programs.")]
RulebookOption = Annotated[
    Path | None, typer.Option("--rulebook", help="A folder with another rulebook than the one that comes with Attain.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(rules, name="rules")


@rules.command("list")
def list_(format_: FormatOption = Format.table, rulebook: RulebookOption = None) -> None:
    """List the designations, their editions, the days those begin and how sure that is."""
    from attain.rulebook.load import load_book
    from attain.rulebook.show import designations_table

    book = load_book(rulebook)
    if format_ is Format.json:
        _print_json(
            [
                {"designation": designation.id, "name": designation.name, **edition.model_dump(mode="json", by_alias=True)}
                for designation in book.designations.values()
                for edition in designation.editions
            ]
        )
        return
    console = _console()
    console.print(designations_table(book), highlight=False)
    console.print(f"\nrulebook {book.digest[:12]}", highlight=False, style="dim")


@rules.command()
def show(
    designation: Annotated[str, typer.Argument(help="The designation, such as security.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="The day whose rules are shown (YYYY-MM-DD); the last edition unless given.")
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="The edition, by name, whatever the day.")] = None,
    format_: FormatOption = Format.table,
    rulebook: RulebookOption = None,
) -> None:
    """Show one edition: metrics, pools, conditions, lists, the source of each and how open points are read."""
    from dataclasses import asdict

    from attain.rulebook.load import load_book
    from attain.rulebook.show import EditionPrinter
    from attain.rulebook.view import edition_of, view

    if on is not None and edition is not None:
        raise typer.BadParameter("give --on or --edition, not both")
    book = load_book(rulebook)
    chosen = book.designation(designation)
    laid_out = view(book, chosen, edition_of(chosen, None if on is None else _day(on), edition))
    if format_ is Format.json:
        _print_json({**asdict(laid_out), "edition": laid_out.edition.model_dump(mode="json", by_alias=True), "rulebook": book.digest})
        return
    EditionPrinter(_console(), book.sources).print(laid_out)


@rules.command()
def diff(
    designation: Annotated[str, typer.Argument(help="The designation, such as security.")],
    before: Annotated[str, typer.Argument(metavar="FROM", help="The earlier edition, such as 2023-12.")],
    after: Annotated[str, typer.Argument(metavar="TO", help="The later edition, such as 2026-07.")],
    format_: FormatOption = Format.table,
    rulebook: RulebookOption = None,
) -> None:
    """Say what changed between two editions: values, members of lists, tracks, and pools or steps that begin or end."""
    from dataclasses import asdict

    from attain.rulebook.diff import diff as changes_between
    from attain.rulebook.load import load_book
    from attain.rulebook.show import print_changes
    from attain.rulebook.view import edition_of

    book = load_book(rulebook)
    chosen = book.designation(designation)
    changes = changes_between(book, chosen, edition_of(chosen, edition_id=before), edition_of(chosen, edition_id=after))
    if format_ is Format.json:
        _print_json([asdict(change) for change in changes])
        return
    print_changes(_console(), changes)


@rules.command()
def lint(
    folder: Annotated[Path | None, typer.Argument(help="The rulebook's folder; the one that comes with Attain unless given.")] = None,
) -> None:
    """Look for faults and loose ends in a rulebook; ends with 1 where there are any."""
    from attain.rulebook.lint import counts
    from attain.rulebook.lint import lint as findings_of
    from attain.rulebook.load import packaged_folder, read_book

    book, faults = read_book(packaged_folder() if folder is None else folder)
    findings = faults if book is None else findings_of(book)
    for finding in findings:
        typer.echo(str(finding))
    if findings:
        kind = "faults" if book is None else "findings"
        typer.echo(so_many(len(findings), kind), err=True)
        raise typer.Exit(1)
    if book is not None:
        typer.echo(f"sound: {', '.join(f'{count:,} {name}' for name, count in counts(book).items())}")


@rules.command()
def schema(
    name: Annotated[str | None, typer.Argument(help="The schema to print: designation, or a file of the rulebook such as sources.")] = None,
    write: Annotated[Path | None, typer.Option("--write", metavar="FOLDER", help="Write every schema to this folder instead.")] = None,
) -> None:
    """Print the JSON Schema of a rulebook file, for editors; without a name, the names there are."""
    from attain.errors import did_you_mean
    from attain.rulebook.json_schema import SCHEMAS, schema_text, write_schemas

    if write is not None:
        changed = write_schemas(write)
        for path in changed:
            typer.echo(f"wrote {path}")
        if not changed:
            typer.echo("every schema is as it was")
    elif name is None:
        for known in SCHEMAS:
            typer.echo(known)
    elif name in SCHEMAS:
        typer.echo(schema_text(name), nl=False)
    else:
        raise AttainError("unknown-schema", f"there is no schema {name!r}", hint=did_you_mean(name, SCHEMAS))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day of the calendar; write YYYY-MM-DD", param_hint="--on") from error


def _console() -> Console:
    from rich.console import Console

    console = Console()
    # A file or a pipe has no width of its own.
    return console if console.is_terminal else Console(width=100)


def _print_json(value: Any) -> None:
    import json

    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))

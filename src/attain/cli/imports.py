"""`attain import`: the files that people have, into a facts folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.loading import ASSIGN
from attain.cli.options import day_of, today
from attain.cli.printing import pasted, printer, so_many
from attain.errors import AttainError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from attain.sources.importing import ImportReport


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_command)


def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="CSV, TSV, JSON or XLSX; text also compressed as .gz; into a store a facts folder too.",
            show_default=False,
        ),
    ],
    into: Annotated[
        Path, typer.Option("--into", metavar="FACTS", help="The facts folder, made where it is missing; or a store.", show_default=False)
    ],
    partner: Annotated[str, typer.Option(metavar="ID", help="The partner of rows that name none.")] = "",
    tenant: Annotated[str, typer.Option(metavar="GUID", help="The customer's tenant of rows that name none.")] = "",
    rate: Annotated[
        list[str] | None, typer.Option(metavar="CUR=R@MONTH", help="A dated rate, such as EUR=1.08@2026-10 (US dollars for one euro).")
    ] = None,
    basis: Annotated[
        str, typer.Option(metavar="BASIS", help="billed, amortized or list: what a cost file states, or the one basis to take.")
    ] = "",
    dates: Annotated[str, typer.Option(metavar="ORDER", help="mdy or dmy, where no date of a file decides it.")] = "",
    max_rejects: Annotated[str, typer.Option(metavar="SHARE", help="The share of faulty rows above which nothing is kept.")] = "1%",
    keep_names: Annotated[bool, typer.Option("--keep-names", help="Keep people's names beside their hashed ids.")] = False,
    parts: Annotated[bool, typer.Option("--parts", help="The files of one source are parts of one export: add them up.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take a file that leaves out much of what the store has for its months.")
    ] = False,
    as_of: Annotated[str, typer.Option(metavar="DAY", help="The day of a file that names none, as 2026-11-24.")] = "",
    designation: Annotated[str, typer.Option(metavar="NAME", help="The designation of a download that names none.")] = "",
    score: Annotated[
        str, typer.Option(metavar="DAY", help="Then score every partner as of this day, or today, and keep the scores in the store.")
    ] = "",
) -> None:
    """Read files that partners have into a facts folder or a store, saying what each was taken for and what became of its rows."""
    from rich.console import Console
    from rich.markup import escape

    from attain.sources.importing import import_files
    from attain.sources.intake import Options, parse_rate, parse_share

    for option, value, known in (("--basis", basis, ("billed", "amortized", "list")), ("--dates", dates, ("mdy", "dmy"))):
        if value and value not in known:
            raise AttainError("unknown-option", f"{value!r} is not known", option, f"say {', '.join(known)}")
    options = Options(
        partner=partner.strip(),
        tenant=tenant.strip(),
        rates=dict(parse_rate(text) for text in rate or []),
        keep_names=keep_names,
        basis=basis,
        dates="mdy" if dates == "mdy" else "dmy" if dates else None,
        parts=parts,
        as_of=day_of(as_of) if as_of else None,
        designation=designation.strip(),
    )
    scored_on = _scored_on(score, into) if score else None
    console, messages = printer(), Console(stderr=True)
    with messages.status("reading") as status:
        reports = import_files(
            files,
            into,
            options,
            parse_share(max_rejects),
            progress=lambda name, rows: status.update(f"{name}: {so_many(rows, 'rows')}"),
            replace_all=replace,
            say=lambda text: typer.echo(text, err=True),
        )
    for report in reports:
        console.print(panel_of(report, expand=console.is_terminal))
    if scored_on is not None:
        _score(into, scored_on)
    elif any(report.tables for report in reports):
        console.print(f"Next: [bold]attain check {escape(pasted(into))}[/bold]")


def _scored_on(text: str, into: Path) -> dt.date:
    """Read the day to score, before anything is imported. Raises AttainError `no-store` for a facts folder."""
    from attain.store.place import is_store

    if not is_store(into):
        raise AttainError("no-store", "a facts folder keeps no scores", str(into), "make a store with attain init, and import into it")
    return today() if text == "today" else day_of(text, "--score")


def _score(into: Path, day: dt.date) -> None:
    """Score every partner of a store and keep the scores; say how many qualify, and what moved since the run before."""
    from rich.table import Table

    from attain.cli.loading import counting
    from attain.store.place import Place
    from attain.store.scores import outcomes
    from attain.workspace import Workspace

    workspace = Workspace.open(into)
    with counting("scoring partners") as told:
        scores = workspace.score(day, told=told)
    run = workspace.keep(scores)
    console = printer()
    console.print(f"Scores of every partner as of {day} are kept as run {run}", highlight=False)
    table = Table("designation", "partners", "qualify", "gained", "lost", "totals moved", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for one in outcomes(Place.of(into), run):
        changes = ("" if count is None else f"{count:,}" for count in (one.gained, one.lost, one.moved))
        table.add_row(one.designation, f"{one.partners:,}", f"{one.qualified:,}", *changes)
    console.print(table)


def panel_of(report: ImportReport, *, expand: bool) -> RenderableType:
    """Show what became of one file; as wide as the terminal where `expand`."""
    from rich.console import Group
    from rich.markup import escape
    from rich.panel import Panel
    from rich.table import Table

    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    for label, text in _lines(report):
        facts.add_row(label, escape(text))
    parts: list[RenderableType] = [facts]
    if report.feeds:
        feeds = Table("feeds", "missing", "instead", box=None, padding=(0, 2, 0, 0), header_style="dim")
        for feed in report.feeds:
            mark = "[yellow]○[/yellow]" if feed.missing else "[green]●[/green]"
            feeds.add_row(f"{mark} {escape(feed.metrics)}", escape(", ".join(feed.missing)), escape(feed.otherwise))
        parts.append(feeds)
    parts.extend(f"[yellow]![/yellow] {escape(warning)}" for warning in report.warnings)
    return Panel(Group(*parts), title=escape(", ".join(report.files)), title_align="left", expand=expand)


def _lines(report: ImportReport) -> list[tuple[str, str]]:
    lines = [("taken for", f"{report.title} ({report.source})")]
    if report.already:
        lines.append(("", "imported before, with the same choices: nothing is changed"))
    lines.append(("rows", f"{report.rows_in:,} in, {report.kept:,} kept, {report.rejected:,} set aside, {report.unassigned:,} unassigned"))
    if report.unassigned:
        lines.append(("assign them", ASSIGN))
    lines.extend(("left out", f"{count:,}: {reason}") for reason, count in report.left_out.items())
    if report.months:
        lines.append(("months", f"{report.months[0]} to {report.months[-1]} ({len(report.months)})"))
    lines.extend(("amounts", f"{basis}: {amount} USD") for basis, amount in report.sums.items())
    if report.currencies:
        lines.append(("currency", ", ".join(report.currencies)))
    lines.extend(("rate", f"{name}: {rate} USD") for name, rate in report.rates.items())
    lines.extend(("written", f"{table}: {_rows(count)}") for table, count in report.tables.items())
    lines.extend(("replaced", f"{_rows(count)} of {name}") for name, count in report.replaced.items())
    if report.rejects:
        lines.append(("set aside", f"see {report.rejects}"))
    return lines


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"

"""`attain loads`: what was imported into a store, and what it remembers of each import."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.options import FileFormat, Output, OutputFormat, check_output
from attain.cli.printing import fitting, printer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from attain.advise.columns import Columns, Record
    from attain.store.state import Load
    from attain.store.store import Store

ROWS_SHOWN = 1000
NARROW = 110
"""Characters of a line below which a table with a column for each number leaves no room for names of files."""
COUNTS = ("rows", "kept", "left out", "aside", "restated")
LOADS: Columns = {
    "load": "count",
    "at": "text",
    "kind": "text",
    "source": "text",
    "files": "text",
    "rows_in": "count",
    "kept": "count",
    "rejected": "count",
    "repeated": "count",
    "left_out": "count",
    "unassigned": "count",
    "restated": "count",
    "basis": "text",
    "rates": "text",
    "filters": "text",
    "redacted": "yes",
}
RESTATED: Columns = {
    "table": "text",
    "partner_id": "text",
    "month": "day",
    "measure": "text",
    "before": "amount",
    "after": "amount",
}
REJECTS: Columns = {
    "file": "text",
    "row": "count",
    "column": "text",
    "value": "text",
    "reason": "text",
    "hint": "text",
    "given": "text",
}
PEOPLE: Columns = {"id": "text", "goes_by": "text", "load": "count"}
RUNS: Columns = {
    "run": "text",
    "kept_at": "text",
    "load": "count",
    "day": "day",
    "rows": "count",
    "engine": "text",
    "rulebook": "text",
    "refresh_day": "count",
}


def register(app: typer.Typer) -> None:
    """Add the command `loads` to the command line."""
    app.command("loads")(loads)


def loads(
    store: Annotated[str, typer.Argument(help="The store: a folder, or an s3:// URL.", metavar="STORE", show_default=False)],
    restated: Annotated[int | None, typer.Option(metavar="LOAD", help="List the months that this load restated.")] = None,
    rejects: Annotated[int | None, typer.Option(metavar="LOAD", help="List the rows that this load set aside.")] = None,
    people: Annotated[bool, typer.Option("--people", help="List the ids that were found to be one person.")] = False,
    runs: Annotated[bool, typer.Option("--runs", help="List the runs of scores that were kept.")] = False,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List what was imported into a store, oldest first; each number can be scored again with --store-version."""
    check_output(file_format, output)
    from attain.store.records import merges, rejects_of, restatements_of
    from attain.store.store import Store

    opened = Store.open(store)
    if restated is not None:
        found, columns, nothing = restatements_of(opened, restated), RESTATED, "nothing was restated"
    elif rejects is not None:
        found, columns, nothing = rejects_of(opened, rejects), REJECTS, "no row was set aside"
    elif people:
        found, columns, nothing = merges(opened), PEOPLE, "every person has one id"
    elif runs:
        found, columns, nothing = _runs(opened), RUNS, "no run of scores was kept"
    elif file_format is OutputFormat.table:
        _show(opened.loads.every())
        return
    else:
        found, columns, nothing = [_record(load) for load in opened.loads.every()], LOADS, ""
    if file_format is OutputFormat.table:
        _table(found, nothing)
        return
    from attain.report.files import write_records

    write_records(columns, [_exact(row) for row in found], file_format.value, output)


def _runs(store: Store) -> list[Record]:
    from attain.store.scores import runs

    return [
        {
            "run": one.run,
            "kept_at": one.at,
            "load": one.load,
            "day": one.as_of,
            "rows": one.rows,
            "engine": one.engine,
            "rulebook": one.rulebook[:12],
            "refresh_day": one.refresh_day,
        }
        for one in runs(store.place)
    ]


def _record(load: Load) -> Record:
    return {
        "load": load.number,
        "at": load.at,
        "kind": load.kind,
        "source": load.source,
        "files": "; ".join(file["name"] for file in load.files),
        "rows_in": load.rows_in,
        "kept": load.kept,
        "rejected": load.rejected,
        "repeated": load.repeated,
        "left_out": load.left_out,
        "unassigned": load.unassigned,
        "restated": load.restated,
        "basis": load.basis,
        "rates": "; ".join(f"{currency}={rate}" for currency, rate in load.rates.items()),
        "filters": "; ".join(load.filters),
        "redacted": load.redacted,
    }


def _exact(row: Mapping[str, object]) -> Record:
    return {name: Fraction(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}


def _show(every: Sequence[Load]) -> None:
    console = printer()
    console.print(table_of(every, narrow=console.width < NARROW))


def table_of(every: Sequence[Load], *, narrow: bool) -> RenderableType:
    """Show loads as a row each; where `narrow`, with what was imported and its numbers below each other, so that no number is folded."""
    from rich.table import Table

    if narrow:
        table = Table("load", "what was imported", box=None, pad_edge=False)
        table.columns[0].justify = "right"
        table.columns[0].vertical = "top"
        table.columns[1].overflow = "fold"
        for load in every:
            number, when, what, *counts = _cells(load)
            # the rows are always told, and of the others what is not zero
            told = [f"{count} {name}" for name, count in zip(COUNTS, counts, strict=True) if name == COUNTS[0] or count != "0"]
            table.add_row(number, f"{when} {what}\n{', '.join(told)}")
        return table
    table = Table("load", "when (UTC)", "what", *COUNTS, box=None, pad_edge=False)
    table.columns[1].no_wrap = True
    for column in table.columns[3:]:
        column.justify = "right"
    table.columns[2].overflow = "fold"
    for load in every:
        table.add_row(*_cells(load))
    return table


def _cells(load: Load) -> tuple[str, ...]:
    from rich.markup import escape

    from attain.store.state import QUERY

    names = ", ".join(file["name"] for file in load.files[:2]) + (f" and {len(load.files) - 2} more" if len(load.files) > 2 else "")
    notes = [f"amounts {load.basis}"] if load.basis else []
    notes += [f"{currency}={rate}" for currency, rate in load.rates.items()]
    notes += ["masked by Microsoft"] if load.redacted else []
    notes += [f"{load.unassigned:,} unassigned"] if load.unassigned else []
    notes += [f"{load.repeated:,} left out as the same row again"] if load.repeated else []
    # a query names every column: --format shows it
    notes += [text for text in load.filters if not text.startswith(QUERY)]
    what = "; ".join([f"{load.source}: {names}" if names else load.kind, *notes])
    counts = (load.rows_in, load.kept, load.left_out + load.repeated, load.rejected, load.restated)
    return str(load.number), load.at[:16].replace("T", " "), escape(what), *(f"{count:,}" for count in counts)


def _shown(name: str, cell: object) -> object:
    """Show a time to the second, as a person reads it."""
    return str(cell)[:19].replace("T", " ") if name == "kept_at" else cell


def _table(rows: Sequence[Mapping[str, object]], nothing: str) -> None:
    if not rows:
        typer.echo(nothing)
        return
    console = printer()
    console.print(
        fitting([{name.replace("_", " "): _shown(name, cell) for name, cell in row.items()} for row in rows[:ROWS_SHOWN]], console)
    )
    if len(rows) > ROWS_SHOWN:
        typer.echo(f"{len(rows) - ROWS_SHOWN:,} more; --format csv lists all")

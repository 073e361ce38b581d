"""`attain demo`: a facts folder to try everything on."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from attain.cli.printing import pasted, so_many


class _Format(StrEnum):
    parquet = "parquet"
    csv = "csv"


def register(app: typer.Typer) -> None:
    """Add the command `demo` to the command line."""
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to write; made if it is not there.")],
    partners: Annotated[int, typer.Option(help="Partners, with the cast of four.")] = 50,
    seed: Annotated[int, typer.Option(help="The same seed and sizes give the same facts.")] = 1,
    as_of: Annotated[str, typer.Option(help="The day of the demo; facts end with the calendar month before it.")] = "2026-11-24",
    months: Annotated[int, typer.Option(help="Months of history: 24 for complete scores, one more for each month you look back.")] = 30,
    tenants: Annotated[int | None, typer.Option(help="Customers beside the cast's.", show_default="50 a partner")] = None,
    azure_rows: Annotated[int | None, typer.Option(help="About how many Azure rows.", show_default="50 a customer")] = None,
    usage_rows: Annotated[int | None, typer.Option(help="About how many workload rows.", show_default="10 a customer")] = None,
    certificates: Annotated[int | None, typer.Option(help="Certificates beside the cast's.", show_default="50 a partner")] = None,
    file_format: Annotated[_Format, typer.Option("--format", help="Files to write.")] = _Format.parquet,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the tables that are in the folder.")] = False,
) -> None:
    """Write a folder of made-up facts: Contoso, Fabrikam, Northwind, Tailspin, and as many other partners as you like."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
    from rich.table import Table

    from attain.errors import AttainError
    from attain.facts.synthetic import DemoPlan, write_demo

    try:
        day = dt.date.fromisoformat(as_of)
    except ValueError as error:
        raise AttainError("no-date", f"{as_of!r} is no date", "--as-of", "write it as 2026-11-24") from error
    plan = DemoPlan(partners, seed, day, months, tenants, azure_rows, usage_rows, certificates, file_format.value)
    messages = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:<17}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
    )
    tasks: dict[str, TaskID] = {}
    with bar:

        def show(table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(table, total=total)
            bar.update(tasks[table], completed=done)

        written = write_demo(plan, folder, overwrite=overwrite, progress=show)
    summary = Table("table", "rows", "size", box=None, pad_edge=False)
    for column in summary.columns[1:]:
        column.justify = "right"
    for table, rows in written.rows.items():
        summary.add_row(table, f"{rows:,}", _size(written.size[table]))
    out = Console()
    out.print(summary)
    first, last = f"{written.first_month:%Y-%m}", f"{written.last_month:%Y-%m}"
    print(f"\nWritten to {folder}: {so_many(plan.partners, 'partners')}, {first} to {last}.")
    print("The cast: 1000001 Contoso, 1000002 Fabrikam, 1000003 Northwind, 1000004 Tailspin.")
    print(f"Next: attain score {pasted(folder)} --as-of {day} --partner 1000001 --designation security")


def _size(count: int) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:,} {unit}"
        count = (count + 500) // 1000
    return f"{count:,} GB"

"""`attain init`, `attain loads` and `attain store`: making a store, what was imported into it, and keeping it well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.loading import reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from attain.store.state import Load

store_app = typer.Typer(no_args_is_help=True, help="Keeping a store well: check, rebuild, compact, export, import-archive.")
StorePath = Annotated[str, typer.Argument(help="The store: a folder, or an s3:// URL.", metavar="STORE", show_default=False)]
ROWS_SHOWN = 1000


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init")(init)
    app.command("loads")(loads)
    app.add_typer(store_app, name="store")


def init(store: StorePath) -> None:
    """Make a store, into which attain import puts files and which keeps every version of them."""
    from attain.store.store import Store

    made = Store.create(store)
    typer.echo(f"a store was made in {made.place.root}")
    typer.echo(f"Next: attain import FILE... --into {made.place.root}", err=True)


def loads(
    store: StorePath,
    restated: Annotated[int | None, typer.Option(metavar="LOAD", help="List the months that this load restated.")] = None,
    rejects: Annotated[int | None, typer.Option(metavar="LOAD", help="List the rows that this load set aside.")] = None,
    people: Annotated[bool, typer.Option("--people", help="List the ids that were found to be one person.")] = False,
    runs: Annotated[bool, typer.Option("--runs", help="List the runs of scores that were kept.")] = False,
) -> None:
    """List what was imported into a store, oldest first; each number can be scored again with --store-version."""
    from rich.console import Console
    from rich.table import Table

    from attain.store.records import merges, rejects_of, restatements_of
    from attain.store.scores import runs as kept_runs
    from attain.store.store import Store

    opened = Store.open(store)
    console = Console()
    if restated is not None:
        _table(console, restatements_of(opened, restated), "nothing was restated")
    elif rejects is not None:
        _table(console, rejects_of(opened, rejects), "no row was set aside")
    elif people:
        _table(console, merges(opened), "every person has one id")
    elif runs:
        rows = [
            {
                "run": one.run,
                "kept at": one.at,
                "load": one.load,
                "day": one.as_of,
                "rows": one.rows,
                "engine": one.engine,
                "rulebook": one.rulebook[:12],
            }
            for one in kept_runs(opened.place)
        ]
        _table(console, rows, "no run of scores was kept")
    else:
        table = Table("load", "when (UTC)", "what", "rows", "kept", "left out", "aside", "restated", box=None, pad_edge=False)
        table.columns[1].no_wrap = True
        for column in table.columns[3:]:
            column.justify = "right"
        table.columns[2].overflow = "fold"
        for load in opened.loads.every():
            table.add_row(*_cells(load))
        console.print(table)


def _cells(load: Load) -> tuple[str, ...]:
    names = ", ".join(file["name"] for file in load.files[:2]) + (f" and {len(load.files) - 2} more" if len(load.files) > 2 else "")
    notes = [f"amounts {load.basis}"] if load.basis else []
    notes += [f"{currency}={rate}" for currency, rate in load.rates.items()]
    notes += ["masked by Microsoft"] if load.redacted else []
    notes += [f"{load.unassigned:,} unassigned"] if load.unassigned else []
    notes += [f"{load.repeated:,} left out as the same row again"] if load.repeated else []
    what = "; ".join([f"{load.source}: {names}" if names else load.kind, *notes])
    counts = (load.rows_in, load.kept, load.left_out + load.repeated, load.rejected, load.restated)
    return str(load.number), load.at[:16].replace("T", " "), what, *(f"{count:,}" for count in counts)


def _table(console: Console, rows: Sequence[Mapping[str, object]], nothing: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        typer.echo(nothing)
        return
    table = Table(*rows[0], box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for row in rows[:ROWS_SHOWN]:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row.values()))
    console.print(table)
    if len(rows) > ROWS_SHOWN:
        typer.echo(f"{len(rows) - ROWS_SHOWN:,} more")


@store_app.command("rebuild")
def rebuild(store: StorePath) -> None:
    """Make the tables that scores read anew from the rows as delivered."""
    from attain.rulebook.load import load_book
    from attain.store.store import Store

    opened = Store.open(store)
    with reading() as progress:
        load = opened.rebuild(load_book().catalog, progress, say=lambda text: typer.echo(text, err=True))
    typer.echo(f"rebuilt, as load {load.number}")


@store_app.command("check")
def check(store: StorePath) -> None:
    """Check every file against its digest, every load against its tables, and keys and references; exit code 1 where something is wrong."""
    from rich.console import Console

    from attain.errors import AttainError
    from attain.store.checking import faults, leftovers
    from attain.store.store import Store

    opened = Store.open(store)
    wrong = 0
    with Console(stderr=True).status("checking") as status:
        for fault in faults(opened, status.update):
            typer.echo(fault)
            wrong += not fault.startswith("note: ")
        left = leftovers(opened)
    if left:
        typer.echo(
            f"note: {len(left):,} files ({sum(size for _, size in left):,} bytes) were left by imports that never ended; nobody reads them"
        )
    if wrong:
        raise AttainError("store-damaged", f"{wrong:,} faults", store, "restore the store from an archive")
    typer.echo(f"all is well: {len(opened.loads.every()):,} loads")


@store_app.command("compact")
def compact(store: StorePath) -> None:
    """Bring many small files into few; nothing is removed, and earlier loads stay readable."""
    from attain.store.compacting import compact as compact_store
    from attain.store.store import Store

    load = compact_store(Store.open(store), lambda text: typer.echo(text, err=True))
    typer.echo("there is nothing to compact" if load is None else f"compacted, as load {load.number}")


@store_app.command("export")
def export(
    store: StorePath,
    target: Annotated[Path, typer.Argument(help="The archive to write; or with --tables a new folder.", show_default=False)],
    tables: Annotated[str, typer.Option(metavar="FORMAT", help="parquet or csv: write the contract's tables, for any other tool.")] = "",
) -> None:
    """Write a store into one file that restores to an equal store, or its newest tables as plain files. The key of people is left out."""
    from attain.store.archive import export_archive, export_tables
    from attain.store.store import Store

    if tables not in {"", "parquet", "csv"}:
        raise typer.BadParameter(f"{tables!r} is no format; say parquet or csv", param_hint="--tables")
    opened = Store.open(store)
    if tables:
        for table, rows in export_tables(opened, target, tables).items():
            typer.echo(f"{table}: {rows:,} rows")
        return
    count = export_archive(opened, target, lambda text: typer.echo(text, err=True))
    typer.echo(f"{count:,} files are in {target}")
    typer.echo("the key of people is not in it: keep .attain-person-key yourself, without it new files count people twice", err=True)


@store_app.command("import-archive")
def import_archive(
    archive: Annotated[Path, typer.Argument(help="An archive of attain store export.", show_default=False)], store: StorePath
) -> None:
    """Make a store from an archive, equal to the one it was made from."""
    from attain.store.archive import import_archive as restore

    made = restore(archive, store)
    typer.echo(f"{len(made.loads.every()):,} loads are in {made.place.root}")

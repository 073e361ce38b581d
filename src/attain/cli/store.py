"""`attain init` and `attain store`: making a store, and keeping it well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attain.cli.loading import reading
from attain.cli.printing import pasted, so_many

store_app = typer.Typer(no_args_is_help=True, help="Keeping a store well: check, rebuild, compact, export, import-archive.")
StorePath = Annotated[str, typer.Argument(help="The store: a folder, or an s3:// URL.", metavar="STORE", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init")(init)
    app.add_typer(store_app, name="store")


def init(store: StorePath) -> None:
    """Make a store, into which attain import puts files and which keeps every version of them."""
    from attain.store.store import Store

    made = Store.create(store)
    typer.echo(f"a store was made in {made.place.root}")
    typer.echo(f"Next: attain import FILE... --into {pasted(made.place.root)}", err=True)


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
            f"note: {so_many(len(left), 'files')} ({sum(size for _, size in left):,} bytes) "
            f"{'was' if len(left) == 1 else 'were'} left by imports that never ended; nobody reads {'it' if len(left) == 1 else 'them'}"
        )
    if wrong:
        raise AttainError("store-damaged", so_many(wrong, "faults"), store, "restore the store from an archive")
    typer.echo(f"all is well: {so_many(len(opened.loads.every()), 'loads')}")


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
            typer.echo(f"{table}: {so_many(rows, 'rows')}")
        return
    count = export_archive(opened, target, lambda text: typer.echo(text, err=True))
    typer.echo(f"{so_many(count, 'files', 'is', 'are')} in {target}")
    typer.echo("the key of people is not in it: keep .attain-person-key yourself, without it files about people are refused", err=True)


@store_app.command("import-archive")
def import_archive(
    archive: Annotated[Path, typer.Argument(help="An archive of attain store export.", show_default=False)],
    store: StorePath,
    person_key: Annotated[
        Path | None, typer.Option("--person-key", metavar="FILE", help="The .attain-person-key of the store that was exported.")
    ] = None,
) -> None:
    """Make a store from an archive, equal to the one it was made from; with its key, the same person keeps the same id."""
    from attain.sources.people import bring_key, is_key_missing
    from attain.store.archive import import_archive as restore

    made = restore(archive, store)
    if person_key is not None:
        bring_key(made.place, made.identity, person_key)
    typer.echo(f"{so_many(len(made.loads.every()), 'loads', 'is', 'are')} in {made.place.root}")
    if is_key_missing(made.place, made.identity):
        typer.echo("the key of people is not there: files about people are refused until you bring it (--person-key)", err=True)

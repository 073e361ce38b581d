"""`attain backup` and `attain restore`: the database and the store together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.printing import so_many

if TYPE_CHECKING:
    from attain.server.backup.manifest import StoreHeld


def register(app: typer.Typer) -> None:
    """Add the commands `backup` and `restore` to the command line."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    target: Annotated[Path, typer.Argument(help="A new folder for the backup.", show_default=False)],
    store: Annotated[str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store that is served.")] = "",
    without_store: Annotated[
        bool, typer.Option("--without-store", help="Leave the store out: a bucket that keeps versions is a backup of its own.")
    ] = False,
) -> None:
    """Back up the database and the store, while the server runs. Keys are left out: it says which to keep yourself."""
    from attain.server.running import Serving, set_up

    serving = Serving(store)
    set_up(serving)
    from django.conf import settings

    from attain.server.backup.taking import take
    from attain.store.place import is_store

    made = take(target, settings.STORE, _say, with_store=not without_store).manifest
    size = sum(file.bytes for file in made.files.values())
    held = f"{so_many(sum(made.rows.values()), 'rows')} of {so_many(len(made.rows), 'tables')}"
    typer.echo(f"{held} and {so_many(_loads(made.store), 'loads') if made.store else 'no loads'} are in {target} ({size:,} bytes)")
    if made.store is None and not without_store:
        reason = "no store was named" if not store else "a facts folder is files of your own" if not is_store(store) else ""
        typer.echo(f"no store is in it: {reason}", err=True)
    typer.echo("Keep these keys yourself, apart from it:", err=True)
    lost = "everybody signs in anew, and alert channels are to be set again"
    typer.echo(f"  ATTAIN_SECRET_KEY, or the file secret-key of ATTAIN_HOME: without it {lost}", err=True)
    if made.store is not None and made.store.person_key:
        typer.echo("  .attain-person-key of the store: without it files about people are refused", err=True)


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A folder that attain backup wrote.", show_default=False)],
    store: Annotated[str, typer.Option("--store", envvar="ATTAIN_STORE", help="Where to put the store: a new folder or s3:// URL.")] = "",
    person_key: Annotated[
        Path | None, typer.Option("--person-key", metavar="FILE", help="The .attain-person-key of the store that was backed up.")
    ] = None,
) -> None:
    """Restore a backup into an empty database (ATTAIN_HOME, ATTAIN_DATABASE_URL) and a new store; both are checked."""
    from attain.server.backup.manifest import Backup, fingerprint
    from attain.server.running import Serving, set_up

    opened = Backup.open(source)
    set_up(Serving(store, fresh=True))
    from django.conf import settings

    from attain.server.backup.restoring import restore as restore_backup
    from attain.sources.people import bring_key, is_key_missing

    made = restore_backup(opened, settings.STORE, _say)
    manifest = opened.manifest
    rows = sum(manifest.rows.values())
    back = f"{so_many(rows, 'rows')} of {so_many(len(manifest.rows), 'tables')} {'is' if rows == 1 else 'are'} back"
    typer.echo(f"{back}, as of {manifest.made:%Y-%m-%d %H:%M} UTC")
    if made is not None:
        if person_key is not None:
            bring_key(made.place, made.identity, person_key)
        typer.echo(f"{so_many(_loads(manifest.store), 'loads', 'is', 'are')} in {made.place.root}")
        if is_key_missing(made.place, made.identity):
            typer.echo("the key of people is not there: files about people are refused until you bring it (--person-key)", err=True)
    if fingerprint(str(settings.SECRET_KEY)) != manifest.secret_key:
        said = "everybody signs in anew, masked people have new marks, and alert channels are to be set again"
        typer.echo(f"the secret key is another one than before: {said}", err=True)


def _loads(store: StoreHeld | None) -> int:
    return 0 if store is None else store.loads


def _say(text: str) -> None:
    typer.echo(text, err=True)

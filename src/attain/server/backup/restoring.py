"""Restoring a backup into an empty database and a store that is not there yet: checked before anything is written, counted after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from attain.errors import AttainError
from attain.server.backup.manifest import ARCHIVE, ROWS
from attain.server.backup.rows import bring_to, is_empty, read_rows
from attain.store.archive import import_archive
from attain.store.place import MARKER, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from attain.server.backup.manifest import Backup
    from attain.store.store import Store


def restore(backup: Backup, target: str, say: Callable[[str], None], *, alias: str = DEFAULT_DB_ALIAS) -> Store | None:
    """Write what a backup holds into the database and, where it holds a store, into `target`; gives that store.

    Raises AttainError `backup-broken`, `database-not-empty`, `database-newer`, `does-not-fit`, `store-exists`, `not-empty`, and `no-target`
    where a store is held and no place for it is named.
    """
    manifest = backup.manifest
    if manifest.store is not None and not target:
        raise AttainError("no-target", "the backup holds a store", str(backup.folder), "say where to put it: --store FOLDER")
    say("checking")
    backup.check()
    if not is_empty(alias):
        where = str(connections[alias].settings_dict["NAME"])
        hint = "name an empty one in ATTAIN_DATABASE_URL, or another ATTAIN_HOME"
        raise AttainError("database-not-empty", "the database holds rows", where, hint)
    _refuse_used(target if manifest.store is not None else "")
    bring_to(alias, manifest.migrations)
    made: Store | None = None
    # No row is left where the store cannot be made, and no store where a row is refused: what is mended can be restored again.
    with transaction.atomic(using=alias):
        say("database")
        counts = read_rows(alias, backup.folder / ROWS, (manifest.served, target or manifest.served))
        if counts != manifest.rows:
            raise AttainError("backup-broken", "it holds other rows than it says", str(backup.folder), "take another backup")
        if manifest.store is not None:
            say("store")
            made = import_archive(backup.folder / ARCHIVE, target)
            newest = made.loads.newest()
            if (made.identity, newest[0].number if newest else 0) != (manifest.store.id, manifest.store.loads):
                raise AttainError("backup-broken", "its store is not the one that it names", str(backup.folder), "take another backup")
    # What later versions changed, and what Django itself notes of its tables.
    call_command("migrate", database=alias, verbosity=0, interactive=False)
    return made


def _refuse_used(target: str) -> None:
    """Refuse a place for the store that is in use, before anything is written."""
    if not target:
        return
    place = Place.of(target)
    if place.read(MARKER) is not None:
        raise AttainError("store-exists", "this is a store already", place.root, "name a folder that does not exist yet")
    if next(place.names(), None) is not None:
        raise AttainError("not-empty", "the folder holds files", place.root, "name a folder that does not exist yet")

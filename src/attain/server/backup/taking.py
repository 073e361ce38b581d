"""Taking a backup: the rows of one moment, then the store, which by then holds every load that a row speaks of."""

from __future__ import annotations

import datetime as dt
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from attain.errors import AttainError
from attain.server.backup.manifest import ARCHIVE, FORMAT, NAME, ROWS, Backup, Manifest, StoreHeld, file_of, fingerprint
from attain.server.backup.rows import applied, write_rows
from attain.sources.people import FINGERPRINT
from attain.store.archive import export_archive
from attain.store.place import is_store
from attain.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable


def take(target: Path, source: str, say: Callable[[str], None], *, with_store: bool = True, alias: str = DEFAULT_DB_ALIAS) -> Backup:
    """Write a backup of the database, and of the store `source` where it is one, into a folder that is not there yet.

    The server may run meanwhile: a running import is waited for, and nobody waits for the backup but another import. Raises AttainError
    `file-exists`, `no-database` where there is nothing to back up.
    """
    if target.exists():
        raise AttainError("file-exists", "it is there already", str(target), "name a folder that does not exist yet")
    migrations = applied(alias)
    if not migrations:
        where = str(connections[alias].settings_dict["NAME"])
        raise AttainError("no-database", "there is nothing in it", where, "check ATTAIN_HOME and ATTAIN_DATABASE_URL")
    draft = target.with_name(f"{target.name}.part")
    if draft.exists():
        hint = "remove it, or wait for the one that writes it"
        raise AttainError("file-exists", "a backup that was broken off is there", str(draft), hint)
    draft.mkdir(mode=0o700, parents=True)
    try:
        say("database")
        rows = write_rows(alias, draft / ROWS)
        held = _with_store(draft, source, say) if with_store and source and is_store(source) else None
        manifest = Manifest(
            format=FORMAT,
            version=version("attain"),
            made=dt.datetime.now(tz=dt.UTC),
            database=connections[alias].vendor,
            migrations=migrations,
            rows=rows,
            served=source,
            store=held,
            secret_key=fingerprint(str(settings.SECRET_KEY)),
            files={path.relative_to(draft).as_posix(): file_of(path) for path in sorted(draft.rglob("*")) if path.is_file()},
        )
        # last: a backup that was broken off has none
        (draft / NAME).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Backup(target, manifest)


def _with_store(draft: Path, source: str, say: Callable[[str], None]) -> StoreHeld:
    store = Store.open(source)
    say("store")
    export_archive(store, draft / ARCHIVE, say)
    newest = store.loads.newest()
    return StoreHeld(
        address=source,
        id=store.identity,
        loads=newest[0].number if newest else 0,
        person_key=store.place.read(FINGERPRINT) is not None,
    )

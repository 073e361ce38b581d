"""The facts that are to be served: a store that this version reads and whose newest load is not of tomorrow, or a folder."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.scoring.units import counted
from attain.server.doctor.finding import note, ok, wrong
from attain.server.doctor.machine import space
from attain.sources.people import is_key_missing
from attain.store.place import Place, is_store
from attain.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.server.doctor.finding import Finding

SUBJECT = "store"
AHEAD = dt.timedelta(minutes=5)


def facts(source: str) -> Iterator[Finding]:
    """Look into a store or a facts folder."""
    if not source:
        yield note(SUBJECT, "none is named", "attain doctor --store STORE, or ATTAIN_STORE, looks into one")
        return
    try:
        yield from (_store if is_store(source) else _folder)(source)
    except AttainError as error:
        yield wrong(SUBJECT, f"{error.where or source}: {error.message}", error.hint)
    except OSError as error:
        yield wrong(SUBJECT, f"{source}: {(error.strerror or str(error)).lower()}", "check that the user of the server may read it")


def _store(source: str) -> Iterator[Finding]:
    store = Store.open(source)
    if not store.place.remote:
        yield from space(SUBJECT, store.place.local)
    newest = store.loads.newest()
    if newest is None:
        yield note(SUBJECT, f"{source}: nothing is imported yet", f"attain import FILE --into {source}")
        return
    load = newest[0]
    yield ok(SUBJECT, f"{source}: {counted(f'{load.number:,}', 'loads')}, the newest of {load.at[:16].replace('T', ' ')} UTC")
    if dt.datetime.fromisoformat(load.at) > dt.datetime.now(tz=dt.UTC) + AHEAD:
        said = f"the newest load is of {load.at[:16].replace('T', ' ')} UTC, which is yet to come"
        yield wrong("clock", said, "set the clock of this machine")
    if not store.place.remote and not os.access(store.place.local, os.W_OK):
        mend = "give the folder to the user of the server"
        yield note(SUBJECT, f"{source}: this user may not write there, so nothing can be imported", mend)
    if is_key_missing(store.place, store.identity):
        mend = "copy .attain-person-key from where the store was made, or give it in ATTAIN_PERSON_KEY"
        yield wrong("people", "the key of people is not here: files about people would be refused", mend)


def _folder(source: str) -> Iterator[Finding]:
    place = Place.of(source)
    if place.remote or not place.local.is_dir():
        yield wrong(SUBJECT, f"{source}: there is no store or facts folder", "name one that is there, or make one: attain init STORE")
    elif not os.access(place.local, os.R_OK | os.X_OK):
        yield wrong(SUBJECT, f"{source}: this user may not read it", "give the folder to the user of the server")
    else:
        yield from space(SUBJECT, place.local)
        yield note(SUBJECT, f"{source} is a facts folder", "a store keeps earlier loads and checks them: attain init STORE")

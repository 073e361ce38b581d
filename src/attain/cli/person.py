"""`attain person`: what is held on one person, to take away or to take out, and `attain forget` for what is old."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attain.errors import AttainError

if TYPE_CHECKING:
    from attain.people.models import User
    from attain.store.store import Store

person_app = typer.Typer(no_args_is_help=True, help="What is held on one person: export, erase.")
Who = Annotated[str, typer.Argument(help="A mail address of an account, or the name or id of a certified person.", show_default=False)]
StoreOption = Annotated[
    str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store that holds certified people.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(person_app, name="person")
    app.command("forget")(forget)


@person_app.command("export")
def export(
    who: Who, store: StoreOption = "", out: Annotated[Path | None, typer.Option(help="The file; standard output unless given.")] = None
) -> None:
    """Write all that is held on a person as one JSON document: the account, what it did and recorded, names and certificates."""
    from attain.report.files import write_document

    opened, ids, user = _found(who, store)
    held: dict[str, Any] = {"person": who}
    if user is not None:
        from attain.people.held import held_on as held_in_database

        held["database"] = held_in_database(user)
    if opened is not None and ids:
        from attain.store.erasing import held_on as held_in_store

        held["store"] = held_in_store(opened, ids)
    from attain.people.audit import record
    from attain.people.models import Event

    record(Event.PERSON_EXPORTED, None, user=user, actor="attain person export", detail=f"{len(json.dumps(held, default=str)):,} letters")
    write_document(json.loads(json.dumps(held, default=str)), out)


@person_app.command("erase")
def erase(who: Who, store: StoreOption = "", yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Take a person out: the account from the database, the name of a certified person from every file of the store.

    Counts stay: certificates count on without a name, and what an account did stays in the audit log under a mark.
    """
    opened, ids, user = _found(who, store)
    what = [f"the account {user.email}"] if user is not None else []
    what += [f"the name of a certified person under {len(ids)} {'id' if len(ids) == 1 else 'ids'}"] if ids else []
    if not yes:
        typer.confirm(f"Erase {' and '.join(what)}? This cannot be undone.", abort=True)
    if user is not None:
        from attain.people.held import erase as erase_account

        mark = erase_account(user, actor="attain person erase")
        print(f"The account is erased; the audit log calls it {mark}.")
    if opened is not None and ids:
        from attain.people.audit import record
        from attain.people.models import Event
        from attain.published.evidence import forget_people
        from attain.store.erasing import erase_names

        # First, so that what stops in between leaves a person who is still found by the next try.
        packs = forget_people(ids)
        load = erase_names(opened, ids, say=lambda text: typer.echo(text, err=True))
        record(Event.PERSON_ERASED, None, actor="attain person erase", detail=f"{len(ids)} ids of the store, load {load.number}")
        print(f"The name is erased from every load, as load {load.number}; certificates count as before.")
        if packs:
            print(f"Evidence packs lost the files that named somebody: {packs}. Their files with marks stay.")
        print("Start the server again: it may hold the name in memory. Files imported, archives and backups are yours to clean.")


def forget(store: StoreOption = "") -> None:
    """Remove what is older than the settings ATTAIN_KEEP_..._DAYS say, as `attain refresh` does too."""
    _connect(store)
    from attain.server.retention import forget_old

    for line in forget_old(_store(store), say=lambda text: typer.echo(text, err=True)):
        print(line)


def _connect(store: str) -> None:
    from attain.server.running import Serving, connect

    connect(Serving(store))


def _store(source: str) -> Store | None:
    from attain.store.place import is_store
    from attain.store.store import Store

    return Store.open(source) if source and is_store(source) else None


def _found(who: str, source: str) -> tuple[Store | None, list[str], User | None]:
    """Find somebody among the accounts and the certified people; AttainError where there is nobody."""
    _connect(source)
    from attain.people.held import account_of
    from attain.store.erasing import ids_of

    opened, ids, user = _store(source), list[str](), None
    faults: list[AttainError] = []
    try:
        user = account_of(who)
    except AttainError as fault:
        faults.append(fault)
    if opened is not None:
        try:
            ids = ids_of(opened, who)
        except AttainError as fault:
            faults.append(fault)
    if user is None and not ids:
        raise faults[0] if "@" in who else faults[-1]
    return opened, ids, user

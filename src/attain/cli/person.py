"""`attain person`: what is held on one person, to take away or to take out, and `attain forget` for what is old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.options import Out

if TYPE_CHECKING:
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
def export(who: Who, store: StoreOption = "", out: Out = None) -> None:
    """Write all that is held on a person as one JSON document: the account, what it did and recorded, names and certificates."""
    _connect(store)
    from attain.published.persons import Asking, find_person, take_away
    from attain.report.files import write_document

    write_document(take_away(find_person(who), Asking(actor="attain person export")), out)


@person_app.command("erase")
def erase(who: Who, store: StoreOption = "", yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Take a person out: the account from the database, the name of a certified person from every file of the store.

    Counts stay: certificates count on without a name, and what an account did stays in the audit log under a mark.
    """
    _connect(store)
    from attain.published.persons import Asking, erase_person, find_person

    person = find_person(who)
    if not yes:
        typer.confirm(f"Erase {person.words}? This cannot be undone.", abort=True)
    done = erase_person(person, Asking(actor="attain person erase"), lambda text: typer.echo(text, err=True))
    if done.mark:
        print(f"The account is erased; the audit log calls it {done.mark}.")
    if done.load is not None:
        print(f"The name is erased from every load, as load {done.load}; certificates count as before.")
        if done.packs:
            print(f"Evidence packs lost the files that named somebody: {done.packs}. Their files with marks stay.")
        print("Servers on other machines: start them again, they may hold the name in memory.")
        print("Files imported, archives and backups are yours to clean.")


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

"""Somebody of whom something is held: the account, the certified person of the store, or both; shown, taken away, taken out.

The command line, the pages and the REST interface do the same through here. The audit log gets no name of whoever it was about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from attain.errors import AttainError
from attain.people.audit import record
from attain.people.held import account_of, keep_an_admin
from attain.people.held import erase as erase_account
from attain.people.held import held_on as held_in_database
from attain.people.models import Event
from attain.published.erased import tell_erased
from attain.published.evidence import forget_people
from attain.store.erasing import erase_names, ids_of
from attain.store.erasing import held_on as held_in_store
from attain.store.place import is_store
from attain.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from attain.people.models import Organization, User
    from attain.people.principal import Principal


@dataclass(frozen=True)
class Person:
    """Somebody as asked for: the account (None: there is none), and the ids in the store (none: no certified person)."""

    who: str
    user: User | None
    ids: tuple[str, ...]
    store: Store | None

    @property
    def words(self) -> str:
        """Say what was found."""
        found = [f"the account {self.user.email}"] if self.user is not None else []
        found += [f"the name of a certified person under {len(self.ids)} {'id' if len(self.ids) == 1 else 'ids'}"] if self.ids else []
        return " and ".join(found)


@dataclass(frozen=True)
class Asking:
    """Who asks, for the audit log: a request, or the command that is at work; the organization in which the entry stands."""

    request: HttpRequest | None = None
    organization: Organization | None = None
    actor: str = ""

    @property
    def user(self) -> User | None:
        """Whose session or token asks."""
        principal: Principal | None = getattr(getattr(self.request, "granted", None), "principal", None)
        return None if principal is None else principal.user

    def note(self, event: Event, detail: str) -> None:
        """Add an entry to the audit log."""
        record(event, self.request, organization=self.organization, actor=self.actor, detail=detail)


@dataclass(frozen=True)
class Erased:
    """What an erasure did: the mark that the account left, the ids that lost their name, in which load, and the packs that lost files."""

    mark: str
    ids: int
    load: int | None
    packs: int


def find_person(who: str) -> Person:
    """Find somebody by the mail address of an account, or by the name or an id of a certified person of the store that is served.

    Raises AttainError `unknown-account` or `unknown-person`.
    """
    source = str(settings.STORE or "")
    store = Store.open(source) if source and is_store(source) else None
    user, ids, faults = None, list[str](), list[AttainError]()
    try:
        user = account_of(who)
    except AttainError as fault:
        faults.append(fault)
    if store is not None:
        try:
            ids = ids_of(store, who.strip())
        except AttainError as fault:
            faults.append(fault)
    if user is None and not ids:
        raise faults[0] if "@" in who else faults[-1]
    return Person(who.strip(), user, tuple(ids), store)


def held_on(person: Person) -> dict[str, Any]:
    """Give every row that is held on somebody, as plain JSON: `database` by table, `store` with names and certificates."""
    held: dict[str, Any] = {"person": person.who}
    if person.user is not None:
        held["database"] = held_in_database(person.user)
    if person.store is not None and person.ids:
        held["store"] = held_in_store(person.store, person.ids)
    plain: dict[str, Any] = json.loads(json.dumps(held, default=str))
    return plain


def take_away(person: Person, asking: Asking) -> dict[str, Any]:
    """Give what is held on somebody to take away; that it was given is in the audit log, without whose it is."""
    held = held_on(person)
    what = [*(["an account"] if person.user is not None else []), *([f"{len(person.ids)} ids of the store"] if person.ids else [])]
    asking.note(Event.PERSON_EXPORTED, f"{' and '.join(what)}, {len(json.dumps(held)):,} letters")
    return held


def erase_person(person: Person, asking: Asking, say: Callable[[str], None] = lambda _text: None) -> Erased:
    """Take somebody out of the database and out of every file of the store; certificates count on without a name.

    Raises AttainError `last-admin` and `erases-oneself` before anything is changed, `store-busy` where an import is at work.
    """
    if person.user is not None:
        if asking.user == person.user:
            hint = "let another Global admin do it, or attain person erase on the server"
            raise AttainError("erases-oneself", "nobody is erased by their own account", "who", hint)
        keep_an_admin(person.user)
    mark, number, packs = "", None, 0
    if person.store is not None and person.ids:
        # Names go before the account, so that what stops in between leaves somebody who is found by the next try; packs are found by ids.
        packs = forget_people(person.ids)
        number = erase_names(person.store, person.ids, say=say).number
        asking.note(Event.PERSON_ERASED, f"{len(person.ids)} ids of the store, load {number}")
    if person.user is not None:
        mark = erase_account(person.user, asking.request, asking.actor, asking.organization)
    tell_erased()
    return Erased(mark, len(person.ids), number, packs)

"""Keeping edited rulebooks: files of the rulebook that somebody changed, to see what such rules would do. No score is published by them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event
from attain.recorded.models import EditedRulebook
from attain.rulebook.edited import edited_book

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from attain.people.access import Granted
    from attain.people.models import Organization
    from attain.rulebook.load import Book

MOST = 20
"""Edited rulebooks that an organization keeps at a time."""


def keep_rulebook(granted: Granted, request: HttpRequest | None, name: str, files: Mapping[str, bytes]) -> EditedRulebook:
    """Keep an edited rulebook once it loads without a fault; there is no request where a command does it.

    Raises AttainError as `attain.rulebook.edited.edited_book`, `rulebook-kept` where the name is taken, and `too-many-rulebooks`.
    """
    organization, book = _place(granted), edited_book(files)
    if EditedRulebook.objects.filter(organization=organization).count() >= MOST:
        raise AttainError("too-many-rulebooks", f"{MOST} edited rulebooks are kept already", "name", "remove one first")
    texts = {file: content.decode() for file, content in sorted(files.items())}
    found = EditedRulebook(organization=organization, name=name, digest=book.digest, files=texts, uploaded_by=granted.principal.actor)
    try:
        with transaction.atomic():
            found.save()
            _note(granted, request, f"{found.name}: {', '.join(found.files)}, digest {found.digest[:16]}")
    except IntegrityError as error:
        raise AttainError("rulebook-kept", f"an edited rulebook is called {name!r} already", "name", "take another name") from error
    return found


def rulebooks_of(organization: Organization) -> list[EditedRulebook]:
    """List the edited rulebooks of an organization by name."""
    return list(EditedRulebook.objects.filter(organization=organization))


def rulebook_named(organization: Organization, name: str) -> EditedRulebook:
    """Find an edited rulebook by its name; raises AttainError `no-such-rulebook` with the nearest one."""
    every = rulebooks_of(organization)
    found = next((one for one in every if one.name == name.strip()), None)
    if found is None:
        known = [one.name for one in every]
        hint = did_you_mean(name, known) if known else "none is kept yet"
        raise AttainError("no-such-rulebook", f"there is no edited rulebook {name!r}", "rulebook", hint)
    return found


@transaction.atomic
def remove_rulebook(granted: Granted, request: HttpRequest | None, number: int) -> EditedRulebook:
    """Remove an edited rulebook; raises AttainError `no-such-rulebook`."""
    found = EditedRulebook.objects.filter(organization=_place(granted), pk=number).first()
    if found is None:
        raise AttainError("no-such-rulebook", f"there is no edited rulebook {number}", "rulebook")
    EditedRulebook.objects.filter(pk=found.pk).delete()
    _note(granted, request, f"removed: {found.name}")
    return found


def book_of(kept: EditedRulebook) -> Book:
    """Load an edited rulebook, kept in this process; raises AttainError where it no longer fits the rulebook of this version."""
    return _loaded(tuple(sorted(kept.files.items())))


def _place(granted: Granted) -> Organization:
    assert granted.grant is not None, "an access to a partner or an organization comes with a grant"
    return granted.grant.organization


def _note(granted: Granted, request: HttpRequest | None, detail: str) -> None:
    who = granted.principal
    record(Event.RULEBOOK_EDITED, request, organization=_place(granted), detail=detail, user=who.user, actor=who.actor)


@lru_cache(maxsize=8)
def _loaded(files: tuple[tuple[str, str], ...]) -> Book:
    return edited_book({name: text.encode() for name, text in files})

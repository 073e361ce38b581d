"""Keeping edited rulebooks: files of the rulebook that somebody changed, to see what such rules would do. No score is published by them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from attain.errors import AttainError
from attain.recorded.models import EditedRulebook
from attain.rulebook.edited import edited_book

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.people.models import Organization
    from attain.rulebook.load import Book

MOST = 20
"""Edited rulebooks that an organization keeps at a time."""


def keep_rulebook(organization: Organization, actor: str, name: str, files: Mapping[str, bytes]) -> EditedRulebook:
    """Keep an edited rulebook once it loads without a fault.

    Raises AttainError as `attain.rulebook.edited.edited_book`, `rulebook-kept` where the name is taken, and `too-many-rulebooks`.
    """
    book = edited_book(files)
    if EditedRulebook.objects.filter(organization=organization).count() >= MOST:
        raise AttainError("too-many-rulebooks", f"{MOST} edited rulebooks are kept already", "name", "remove one first")
    texts = {file: content.decode() for file, content in sorted(files.items())}
    found = EditedRulebook(organization=organization, name=name, digest=book.digest, files=texts, uploaded_by=actor[:254])
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise AttainError("rulebook-kept", f"an edited rulebook is called {name!r} already", "name", "take another name") from error
    return found


def rulebooks_of(organization: Organization) -> list[EditedRulebook]:
    """List the edited rulebooks of an organization by name."""
    return list(EditedRulebook.objects.filter(organization=organization))


def remove_rulebook(organization: Organization, number: int) -> EditedRulebook:
    """Remove an edited rulebook; raises AttainError `no-such-rulebook`."""
    found = EditedRulebook.objects.filter(organization=organization, pk=number).first()
    if found is None:
        raise AttainError("no-such-rulebook", f"there is no edited rulebook {number}", "rulebook")
    EditedRulebook.objects.filter(pk=found.pk).delete()
    return found


def book_of(kept: EditedRulebook) -> Book:
    """Load an edited rulebook, kept in this process; raises AttainError where it no longer fits the rulebook of this version."""
    return _loaded(tuple(sorted(kept.files.items())))


@lru_cache(maxsize=8)
def _loaded(files: tuple[tuple[str, str], ...]) -> Book:
    return edited_book({name: text.encode() for name, text in files})

"""What endpoints begin with: the publication that holds now, a partner in it, and the tag of an answer about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.api.caching import etag
from attain.errors import AttainError
from attain.people.access import AttainRequest
from attain.published.models import Publication, PublishedPartner
from attain.published.read import current

if TYPE_CHECKING:
    from attain.workspace import Workspace


def publication() -> Publication:
    """Give the current publication; raises AttainError `nothing-published`."""
    found = current()
    if found is None:
        raise AttainError("nothing-published", "no scores are published yet", hint="import files, then run attain refresh")
    return found


def published(partner_id: str) -> tuple[Publication, PublishedPartner]:
    """Give the current publication and a partner in it; raises AttainError `nothing-published` and `not-published`."""
    holds = publication()
    found = PublishedPartner.objects.filter(publication=holds, partner_id=partner_id).first()
    if found is None:
        hint = "import its files, then run attain refresh"
        raise AttainError("not-published", f"nothing is published of partner {partner_id!r}", hint=hint)
    return holds, found


def tag_of(request: AttainRequest, *parts: object) -> str:
    """Make the tag of an answer from what it is made of, how it was asked for, and whether names of people are in it."""
    return etag(request.get_full_path(), request.headers.get("Accept", ""), request.granted.sees_names, *parts)


def tag_of_published(request: AttainRequest, holds: Publication, partner: PublishedPartner) -> str:
    """Make the tag of an answer that follows from what is published of a partner."""
    return tag_of(request, holds.pk, partner.pk)


def tag_of_facts(request: AttainRequest, workspace: Workspace, *parts: object) -> str:
    """Make the tag of an answer that follows from facts and rulebook."""
    return tag_of(request, workspace.facts.digest, workspace.book.digest, *parts)

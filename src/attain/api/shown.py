"""The tag of an answer: from what it is made, how it was asked for, and whether names of people are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.api.caching import etag
from attain.people.access import AttainRequest

if TYPE_CHECKING:
    from attain.published.models import Publication, PublishedPartner
    from attain.workspace import Workspace


def tag_of(request: AttainRequest, *parts: object) -> str:
    """Make the tag of an answer from what it is made of, how it was asked for, and whether names of people are in it."""
    return etag(request.get_full_path(), request.headers.get("Accept", ""), request.granted.sees_names, *parts)


def tag_of_published(request: AttainRequest, holds: Publication, partner: PublishedPartner) -> str:
    """Make the tag of an answer that follows from what is published of a partner."""
    return tag_of(request, holds.pk, partner.pk)


def tag_of_facts(request: AttainRequest, workspace: Workspace, *parts: object) -> str:
    """Make the tag of an answer that follows from facts and rulebook."""
    return tag_of(request, workspace.facts.digest, workspace.book.digest, *parts)

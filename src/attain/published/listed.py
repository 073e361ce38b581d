"""Partners of a publication by name: page by page, each beginning after the last partner shown, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, Subquery

from attain.published.models import Publication, PublicationState, PublishedPartner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def partners_after(
    publication: Publication, among: Iterable[str] | None, *, search: str = "", after: tuple[str, str] | None = None, size: int
) -> list[PublishedPartner]:
    """Give up to `size` partners of `among` (ids or a query for them; None: all) after the one with a folded name and id.

    A partner that comes or goes meanwhile moves no other from one page to another. `search` is a part of the name or the beginning of the
    id.
    """
    rows = PublishedPartner.objects.filter(publication=publication)
    if among is not None:
        rows = rows.filter(partner_id__in=among)
    if search:
        rows = rows.filter(Q(name_folded__contains=search.casefold()) | Q(partner_id__startswith=search))
    if after is not None:
        name, partner_id = after
        rows = rows.filter(Q(name_folded__gt=name) | Q(name_folded=name, partner_id__gt=partner_id))
    return list(rows.order_by("name_folded", "partner_id")[:size])


def first_partners(size: int) -> list[PublishedPartner]:
    """Give the first partners by name of what pages show."""
    return list(_current().order_by("name_folded", "partner_id")[:size])


def published_name(partner_id: str) -> str:
    """Give the name of a partner as it is published; empty where nothing is published of it, or no name is known."""
    return _current().filter(partner_id=partner_id).values_list("name", flat=True).first() or ""


def _current() -> QuerySet[PublishedPartner]:
    """Give the partners of the publication that pages show, found in the same query."""
    shown = Publication.objects.filter(state=PublicationState.CURRENT).values("pk")[:1]
    return PublishedPartner.objects.filter(publication_id=Subquery(shown))

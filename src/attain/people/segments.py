"""Segments: partners that an organization put together under a name of its own."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event, Segment, SegmentPartner
from attain.people.resellers import seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from attain.people.access import Granted
    from attain.people.models import Organization

LARGEST = 50_000
LONGEST_NAME = 80
HEADS = ("partner_id", "partnerid", "mpnid", "resellermpnid", "resellerid")
"""Heads of a column of ids, without case, blanks and lines."""
_AT_ONCE = 500
_NAMED = 3


def segments_of(organization: Organization) -> QuerySet[Segment]:
    """Give the segments of an organization by name; `size` counts their partners."""
    return Segment.objects.filter(organization=organization).annotate(size=Count("partners")).order_by("name")


def segment_of(organization: Organization, key: int) -> Segment:
    """Find a segment by its key; raises AttainError `no-such-segment`."""
    found = Segment.objects.filter(organization=organization, pk=key).first()
    if found is None:
        raise AttainError("no-such-segment", "there is no such segment", "segment", "it may have been removed")
    return found


def segment_named(organization: Organization, name: str) -> Segment:
    """Find a segment by its name, whatever its capitals; raises AttainError `no-such-segment` with the nearest name."""
    found = Segment.objects.filter(organization=organization, name__iexact=" ".join(name.split())).first()
    if found is None:
        known = list(segments_of(organization).values_list("name", flat=True))
        raise AttainError("no-such-segment", f"there is no segment {name!r}", "segment", did_you_mean(name, known))
    return found


def ids_of(text: str) -> list[str]:
    """Read partner ids from a CSV: of the column that a head names, else of the first."""
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if not rows:
        return []
    heads = ["".join(cell.casefold().split()) for cell in rows[0]]
    named = next((heads.index(head) for head in HEADS if head in heads), None)
    column, rows = (0, rows) if named is None else (named, rows[1:])
    return [row[column].strip() for row in rows if len(row) > column and row[column].strip()]


@transaction.atomic
def save_segment(
    granted: Granted,
    request: HttpRequest | None,
    name: str,
    partners: Sequence[str],
    *,
    known: Callable[[Sequence[str]], set[str]] | None = None,
) -> Segment:
    """Save a segment: made, or with other partners where there is one of that name.

    `known` gives those of some ids that may be in it; unless given, the partners that the organization sees. There is no request where a
    command does it.

    Raises AttainError `no-name`, `no-partners`, `too-many-partners`, and `unknown-partner` for partners that may not be in it.
    """
    place, name = _place(granted), _checked(name)
    wanted = list(dict.fromkeys(one.strip() for one in partners if one.strip()))
    if not wanted:
        raise AttainError("no-partners", "a segment has one partner at least", "partners", "give their ids, one a line")
    if len(wanted) > LARGEST:
        raise AttainError("too-many-partners", f"a segment has {LARGEST:,} partners at most", "partners", "make several")
    _check_known(wanted, known or (lambda some: _seen(place, some)))
    segment, made = Segment.objects.get_or_create(organization=place, name=name)
    if not made:
        SegmentPartner.objects.filter(segment=segment).delete()
    SegmentPartner.objects.bulk_create([SegmentPartner(segment=segment, partner_id=one) for one in wanted], _AT_ONCE)
    _record(granted, request, f"{name}: {len(wanted):,} partners")
    return segment


@transaction.atomic
def rename_segment(granted: Granted, request: HttpRequest | None, segment: Segment, name: str) -> Segment:
    """Give a segment another name; raises AttainError `no-name`, and `name-taken` where another segment has it."""
    name, before = _checked(name), segment.name
    if Segment.objects.filter(organization=segment.organization, name=name).exclude(pk=segment.pk).exists():
        raise AttainError("name-taken", f"there is a segment {name!r} already", "name", "take another name")
    segment.name = name
    segment.save(update_fields=["name"])
    if name != before:
        _record(granted, request, f"{before}: now {name}")
    return segment


@transaction.atomic
def remove_segment(granted: Granted, request: HttpRequest | None, segment: Segment) -> None:
    """Remove a segment; its partners stay as they are."""
    segment.delete()
    _record(granted, request, f"{segment.name}: removed")


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise AttainError("no-name", f"a segment has a name of 1 to {LONGEST_NAME} letters", "name", "name it")
    return name


def _seen(place: Organization, some: Sequence[str]) -> set[str]:
    ids = seen(place)
    return set(some) if ids is None else set(ids.filter(partner_id__in=some))


def _check_known(wanted: Sequence[str], known: Callable[[Sequence[str]], set[str]]) -> None:
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        found |= known(wanted[start : start + _AT_ONCE])
    unseen = [one for one in wanted if one not in found]
    if unseen:
        more = f" and {len(unseen) - _NAMED} more" if len(unseen) > _NAMED else ""
        message = f"{_listed(unseen[:_NAMED])}{more}: not among the partners that you see"
        raise AttainError("unknown-partner", message, "partners", "take ids from the portfolio")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _place(granted: Granted) -> Organization:
    assert granted.grant is not None, "an access to an organization comes with a grant"
    return granted.grant.organization


def _record(granted: Granted, request: HttpRequest | None, detail: str) -> None:
    principal = granted.principal
    record(Event.SEGMENT_CHANGED, request, organization=_place(granted), detail=detail, user=principal.user, actor=principal.actor)

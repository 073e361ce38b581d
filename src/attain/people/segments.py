"""Segments: partners that an organization put together under a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event, Segment, SegmentPartner
from attain.people.resellers import seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from attain.people.access import Granted
    from attain.people.models import Organization

LARGEST = 50_000
LONGEST_NAME = 80
_AT_ONCE = 500
_NAMED = 3


def segments_of(organization: Organization) -> QuerySet[Segment]:
    """Give the segments of an organization by name; `size` counts their partners."""
    return Segment.objects.filter(organization=organization).annotate(size=Count("partners")).order_by("name")


def segment_named(organization: Organization, name: str) -> Segment:
    """Find a segment by its name; AttainError `unknown-segment` names the nearest."""
    found = Segment.objects.filter(organization=organization, name=name).first()
    if found is None:
        known = list(Segment.objects.filter(organization=organization).values_list("name", flat=True))
        hint = did_you_mean(name, known) if known else "save one first"
        raise AttainError("unknown-segment", f"there is no segment {name!r}", "segment", hint)
    return found


@transaction.atomic
def save_segment(granted: Granted, request: HttpRequest, name: str, partners: Sequence[str]) -> Segment:
    """Save a segment: made, or with other partners where there is one of that name.

    Raises AttainError `no-name`, `no-partners`, `too-many-partners`, and `unknown-partner` for partners that the organization does not see.
    """
    place, name = _place(granted), name.strip()
    wanted = list(dict.fromkeys(one.strip() for one in partners if one.strip()))
    if not name or len(name) > LONGEST_NAME:
        raise AttainError("no-name", f"a segment has a name of 1 to {LONGEST_NAME} letters", "name")
    if not wanted:
        raise AttainError("no-partners", "a segment has one partner at least", "partners", "give their ids, one a line")
    if len(wanted) > LARGEST:
        raise AttainError("too-many-partners", f"a segment has {LARGEST:,} partners at most", "partners", "make several")
    _check_seen(place, wanted)
    segment, made = Segment.objects.get_or_create(organization=place, name=name)
    if not made:
        SegmentPartner.objects.filter(segment=segment).delete()
    SegmentPartner.objects.bulk_create([SegmentPartner(segment=segment, partner_id=one) for one in wanted], _AT_ONCE)
    _record(granted, request, f"{name}: {len(wanted):,} partners")
    return segment


@transaction.atomic
def remove_segment(granted: Granted, request: HttpRequest, name: str) -> None:
    """Remove a segment; raises AttainError `unknown-segment`."""
    segment_named(_place(granted), name).delete()
    _record(granted, request, f"{name}: removed")


def _check_seen(place: Organization, wanted: Sequence[str]) -> None:
    ids = seen(place)
    if ids is None:
        return
    known: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        known |= set(ids.filter(partner_id__in=wanted[start : start + _AT_ONCE]))
    unseen = [one for one in wanted if one not in known]
    if unseen:
        more = f" and {len(unseen) - _NAMED} more" if len(unseen) > _NAMED else ""
        message = f"{_listed(unseen[:_NAMED])}{more}: not among the partners that you see"
        raise AttainError("unknown-partner", message, "partners", "take ids from the portfolio")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _place(granted: Granted) -> Organization:
    assert granted.grant is not None, "an access to an organization comes with a grant"
    return granted.grant.organization


def _record(granted: Granted, request: HttpRequest, detail: str) -> None:
    principal = granted.principal
    record(Event.SEGMENT_CHANGED, request, organization=_place(granted), detail=detail, user=principal.user, actor=principal.actor)

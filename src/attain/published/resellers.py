"""All resellers of a distributor on one page: filtered, sorted, paged, and each masked to what its consent lets see.

What a consent hides is neither shown nor searched nor sorted by: a filter on a number finds only resellers whose number may be seen, and
an order by it puts the others last, by name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, get_args, overload

from django.db.models import Count, F, Q

from attain.errors import AttainError, did_you_mean
from attain.people.models import Consent, SegmentPartner
from attain.published.models import PortfolioRow, PublishedDesignation, PublishedPartner
from attain.published.shapes import MICRO
from attain.published.sight import Level, Seen, Sight
from attain.rulebook.programme import StatusId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from attain.people.models import Organization
    from attain.published.models import Publication

AT_ONCE = 500
NO_CONSENT = "none"
CONSENTS: tuple[str, ...] = (*(str(one) for one in Consent), NO_CONSENT)
FRESH = ("latest", "older")
"""Whose data reaches the data month of the publication, and whose does not."""
SORTS: dict[str, tuple[str, Level]] = {
    "name": ("name_folded", Level.NONE),
    "total": ("total_micro", Level.TOTALS),
    "distance": ("distance_micro", Level.TOTALS),
    "next_date": ("next_date", Level.TOTALS),
    "at_risk": ("at_risk_on", Level.TOTALS),
    "unclaimed": ("unclaimed_micro", Level.DETAIL),
}
"""The orders of a list: the column, and the level that sees it."""
_DEFERRED = ("month_statuses",)


@dataclass(frozen=True)
class Asked:
    """What of the list is asked for; an empty field asks for everything.

    `within`: not qualifying and at most so many whole points short. `at_risk_before`: qualifying, and no longer before that day.
    `segment` is the key of a segment of the organization, `consent` one of `CONSENTS`, `fresh` one of `FRESH`.
    """

    designation: str = ""
    search: str = ""
    status: str = ""
    track: str = ""
    blocking: str = ""
    within: int | None = None
    at_risk_before: dt.date | None = None
    segment: int | None = None
    consent: str = ""
    fresh: str = ""
    sort: str = "distance"
    descending: bool = False

    @property
    def level(self) -> Level:
        """The level that sees everything that is filtered by."""
        if self.blocking:
            return Level.DETAIL
        hidden = self.status or self.track or self.within is not None or self.at_risk_before is not None or self.fresh
        return Level.TOTALS if hidden else Level.NONE


@dataclass(frozen=True)
class Totals:
    """What a consent to totals lets see of one designation; amounts in millionths."""

    track: str
    total_micro: int
    distance_micro: int
    qualifies: bool
    complete: bool
    status: str
    next_date: dt.date
    next_event: str
    at_risk_on: dt.date | None
    data_month: str
    day: dt.date


@dataclass(frozen=True)
class Detail:
    """What a consent to details lets see beside the totals: the single metric in the way, metrics that earn nothing, unclaimed points."""

    blocking: str
    at_floor: int
    unclaimed_micro: int


@dataclass(frozen=True)
class Reseller:
    """One designation of one reseller as an organization sees it; `totals` and `detail` are None where its consent hides them.

    Of a reseller without consent `designation` is empty: it is one line, whatever the designations.
    """

    partner_id: str
    name: str
    country: str
    seen: Seen
    designation: str = ""
    totals: Totals | None = None
    detail: Detail | None = None


def masked(row: PortfolioRow, seen: Seen) -> Reseller:
    """Show a row as its consent lets see it: the one place where columns are hidden."""
    totals = detail = None
    if seen.level >= Level.TOTALS:
        totals = Totals(
            row.track,
            row.total_micro,
            row.distance_micro,
            row.qualifies,
            row.complete,
            row.status,
            row.next_date,
            row.next_event,
            row.at_risk_on,
            row.data_month,
            row.day,
        )
    if seen.level >= Level.DETAIL:
        detail = Detail(row.blocking, row.at_floor, row.unclaimed_micro)
    return Reseller(row.partner_id, row.name, row.country, seen, row.designation if totals else "", totals, detail)


@dataclass
class Resellers:
    """The resellers that an asked list holds, for a paginator: `count()` and slices, each with a constant number of queries.

    `parts` stand one behind the other; `totals` are the rows whose totals are seen, which the first part may be (`totals_first`).
    """

    sight: Sight
    parts: tuple[QuerySet[PortfolioRow], ...]
    totals: QuerySet[PortfolioRow]
    totals_first: bool

    @cached_property
    def statuses(self) -> dict[str, int]:
        """Count the lines by status, over resellers whose totals are seen."""
        return dict(self.totals.order_by().values_list("status").annotate(Count("pk")))

    @cached_property
    def _each(self) -> list[int]:
        first = sum(self.statuses.values()) if self.totals_first else self.parts[0].order_by().count()
        return [first, *(part.order_by().count() for part in self.parts[1:])]

    def count(self) -> int:
        """Count the lines."""
        return sum(self._each)

    def __len__(self) -> int:
        return self.count()

    @overload
    def __getitem__(self, asked: int) -> Reseller: ...
    @overload
    def __getitem__(self, asked: slice) -> list[Reseller]: ...
    def __getitem__(self, asked: int | slice) -> Reseller | list[Reseller]:
        """Give one line, or those of a slice from its start up to its end."""
        if isinstance(asked, int):
            return self[asked : asked + 1][0]
        start, stop = asked.start or 0, self.count() if asked.stop is None else asked.stop
        rows: list[PortfolioRow] = []
        for part, size in zip(self.parts, self._each, strict=True):
            if start < size and stop > 0:
                rows += part[start : min(stop, size)]
            start, stop = max(start - size, 0), stop - size
        return self._masked(rows)

    def __iter__(self) -> Iterator[Reseller]:
        """Give all lines, some hundred at a time, so that a file of any size takes little memory."""
        for part in self.parts:
            lot: list[PortfolioRow] = []
            for row in part.iterator(AT_ONCE):
                lot.append(row)
                if len(lot) == AT_ONCE:
                    yield from self._masked(lot)
                    lot = []
            yield from self._masked(lot)

    def _masked(self, rows: list[PortfolioRow]) -> list[Reseller]:
        seen = self.sight.of(row.partner_id for row in rows) if rows else {}
        return [masked(row, seen[row.partner_id]) for row in rows]


def resellers(publication: Publication, organization: Organization, asked: Asked, designations: Iterable[str]) -> Resellers:
    """Give the resellers of an organization that are asked for.

    `designations` are those of the rulebook, in its order. Raises AttainError `unknown-sort`, `unknown-status`, `unknown-consent` and
    `unknown-freshness` with the nearest name.
    """
    if asked.sort not in SORTS:
        raise AttainError("unknown-sort", f"resellers are not sorted by {asked.sort!r}", "sort", did_you_mean(asked.sort, SORTS))
    sight = Sight(organization)
    rows = _filtered(publication, sight, asked)
    totals = sight.narrowed(rows, max(Level.TOTALS, asked.level))
    column, level = SORTS[asked.sort]
    level = max(level, asked.level)
    head = sight.narrowed(rows, level)
    # Filters by what is hidden find nobody whose consent hides it, in the second part either.
    tail = sight.beyond(rows if asked.level is Level.NONE else sight.narrowed(rows, asked.level), level)
    if not asked.designation and asked.level is Level.NONE and not sight.sees_all:
        # Of a reseller whose designations are hidden there is one line.
        one_line = sight.among(Level.TOTALS) | Q(designation=next(iter(designations), ""))
        head, tail = (head.filter(one_line) if level is Level.NONE else head), tail.filter(one_line)
    parts = (_sorted(head, column, descending=asked.descending), *([_sorted(tail, "name_folded")] if asked.level < level else []))
    return Resellers(sight, parts, totals, level is Level.TOTALS)


def _filtered(publication: Publication, sight: Sight, asked: Asked) -> QuerySet[PortfolioRow]:
    rows = PortfolioRow.objects.filter(publication=publication)
    if asked.designation:
        rows = rows.filter(designation=asked.designation)
    if asked.search.strip():
        text = asked.search.strip()
        rows = rows.filter(Q(name_folded__contains=text.casefold()) | Q(partner_id__startswith=text))
    if asked.segment is not None:
        chosen = SegmentPartner.objects.filter(segment=asked.segment, segment__organization=sight.organization)
        rows = rows.filter(partner_id__in=chosen.values("partner_id"))
    if asked.consent:
        _known("consent", asked.consent, CONSENTS)
        rows = rows.filter(sight.by_consent("" if asked.consent == NO_CONSENT else asked.consent))
    if asked.status:
        _known("status", asked.status, get_args(StatusId))
        rows = rows.filter(status=asked.status)
    if asked.track:
        rows = rows.filter(track=asked.track)
    if asked.within is not None:
        rows = rows.filter(qualifies=False, distance_micro__lte=asked.within * MICRO)
    if asked.at_risk_before is not None:
        rows = rows.filter(at_risk_on__lt=asked.at_risk_before)
    if asked.fresh:
        _known("freshness", asked.fresh, FRESH)
        reached = Q(data_month__gte=publication.data_month)
        rows = rows.filter(reached if asked.fresh == "latest" else ~reached)
    if asked.blocking:
        rows = rows.filter(blocking=asked.blocking)
    return rows.defer(*_DEFERRED)


def _known(what: str, asked: str, known: Iterable[str]) -> None:
    if asked not in known:
        raise AttainError(f"unknown-{what}", f"there is no {what} {asked!r}", what, did_you_mean(asked, known))


def _sorted(rows: QuerySet[PortfolioRow], column: str, *, descending: bool = False) -> QuerySet[PortfolioRow]:
    """Sort by a column, days that are not known last, then by partner and designation, so that pages never overlap."""
    # Asking for the order of nulls where there are none would keep the database from its indexes.
    last = True if column == "at_risk_on" else None
    order = F(column).desc(nulls_last=last) if descending else F(column).asc(nulls_last=last)
    return rows.order_by(order, "-partner_id" if descending else "partner_id", "designation")


def reseller_rows(
    publication: Publication, organization: Organization, partner_id: str, designations: Iterable[str]
) -> tuple[list[Reseller], list[PublishedDesignation]]:
    """Give one reseller in each designation, as it is seen, and the whole rows of its designations where its details are.

    `designations` gives the order. Nothing where the organization neither sees nor serves it: whether it exists or not.
    """
    sight = Sight(organization)
    rows = list(sight.narrowed(PortfolioRow.objects.filter(publication=publication, partner_id=partner_id), Level.NONE))
    if not rows:
        return [], []
    place = {name: number for number, name in enumerate(designations)}
    rows.sort(key=lambda row: place.get(row.designation, len(place)))
    seen = sight.of([partner_id])[partner_id]
    if seen.level < Level.TOTALS:
        return [masked(rows[0], seen)], []
    whole: list[PublishedDesignation] = []
    if seen.level >= Level.DETAIL:
        whole = list(PublishedDesignation.objects.filter(account__publication=publication, account__partner_id=partner_id))
        whole.sort(key=lambda row: place.get(row.designation, len(place)))
    return [masked(row, seen) for row in rows], whole


def listed_ids(publication: Publication, organization: Organization, some: Iterable[str]) -> set[str]:
    """Give those of some ids that an organization lists: what it sees, and what it serves without consent."""
    sight, wanted = Sight(organization), list(some)
    rows = PublishedPartner.objects.filter(publication=publication, partner_id__in=wanted)
    known = set(sight.narrowed(rows, Level.NONE).values_list("partner_id", flat=True))
    return known | {one for one, seen in sight.of(wanted).items() if seen.consent and not sight.sees_all}

"""All resellers of a distributor on one page: filtered, sorted, paged, and each masked to what its consent lets see.

What a consent hides is neither shown nor searched nor sorted by: a filter on a number finds only resellers whose number may be seen, and
an order by it puts the others last, by name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, get_args, overload

from django.db.models import Count, F, IntegerField, Q, Value

from attain.errors import AttainError, did_you_mean
from attain.people.models import Consent, SegmentPartner
from attain.published.kept import COUNTS
from attain.published.models import PortfolioRow, PublishedDesignation, PublishedPartner
from attain.published.shapes import MICRO
from attain.published.sight import LEVELS, Level, Seen, Sight
from attain.rulebook.programme import StatusId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
_MAY_BE_EMPTY = ("at_risk_on",)
"""Columns that not every row has: those without it stand last, by name."""
_EVERY = max(Level) + 1
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


@dataclass(frozen=True)
class Counted:
    """Lines of one status that are seen at one level, and how many of them have the day that they are sorted by."""

    level: Level
    status: str
    lines: int
    dated: int


@dataclass(frozen=True)
class Part:
    """Lines in one order, seen from a level on and below another; `dated`: only those with, or without, the day they are sorted by."""

    rows: QuerySet[PortfolioRow]
    least: Level
    below: int
    dated: bool | None = None

    def size(self, counts: Iterable[Counted]) -> int:
        """Count the lines."""
        here = [one for one in counts if self.least <= one.level < self.below]
        return sum(one.lines if self.dated is None else one.dated if self.dated else one.lines - one.dated for one in here)


@dataclass
class Resellers:
    """The resellers that an asked list holds, for a paginator: `count()` and slices, each with a constant number of queries.

    `parts` stand one behind the other; `counted` counts the lines of all of them at once, by the level at which they are seen.
    """

    sight: Sight
    parts: tuple[Part, ...]
    counted: Callable[[], tuple[Counted, ...]]

    @cached_property
    def _counts(self) -> tuple[Counted, ...]:
        return self.counted()

    @cached_property
    def statuses(self) -> dict[str, int]:
        """Count the lines by status, over resellers whose totals are seen."""
        found: dict[str, int] = {}
        for one in self._counts:
            if one.level >= Level.TOTALS:
                found[one.status] = found.get(one.status, 0) + one.lines
        return found

    @cached_property
    def _each(self) -> list[int]:
        return [part.size(self._counts) for part in self.parts]

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
                rows += part.rows[start : min(stop, size)]
            start, stop = max(start - size, 0), stop - size
        return self._masked(rows)

    def __iter__(self) -> Iterator[Reseller]:
        """Give all lines, some hundred at a time, so that a file of any size takes little memory."""
        for part in self.parts:
            lot: list[PortfolioRow] = []
            for row in part.rows.iterator(AT_ONCE):
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
    rows = sight.narrowed(_filtered(publication, sight, asked), asked.level)
    first = next(iter(designations), "")
    if not asked.designation and asked.level is Level.NONE and not sight.sees_all:
        # Of a reseller whose designations are hidden there is one line.
        rows = rows.filter(sight.among(Level.TOTALS) | Q(designation=first))
    column, level = SORTS[asked.sort]
    level = max(level, asked.level)
    head = sight.narrowed(rows, level) if level > asked.level else rows
    if column in _MAY_BE_EMPTY:
        known, unknown = head.filter(**{f"{column}__isnull": False}), head.filter(**{f"{column}__isnull": True})
        parts = [
            Part(_sorted(known, column, descending=asked.descending), level, _EVERY, dated=True),
            Part(_sorted(unknown, "name_folded"), level, _EVERY, dated=False),
        ]
    else:
        parts = [Part(_sorted(head, column, descending=asked.descending), level, _EVERY)]
    if asked.level < level:
        # Filters by what is hidden find nobody whose consent hides it, in the last part either.
        parts.append(Part(_sorted(sight.beyond(rows, level), "name_folded"), asked.level, level))

    def counted() -> tuple[Counted, ...]:
        return _counted(sight, rows, column)

    if asked.segment is not None:
        return Resellers(sight, tuple(parts), counted)
    # The order matters only where days that are not known stand apart.
    question = ("resellers", replace(asked, sort=asked.sort if column in _MAY_BE_EMPTY else "", descending=False), first)
    return Resellers(sight, tuple(parts), lambda: COUNTS.answer(publication, organization, question, counted))


def _counted(sight: Sight, rows: QuerySet[PortfolioRow], column: str) -> tuple[Counted, ...]:
    """Count lines by consent and status, all in one pass; of a column that every row has, no row is read."""
    dated = Count(column) if column in _MAY_BE_EMPTY else Value(0, IntegerField())
    found = rows.order_by().annotate(seen_by=sight.consent).values_list("seen_by", "status").annotate(Count("pk"), dated_lines=dated)
    return tuple(Counted(LEVELS[consent], status, lines, dated) for consent, status, lines, dated in found)


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
        # As a list of one: SQLite looks up no `NOT qualifies` in an index.
        rows = rows.filter(qualifies__in=[False], distance_micro__lte=asked.within * MICRO)
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
    """Sort by a column, then by partner and designation, so that pages never overlap."""
    last = "-partner_id" if descending else "partner_id"
    return rows.order_by(F(column).desc() if descending else F(column).asc(), last, "designation")


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

"""Partners side by side: filtered, sorted and paged by the database, on columns that are indexed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, get_args

from django.db.models import Count, F, Q

from attain.errors import AttainError, did_you_mean
from attain.published.models import PublishedDesignation, PublishedPartner
from attain.published.shapes import MICRO
from attain.rulebook.programme import StatusId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from attain.published.models import Publication

Row = TypeVar("Row", PublishedPartner, PublishedDesignation)
PAGE = 50
LARGEST_PAGE = 500
_PARTNER_SORTS = {"name": "name_folded", "total": "best_micro"}
_DESIGNATION_SORTS = {"name": "account__name_folded", "total": "total_micro", "change": "change_micro", "next_date": "next_date"}


@dataclass(frozen=True)
class Asked:
    """What of the portfolio is asked for; an empty field asks for everything.

    `among` are the ids that the asker may see (None: all), `distributor` those of one distributor, `search` a part of the name or the
    beginning of the id; `status` and the points (whole, both ends included) regard `designation`, or the best of all where none is named.
    """

    among: Collection[str] | None = None
    distributor: str = ""
    search: str = ""
    country: str = ""
    kind: str = ""
    designation: str = ""
    status: str = ""
    points_from: int | None = None
    points_to: int | None = None
    sort: str = "name"
    descending: bool = False
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True)
class Line:
    """One partner of the portfolio, with the designation asked for (None: all)."""

    partner: PublishedPartner
    designation: PublishedDesignation | None


@dataclass(frozen=True)
class Page:
    """One page of lines, and how many there are in all."""

    lines: tuple[Line, ...]
    count: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """Count the pages: one at least."""
        return max(-(-self.count // self.size), 1)


def partners(publication: Publication, asked: Asked) -> Page:
    """Give one page of partners of a publication; AttainError `unknown-sort` and `unknown-status` name what there is."""
    size = min(max(asked.size, 1), LARGEST_PAGE)
    number = max(asked.page, 1)
    start = (number - 1) * size
    if asked.designation:
        rows = _designations(publication, asked)
        ordered = _sorted(rows, asked, _DESIGNATION_SORTS, "account").select_related("account").defer("tracks")
        lines = tuple(Line(row.account, row) for row in ordered[start : start + size])
        return Page(lines, rows.count(), number, size)
    rows = _partners(publication, asked)
    found = _sorted(rows, asked, _PARTNER_SORTS, "partner_id")[start : start + size]
    return Page(tuple(Line(row, None) for row in found), rows.count(), number, size)


def statuses(publication: Publication, asked: Asked) -> dict[str, dict[str, int]]:
    """Count partners by designation and status, over all those asked for: the figures above a portfolio."""
    rows = _designations(publication, asked).values_list("designation", "status").annotate(Count("pk")).order_by()
    found: dict[str, dict[str, int]] = {}
    for designation, status, count in rows:
        found.setdefault(designation, {})[status] = count
    return found


def _partners(publication: Publication, asked: Asked) -> QuerySet[PublishedPartner]:
    rows = PublishedPartner.objects.filter(publication=publication).filter(_who(asked, ""))
    if asked.points_from is not None:
        rows = rows.filter(best_micro__gte=asked.points_from * MICRO)
    if asked.points_to is not None:
        rows = rows.filter(best_micro__lte=asked.points_to * MICRO)
    if asked.status:
        rows = rows.filter(**{f"{_status(asked.status)}__gt": 0})
    return rows


def _designations(publication: Publication, asked: Asked) -> QuerySet[PublishedDesignation]:
    rows = PublishedDesignation.objects.filter(publication=publication).filter(_who(asked, "account__"))
    if asked.designation:
        rows = rows.filter(designation=asked.designation)
    if asked.status:
        rows = rows.filter(status=_status(asked.status))
    if asked.points_from is not None:
        rows = rows.filter(total_micro__gte=asked.points_from * MICRO)
    if asked.points_to is not None:
        rows = rows.filter(total_micro__lte=asked.points_to * MICRO)
    return rows


def _status(asked: str) -> str:
    known = get_args(StatusId)
    if asked not in known:
        raise AttainError("unknown-status", f"there is no status {asked!r}", hint=did_you_mean(asked, known))
    return asked


def _who(asked: Asked, prefix: str) -> Q:
    wanted = Q()
    if asked.among is not None:
        wanted &= Q(**{f"{prefix}partner_id__in": list(asked.among)})
    if asked.distributor:
        wanted &= Q(**{f"{prefix}distributor_id": asked.distributor})
    if asked.country:
        wanted &= Q(**{f"{prefix}country": asked.country})
    if asked.kind:
        wanted &= Q(**{f"{prefix}kind": asked.kind})
    if asked.search:
        folded = asked.search.strip().casefold()
        wanted &= Q(**{f"{prefix}name_folded__contains": folded}) | Q(**{f"{prefix}partner_id__startswith": asked.search.strip()})
    return wanted


def _sorted(rows: QuerySet[Row], asked: Asked, columns: Mapping[str, str], last: str) -> QuerySet[Row]:
    """Sort by what is asked for, empty cells last, then by partner, so that pages never overlap."""
    if asked.sort not in columns:
        where = "a portfolio of one designation" if columns is _DESIGNATION_SORTS else "a portfolio of all designations"
        raise AttainError("unknown-sort", f"{where} is not sorted by {asked.sort!r}", hint=did_you_mean(asked.sort, columns))
    column = F(columns[asked.sort])
    # Only a change may be unknown; asking for the order of nulls elsewhere would keep the database from its indexes.
    last_if_empty = True if asked.sort == "change" else None
    order = column.desc(nulls_last=last_if_empty) if asked.descending else column.asc(nulls_last=last_if_empty)
    return rows.order_by(order, f"-{last}" if asked.descending else last)

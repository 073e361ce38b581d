"""A distributor's portfolio: its resellers, each as much as its consent lets see, cohorts, and counts of those without consent."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Day, Month, Word, of_micro
from attain.api.cursors import Paged, after, cursor
from attain.errors import AttainError
from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.access import AttainRequest, OutOfReach
from attain.people.models import Organization
from attain.people.roles import Access
from attain.published.cohorts import cohorts
from attain.published.models import Publication
from attain.published.others import others
from attain.published.read import publication
from attain.published.resellers import NO_CONSENT, Asked, Reseller, reseller_rows, resellers
from attain.published.shapes import unpack_tracks
from attain.rulebook.load import load_book

router = Router(tags=["Portfolio"])
Slug = Annotated[str, StringConstraints(max_length=50)]
PartnerId = Annotated[str, StringConstraints(max_length=PARTNER_ID_LENGTH)]
Key = Annotated[int, Field(ge=1, le=2**31 - 1)]


class TotalsShown(Schema):
    """A designation of a reseller that shares its totals; `distance` is what is missing to the total that qualifies."""

    track: str
    total: Amount
    distance: Amount
    qualifies: bool
    complete: bool
    status: str = Field(examples=["in_progress"])
    next_date: dt.date
    next_event: str = Field(examples=["refresh"])
    at_risk_on: dt.date | None
    data_month: Month
    day: dt.date


class DetailShown(Schema):
    """What one that shares its details tells beside: the single metric in the way, metrics that earn nothing, unclaimed points."""

    blocking: str
    metrics_at_zero: int
    unclaimed: Amount


class ResellerShown(Schema):
    """A reseller in one designation; `totals` and `detail` are null where its consent hides them, and then so is `designation`."""

    partner_id: str
    name: str
    country: str
    consent: str = Field(description="own, detail, totals or none.", examples=["totals"])
    consent_until: dt.date | None
    designation: str | None
    totals: TotalsShown | None
    detail: DetailShown | None

    @classmethod
    def of(cls, row: Reseller) -> ResellerShown:
        """Show a reseller."""
        totals = detail = None
        if (one := row.totals) is not None:
            totals = TotalsShown(
                track=one.track,
                total=of_micro(one.total_micro),
                distance=of_micro(one.distance_micro),
                qualifies=one.qualifies,
                complete=one.complete,
                status=one.status,
                next_date=one.next_date,
                next_event=one.next_event,
                at_risk_on=one.at_risk_on,
                data_month=one.data_month,
                day=one.day,
            )
        if (two := row.detail) is not None:
            detail = DetailShown(blocking=two.blocking, metrics_at_zero=two.at_floor, unclaimed=of_micro(two.unclaimed_micro))
        return cls(
            partner_id=row.partner_id,
            name=row.name,
            country=row.country,
            consent=row.seen.consent or NO_CONSENT,
            consent_until=row.seen.until,
            designation=row.designation or None,
            totals=totals,
            detail=detail,
        )


class ResellerPage(Schema):
    """A page of resellers. `count` is how many lines there are in all; `next` is the cursor of the following page, empty on the last."""

    count: int
    resellers: list[ResellerShown]
    next: str


class CohortsAsked(Schema):
    """Of which designation, and by which month."""

    designation: Word = Field(description="The designation.", examples=["security"])
    by: Literal["data", "qualified"] = Field("data", description="The month of the first data, or of the first qualification.")


class ResellersAsked(Paged):
    """Which resellers are asked for; what a consent hides is neither filtered nor sorted by."""

    designation: Word = Field("", description="One line a reseller; empty: one for each designation.")
    search: Word = Field("", description="A part of the name, or the beginning of the id.")
    status: Word = Field("", description="The status of the designation, such as qualified; any unless given.")
    track: Word = Field("", description="The track that counts; any unless given.")
    blocking: Word = Field("", description="The metric that alone is in the way.")
    within: Annotated[int, Field(ge=0, le=100)] | None = Field(None, description="Not qualifying, and at most so many points short.")
    at_risk_before: Day | None = Field(None, description="At risk before this day.")
    segment: Key | None = Field(None, description="The number of a segment; any reseller unless given.")
    consent: Word = Field("", description="own, detail, totals or none.")
    fresh: Word = Field("", description="latest or older: whether the data reach the data month.")
    sort: Word = Field("distance", description="name, total, distance, next_date, at_risk or unclaimed.")
    descending: bool = Field(False, description="The other way around.")


class MetricPoints(Schema):
    """A metric of the track that counts."""

    metric: str
    points: Amount
    max_points: Amount
    earns: bool


class ResellerDesignation(ResellerShown):
    """A designation of one reseller; `metrics` is null where its details are hidden."""

    metrics: list[MetricPoints] | None


class OneReseller(Schema):
    """One reseller in every designation; one line without designation where nothing is shared."""

    designations: list[ResellerDesignation]


class CohortShown(Schema):
    """Resellers that began in `month` (null: not yet): how many were qualified or enrolled so many months `after`, and are now.

    `or_earlier`: some may have begun before the months that are kept.
    """

    month: Month | None
    or_earlier: bool
    size: int
    now: int
    after: dict[str, int]


class CohortsShown(Schema):
    """Cohorts, the oldest first, and resellers by month and status."""

    designation: str
    cohorts: list[CohortShown]
    months: dict[str, dict[str, int]]


class GroupsShown(Schema):
    """Resellers without consent by status: groups of at least ten alone, the others only `together`, `rest` in all."""

    designation: str
    shown: dict[str, int]
    together: list[str]
    rest: int


class OthersShown(Schema):
    """Resellers served without consent; `designations` is empty where they are too few to be counted."""

    count: int
    designations: list[GroupsShown]


def place_of(request: AttainRequest) -> Organization:
    """Give the organization that the request was let through for."""
    grant = request.granted.grant
    assert grant is not None, "an access to an organization comes with a grant"
    return grant.organization


def start_of(listing: str, holds: Publication, text: str) -> int:
    """Read where a page begins; AttainError `published-anew` where the cursor is of another publication."""
    key = after(listing, text)
    if key is None:
        return 0
    start, of = key
    if of != holds.pk:
        raise AttainError("published-anew", "the list was published anew meanwhile", "cursor", "begin with its first page")
    return int(start)


def next_of(listing: str, holds: Publication, end: int, count: int) -> str:
    """Write where the next page begins; empty where there is none."""
    return cursor(listing, end, holds.pk) if end < count else ""


@router.get("/portfolio/{organization}/resellers", response=ResellerPage, summary="Resellers of a distributor")
@endpoint_needs(Access.PORTFOLIO)
def list_resellers(request: AttainRequest, organization: Slug, asked: Query[ResellersAsked]) -> ResellerPage:
    """List resellers, each with what its consent lets see."""
    holds, book = publication(), load_book()
    given = asked.model_dump(exclude={"cursor", "limit", "designation"})
    designation = book.designation(asked.designation).id if asked.designation else ""
    found = resellers(holds, place_of(request), Asked(designation=designation, **given), book.designations)
    start, count = start_of("resellers", holds, asked.cursor), found.count()
    end = start + asked.limit
    return ResellerPage(
        count=count, resellers=[ResellerShown.of(row) for row in found[start:end]], next=next_of("resellers", holds, end, count)
    )


@router.get("/portfolio/{organization}/resellers/{partner_id}", response=OneReseller, summary="One reseller")
@endpoint_needs(Access.PORTFOLIO)
def show_reseller(request: AttainRequest, organization: Slug, partner_id: PartnerId) -> OneReseller:
    """Give one reseller in every designation, with the points of its metrics where it shares details."""
    rows, whole = reseller_rows(publication(), place_of(request), partner_id, load_book().designations)
    if not rows:
        raise OutOfReach(f"reseller {partner_id}")
    metrics: dict[str, list[MetricPoints]] = {}
    for row in whole:
        counting = next(track for track in unpack_tracks(row.tracks) if track.track == row.track)
        metrics[row.designation] = [
            MetricPoints(metric=one.metric, points=of_micro(one.points), max_points=of_micro(one.max_points), earns=one.earns)
            for one in counting.metrics
        ]
    shown = [
        ResellerDesignation.model_validate({**ResellerShown.of(row).model_dump(), "metrics": metrics.get(row.designation)}) for row in rows
    ]
    return OneReseller(designations=shown)


@router.get("/portfolio/{organization}/cohorts", response=CohortsShown, summary="Cohorts of resellers")
@endpoint_needs(Access.PORTFOLIO)
def list_cohorts(request: AttainRequest, organization: Slug, asked: Query[CohortsAsked]) -> CohortsShown:
    """Follow the resellers that share their totals, by the month of their first data or of their first qualification."""
    name = load_book().designation(asked.designation).id
    found = cohorts(publication(), place_of(request), name, asked.by)
    shown = [
        CohortShown(
            month=one.month,
            or_earlier=one.open,
            size=one.size,
            now=one.now,
            after={str(months): count for months, count in one.after.items()},
        )
        for one in found.cohorts
    ]
    return CohortsShown(designation=name, cohorts=shown, months=found.months)


@router.get("/portfolio/{organization}/others", response=OthersShown, summary="Resellers without consent, counted together")
@endpoint_needs(Access.PORTFOLIO)
def count_others(request: AttainRequest, organization: Slug) -> OthersShown:
    """Count the resellers without consent by designation and status, in groups of at least ten."""
    holds, place, book = publication(), place_of(request), load_book()
    found = others(holds, place, book.designations, [one.id for one in book.programme.statuses])
    groups = [
        GroupsShown(designation=name, shown=one.shown, together=list(one.together), rest=one.rest)
        for name, one in found.groups.items()
        if one is not None
    ]
    return OthersShown(count=found.total, designations=groups)

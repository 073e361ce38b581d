"""Which associations cover what customers use, and the points that missing ones would add."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.advise import coverage as covering
from attain.advise.association_guide import association_guide
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Word
from attain.api.cursors import Paged
from attain.api.downloads import DOWNLOADS, Format, Wanted, wanted
from attain.api.working import WORKED_OUT, About, Working, working
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.recorded.claims import register_of

if TYPE_CHECKING:
    from attain.advise.claims import Claim
    from attain.advise.coverage import Coverage

router = Router(tags=["Associations"])


class ProductsAsked(Paged):
    """Which products of customers."""

    search: Word = Field("", description="A part of the customer's name, its tenant or the product.")
    lacks: bool = Field(False, description="Only what is not recognized.")
    association: Literal["pal", "dpor", "csp1", "csp2", "cpor", "none"] | None = Field(
        None, description="Only products with this association, or with none."
    )
    format: Wanted = None


class LackShown(Schema):
    """Usage that no eligible association recognizes for a metric; any of `eligible` would do."""

    designation: str
    metric: str
    pool: str
    eligible: list[str] = Field(examples=[["pal", "dpor"]])
    amount: Amount


class ProductShown(Schema):
    """One customer's use of a service or workload: `associations` are on its usage, `recorded` ones only in the associations table."""

    tenant_id: str
    customer: str
    table: str = Field(examples=["azure_usage"])
    product: str
    name: str
    associations: list[str] = Field(examples=[["csp2"]])
    recorded: list[str] = Field(examples=[["csp2"]])
    amount: Amount
    seats: Amount
    lacks: list[LackShown]


class ProductsPage(Schema):
    """A page of products of customers."""

    as_of: dt.date
    count: int
    rows: list[ProductShown]
    next: str


class ProposalShown(Schema):
    """The association proposed for a product, and all that would do."""

    table: str = Field(examples=["azure_usage"])
    product: str
    name: str
    association: str = Field(examples=["pal"])
    eligible: list[str] = Field(examples=[["pal", "dpor"]])


class UnclaimedShown(Schema):
    """A customer with usage that is not recognized; points by designation and track, after twelve months and `at_once`."""

    tenant_id: str
    customer: str
    proposals: list[ProposalShown]
    points: dict[str, dict[str, Amount]] = Field(examples=[{"security": {"smb": "4"}}])
    at_once: dict[str, dict[str, Amount]] = Field(examples=[{"security": {"smb": "0"}}])
    best: Amount


class SettingShown(Schema):
    """How an association is set, by whom, and when it shows; `source` is the title of the document that says so."""

    association: str = Field(examples=["pal"])
    name: str
    set_by: str
    how: str
    shows: str
    source: str
    url: str


class MissingPage(Schema):
    """A page of customers with usage that is not recognized, those that would add most first; `together` is what all would add.

    Of `customers` with such usage, those with most of it are listed.
    """

    as_of: dt.date
    together: dict[str, dict[str, Amount]] = Field(examples=[{"security": {"smb": "4"}}])
    together_at_once: dict[str, dict[str, Amount]] = Field(examples=[{"security": {"smb": "0"}}])
    shows_on: str
    customers: int
    settings: list[SettingShown]
    count: int
    rows: list[UnclaimedShown]
    next: str


class CheckedShown(Schema):
    """Something odd in the records of associations."""

    kind: str
    tenant_id: str
    customer: str
    association: str = Field(examples=["cpor"])
    scope: str
    words: str


class CheckedPage(Schema):
    """A page of records to look at."""

    as_of: dt.date
    count: int
    rows: list[CheckedShown]
    next: str


class Begin:
    """What the endpoints here begin with: the call, and the register of claims that is kept here."""

    def __init__(self, request: AttainRequest, partner_id: str, asked: Paged) -> None:
        self.claims: tuple[Claim, ...] = register_of(partner_id)
        self.about = About.of(request, partner_id, self.claims)
        self.about.start(asked)

    def found(self) -> Coverage | None:
        """Ask for the coverage; None while it is being worked out."""
        claims = self.claims
        return self.about.answer(("coverage", claims), lambda advice: advice.coverage(claims))


@router.get(
    "/partners/{partner_id}/coverage",
    response={200: ProductsPage, 202: Working},
    summary="Associations by customer and product",
    openapi_extra={DOWNLOADS: True, WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def coverage(
    request: AttainRequest, partner_id: str, asked: Query[ProductsAsked], response: HttpResponse
) -> ProductsPage | Status[Working] | HttpResponseBase:
    """Say of every service and workload that a customer uses which associations it has, and what is not recognized."""
    begun = Begin(request, partner_id, asked)
    about, kind = begun.about, wanted(request, asked.format)
    if (same := about.same()) is not None:
        return same
    found = begun.found()
    if found is None:
        return working(response)
    kept = found.matching(asked.search, lacks=asked.lacks, association=asked.association or "")
    if kind is not Format.json:
        return about.file(kind, "coverage", covering.COLUMNS, covering.records(replace(found, products=kept)))
    about.tagged(response)
    shown, following = about.page(kept, asked)
    return ProductsPage(as_of=found.as_of, count=len(kept), rows=[ProductShown.model_validate(one) for one in shown], next=following)


@router.get(
    "/partners/{partner_id}/coverage/missing",
    response={200: MissingPage, 202: Working},
    summary="What missing associations would add",
    openapi_extra={WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def missing_associations(
    request: AttainRequest, partner_id: str, asked: Query[Paged], response: HttpResponse
) -> MissingPage | Status[Working] | HttpResponseBase:
    """Say customer by customer which associations are missing, the points that they alone would add, and how they are set."""
    begun = Begin(request, partner_id, asked)
    about = begun.about
    if (same := about.same()) is not None:
        return same
    found = begun.found()
    if found is None:
        return working(response)
    about.tagged(response)
    shown, following = about.page(found.unclaimed, asked)
    said = {
        "as_of": found.as_of,
        "together": found.together,
        "together_at_once": found.together_at_once,
        "shows_on": found.shows_on,
        "customers": found.lacking,
    }
    return MissingPage.model_validate(
        {**said, "settings": _settings(about, found), "count": len(found.unclaimed), "rows": shown, "next": following}
    )


def _settings(about: About, found: Coverage) -> list[SettingShown]:
    """Say of each association that is proposed how it is set, and who says so."""
    guide, names = association_guide(), about.standing.workspace.book.catalog.associations
    codes = dict.fromkeys(each.association for one in found.unclaimed for each in one.proposals)
    made: list[SettingShown] = []
    for code in codes:
        setting = guide.of(code)
        source = guide.source(setting)
        made.append(
            SettingShown(
                association=code,
                name=names.name(code),
                set_by=setting.set_by,
                how=setting.how,
                shows=setting.shows,
                source=source.title,
                url=source.url,
            )
        )
    return made


@router.get(
    "/partners/{partner_id}/coverage/checks",
    response={200: CheckedPage, 202: Working},
    summary="Records of associations to look at",
    openapi_extra={WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def association_checks(
    request: AttainRequest, partner_id: str, asked: Query[Paged], response: HttpResponse
) -> CheckedPage | Status[Working] | HttpResponseBase:
    """List what is odd in the records: twins, location ids, links without usage, claims that run out."""
    begun = Begin(request, partner_id, asked)
    about = begun.about
    if (same := about.same()) is not None:
        return same
    found = begun.found()
    if found is None:
        return working(response)
    about.tagged(response)
    shown, following = about.page(found.checks, asked)
    rows = [CheckedShown.model_validate(one) for one in shown]
    return CheckedPage(as_of=found.as_of, count=len(found.checks), rows=rows, next=following)

"""Customers held against the conditions of every metric."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Word
from attain.api.cursors import Paged
from attain.api.working import About
from attain.errors import AttainError, did_you_mean
from attain.explaining.eligibility import Criterion, Customer, Eligibility
from attain.people.access import AttainRequest, OutOfReach
from attain.people.roles import Access

router = Router(tags=["Insights"])
Meeting = Literal["counts", "near", "unrecognized", "lost", "no"]


class CriterionShown(Schema):
    """A condition that customers are held against, and how many of them stand how."""

    criterion: str = Field(examples=["security.net_customer_adds.azure"])
    designation: str
    designation_name: str
    track: str
    metric: str
    metric_name: str
    pool: str
    pool_name: str
    condition: str
    counts: dict[str, int] = Field(examples=[{"counts": 3, "near": 1, "unrecognized": 0, "lost": 1, "no": 7}])

    @classmethod
    def of(cls, found: Criterion, every: Eligibility) -> CriterionShown:
        """Show a condition."""
        counts = {str(meets): number for meets, number in every.counts(found.key).items() if meets}
        return cls(criterion=found.key, counts=counts, **asdict(found))


class MeetsShown(Schema):
    """How a customer stands to a condition: counts, near, unrecognized, lost or no; and why."""

    criterion: str = Field(examples=["security.net_customer_adds.azure"])
    meets: str = Field(examples=["counts"])
    counted_before: bool
    reason: str


class CustomerShown(Schema):
    """A customer, and how it stands to each condition under which it has usage."""

    tenant_id: str
    name: str
    stands: list[MeetsShown]

    @classmethod
    def of(cls, found: Customer) -> CustomerShown:
        """Show a customer."""
        return cls(tenant_id=found.tenant_id, name=found.name, stands=[_stands(found, key) for key in found.parts if found.meets(key)])


class CustomersPage(Schema):
    """A page of customers, by name. `gaps` say what the facts do not cover."""

    as_of: dt.date
    designation: str
    criteria: list[CriterionShown]
    gaps: list[str]
    count: int
    customers: list[CustomerShown]
    next: str


class CustomersAsked(Paged):
    """Which customers."""

    designation: Word = Field("", description="The designation; the first unless given.")
    criterion: Word = Field("", description="Only customers with usage under this condition.")
    meets: Meeting | None = Field(None, description="Only those that stand so to the condition, or to any.")
    search: Word = Field("", description="A part of the name or tenant.")


class PartMeets(Schema):
    """One workload of a customer under a condition; empty where the customer is judged as a whole."""

    workload: str
    meets: str = Field(examples=["counts"])
    reason: str


class ConditionMet(Schema):
    """A condition and how the customer stands to it."""

    criterion: str = Field(examples=["security.net_customer_adds.azure"])
    designation: str
    metric: str
    metric_name: str
    pool_name: str
    condition: str
    meets: str = Field(examples=["counts"])
    parts: list[PartMeets]


class CustomerAcross(Schema):
    """One customer across every condition of every designation."""

    as_of: dt.date
    tenant_id: str
    name: str
    conditions: list[ConditionMet]


def _eligibility(about: About, designation: str | None = None) -> Eligibility:
    standing = about.standing
    day, tracks, partner = standing.overview.partner.day, standing.tracks, standing.partner_id
    named = None if designation is None else [designation]
    return standing.answer(
        ("eligibility", designation),
        lambda workspace: workspace.eligibility(day, partner=partner, tracks=tracks, designations=named, **standing.options),
    )


def _stands(found: Customer, key: str) -> MeetsShown:
    return MeetsShown(criterion=key, meets=found.meets(key), counted_before=found.counted_before(key), reason=found.reason(key))


@router.get("/partners/{partner_id}/customers", response=CustomersPage, summary="Customer eligibility")
@endpoint_needs(Access.INSIGHTS)
def customers(
    request: AttainRequest, partner_id: str, asked: Query[CustomersAsked], response: HttpResponse
) -> CustomersPage | HttpResponse:
    """Hold every customer against the conditions of one designation."""
    about = About.of(request, partner_id)
    if (same := about.same()) is not None:
        return same
    designation = about.designation(asked.designation) if asked.designation else about.standing.overview.designations[0].id
    found = _eligibility(about, designation)
    known = [one.key for one in found.criteria]
    if asked.criterion and asked.criterion not in known:
        message = f"{designation} has no condition {asked.criterion!r}"
        raise AttainError("unknown-criterion", message, "criterion", did_you_mean(asked.criterion, known))
    kept = found.matching(asked.search, criterion=asked.criterion, meets=asked.meets or "")
    about.tagged(response)
    shown, following = about.page(kept, asked)
    return CustomersPage(
        as_of=found.as_of,
        designation=designation,
        criteria=[CriterionShown.of(one, found) for one in found.criteria],
        gaps=list(found.gaps),
        count=len(kept),
        customers=[CustomerShown.of(one) for one in shown],
        next=following,
    )


@router.get("/partners/{partner_id}/customers/{tenant_id}", response=CustomerAcross, summary="One customer across every metric")
@endpoint_needs(Access.INSIGHTS)
def customer(request: AttainRequest, partner_id: str, tenant_id: str, response: HttpResponse) -> CustomerAcross | HttpResponse:
    """Say how one customer stands to every condition of every designation."""
    about = About.of(request, partner_id)
    if (same := about.same()) is not None:
        return same
    found = _eligibility(about)
    one = found.of(tenant_id)
    if one is None:
        raise OutOfReach(f"customer {tenant_id}")
    about.tagged(response)
    conditions = [
        ConditionMet(
            criterion=criterion.key,
            designation=criterion.designation,
            metric=criterion.metric,
            metric_name=criterion.metric_name,
            pool_name=criterion.pool_name,
            condition=criterion.condition,
            meets=one.meets(criterion.key),
            parts=[PartMeets(workload=part.workload, meets=part.meets, reason=part.reason) for part in one.parts.get(criterion.key, ())],
        )
        for criterion in found.criteria
    ]
    return CustomerAcross(as_of=found.as_of, tenant_id=one.tenant_id, name=one.name, conditions=conditions)

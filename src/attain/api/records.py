"""What people record: purchases, and the numbers that Microsoft's page shows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated

from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Day, Word, maybe_decimal, of_decimal
from attain.api.bodies import Body
from attain.imports.publishing import today
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published import served
from attain.published.read import published
from attain.recorded.models import Purchase
from attain.recorded.recording import recorder_of

router = Router(tags=["Records"])
Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class PurchaseAsked(Body):
    """A purchase, or a renewal, as it stands on Microsoft's bill."""

    designation: Name = Field(examples=["security"])
    enrolled_on: Day
    paid_on: Day | None = Field(None, description="Left out: it began without a payment.")
    anniversary: Day | None = Field(None, description="Left out: counted from the payment, as the rules say.")
    track: Word = Field("", description="As the agreement names it; empty: as the rules say.", examples=["enterprise"])
    amount: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = Field(None, examples=["4730.00"])
    currency: str = Field("", pattern=r"^([A-Za-z]{3})?$", examples=["USD"])
    reference: Annotated[Word, StringConstraints(max_length=100)] = Field("", description="The number of the order or invoice.")


class PurchaseShown(Schema):
    """A recorded purchase; one that was withdrawn no longer counts."""

    id: int
    designation: str
    enrolled_on: dt.date
    paid_on: dt.date | None
    anniversary: dt.date | None
    track: str
    amount: Amount | None
    currency: str
    reference: str
    recorded_by: str
    recorded_at: dt.datetime
    withdrawn_at: dt.datetime | None

    @classmethod
    def of(cls, found: Purchase) -> PurchaseShown:
        """Show a purchase."""
        return cls(
            id=found.pk,
            designation=found.designation,
            enrolled_on=found.enrolled_on,
            paid_on=found.paid_on,
            anniversary=found.anniversary,
            track=found.track,
            amount=maybe_decimal(found.amount),
            currency=found.currency,
            reference=found.reference,
            recorded_by=found.recorded_by,
            recorded_at=found.recorded_at,
            withdrawn_at=found.withdrawn_at,
        )


class Purchases(Schema):
    """Every recorded purchase of a partner, the latest first."""

    purchases: list[PurchaseShown]


class NumberAsked(Body):
    """A number that Microsoft's page showed: of a metric, or of the total."""

    as_of: Day
    designation: Word = Field(examples=["security"])
    points: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=4)] = Field(examples=["46.67"])
    track: Word = Field("", description="Empty: the one that counts.")
    metric: Word = Field("", description="Empty: the total.", examples=["net_customer_adds"])


class NumberShown(Schema):
    """A number that Microsoft reported, from a file or typed in; `metric` is `total` for the total."""

    as_of: dt.date
    designation: str
    track: str
    metric: str
    value: Amount | None
    points: Amount | None


class Numbers(Schema):
    """Every number that Microsoft reported for a partner, the oldest first."""

    numbers: list[NumberShown]


@router.get("/partners/{partner_id}/purchases", response=Purchases, summary="Recorded purchases")
@endpoint_needs(Access.MEMBERSHIP)
def list_purchases(request: AttainRequest, partner_id: str) -> Purchases:
    """List what was recorded as bought, withdrawn ones too."""
    return Purchases(purchases=[PurchaseShown.of(one) for one in Purchase.objects.filter(partner_id=partner_id)])


@router.post("/partners/{partner_id}/purchases", response={201: PurchaseShown}, summary="Record a purchase")
@endpoint_needs(Access.ENROLL)
def record_purchase(request: AttainRequest, partner_id: str, asked: PurchaseAsked) -> Status[PurchaseShown]:
    """Record a purchase or renewal and publish the partner's status anew."""
    holds, partner = published(partner_id)
    found = recorder_of(request, partner_id, today()).purchase(**asked.model_dump())
    served.republish(partner, holds)
    return Status(HTTPStatus.CREATED, PurchaseShown.of(found))


@router.delete("/partners/{partner_id}/purchases/{purchase}", response=PurchaseShown, summary="Withdraw a purchase")
@endpoint_needs(Access.ENROLL)
def withdraw_purchase(request: AttainRequest, partner_id: str, purchase: int) -> PurchaseShown:
    """Take back a purchase that was recorded by mistake: it stays in the list and no longer counts."""
    holds, partner = published(partner_id)
    found = recorder_of(request, partner_id, today()).withdraw(purchase)
    served.republish(partner, holds)
    return PurchaseShown.of(found)


@router.get("/partners/{partner_id}/reported-numbers", response=Numbers, summary="Microsoft's numbers")
@endpoint_needs(Access.MEMBERSHIP)
def list_numbers(request: AttainRequest, partner_id: str) -> Numbers:
    """List what Microsoft reported up to the published day."""
    _, partner = published(partner_id)
    found = served.workspace_of(partner).reported_scores([partner_id], partner.day)
    numbers = [
        NumberShown(
            as_of=one.as_of,
            designation=one.designation,
            track=one.track,
            metric=one.metric,
            value=maybe_decimal(one.value),
            points=maybe_decimal(one.points),
        )
        for one in found
    ]
    return Numbers(numbers=numbers)


@router.post("/partners/{partner_id}/reported-numbers", response={201: NumberShown}, summary="Record Microsoft's number")
@endpoint_needs(Access.ENROLL)
def record_number(request: AttainRequest, partner_id: str, asked: NumberAsked) -> Status[NumberShown]:
    """Record a number that Microsoft's page shows; the latest of a day holds."""
    holds, partner = published(partner_id)
    said = asked.model_dump(exclude={"as_of", "designation", "points"})
    found = recorder_of(request, partner_id, today()).reported(asked.as_of, asked.designation, asked.points, **said)
    served.republish(partner, holds)
    shown = NumberShown(
        as_of=found.as_of,
        designation=found.designation,
        track=found.track,
        metric=found.metric,
        value=None,
        points=of_decimal(found.points),
    )
    return Status(HTTPStatus.CREATED, shown)

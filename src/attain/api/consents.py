"""Consents: what a reseller lets a distributor see of it, given and taken back by the reseller's own admins."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Day, Word
from attain.api.bodies import Body
from attain.api.portfolio import Key, PartnerId, Slug, place_of
from attain.people.access import AttainRequest
from attain.people.consents import give, given, revoke
from attain.people.models import OrganizationPartner
from attain.people.roles import Access

router = Router(tags=["Consents"])


class ConsentShown(Schema):
    """A consent about one of one's own partners; it holds up to and including `until`."""

    id: int
    partner_id: str
    distributor: str = Field(examples=["wide-world"])
    level: str = Field(examples=["totals"])
    until: dt.date | None
    is_over: bool
    given_at: dt.datetime | None

    @classmethod
    def of(cls, found: OrganizationPartner) -> ConsentShown:
        """Show a consent."""
        return cls(
            id=found.pk,
            partner_id=found.partner_id,
            distributor=found.organization.slug,
            level=found.consent,
            until=found.until,
            is_over=found.is_over,
            given_at=found.given_at,
        )


class Consents(Schema):
    """Every consent about an organization's own partners, those that are over too."""

    consents: list[ConsentShown]


class ConsentAsked(Body):
    """A consent to give; an earlier one to the same distributor gives way."""

    partner_id: PartnerId
    distributor: Word
    level: Literal["totals", "detail"]
    until: Annotated[Day, Field(description="The last day, at most two years on.")]


@router.get("/organizations/{organization}/consents", response=Consents, summary="What is shared with distributors")
@endpoint_needs(Access.CONSENT)
def list_consents(request: AttainRequest, organization: Slug) -> Consents:
    """List the consents about one's own partners."""
    return Consents(consents=[ConsentShown.of(one) for one in given(place_of(request))])


@router.post("/organizations/{organization}/consents", response={201: ConsentShown}, summary="Share with a distributor")
@endpoint_needs(Access.CONSENT)
def give_consent(request: AttainRequest, organization: Slug, asked: ConsentAsked) -> Status[ConsentShown]:
    """Let a distributor see one of one's own partners. A token needs the scope to import."""
    made = give(request.granted, request, **asked.model_dump())
    return Status(HTTPStatus.CREATED, ConsentShown.of(made))


@router.delete("/organizations/{organization}/consents/{consent}", response={204: None}, summary="Take a consent back")
@endpoint_needs(Access.CONSENT)
def revoke_consent(request: AttainRequest, organization: Slug, consent: Key) -> HttpResponse:
    """Take a consent back; it holds at once."""
    revoke(request.granted, request, consent)
    return HttpResponse(status=204)

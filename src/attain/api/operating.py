"""Setting up organizations and the partners they see, for Global admins of the organization that sees every partner."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from django.http import Http404
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.api.access import endpoint_needs
from attain.api.amounts import Day, Line
from attain.api.bodies import Body
from attain.api.organizations import Address
from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.access import AttainRequest
from attain.people.models import Consent, Organization, OrganizationKind, OrganizationPartner, TokenScope
from attain.people.organizations import counted, let_see, listed, partner_of, set_up_organization, take_away
from attain.people.roles import Access
from attain.published.listed import published_name

router = Router(tags=["Organizations"])
PartnerId = Annotated[str, StringConstraints(max_length=PARTNER_ID_LENGTH)]


class OrganizationAsked(Body):
    """A new organization and the address of its first Global admin."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)] = Field(examples=["Contoso"])
    kind: OrganizationKind = OrganizationKind.PARTNER
    email: Address


class OrganizationMade(Schema):
    """The organization by its name in addresses, and the link for its Global admin, shown this once."""

    organization: str = Field(examples=["contoso"])
    name: str
    link: str = Field(examples=["https://attain.example/join/7c0ffee/"])


class OrganizationListed(Schema):
    """An organization: how many people are in it and how many partners it sees; `sees_all`: every one."""

    id: int
    organization: str = Field(examples=["contoso"])
    name: str
    kind: OrganizationKind
    sees_all: bool
    people: int
    partners: int


class OrganizationsListed(Schema):
    """Every organization, by name."""

    organizations: list[OrganizationListed]


class PartnerSeenAsked(Body):
    """How an organization sees a partner: its own, or with a consent that has an end."""

    consent: Consent = Consent.OWN
    until: Day | None = Field(None, description="The last day of a consent; left out for one's own.")


class PartnerSeen(Schema):
    """A partner that an organization sees."""

    partner_id: str
    name: str
    consent: Consent
    until: dt.date | None

    @classmethod
    def of(cls, found: OrganizationPartner) -> PartnerSeen:
        """Show it."""
        return cls(partner_id=found.partner_id, name=found.name, consent=Consent(found.consent), until=found.until)


class PartnersSeen(Schema):
    """The partners that an organization sees, by name."""

    partners: list[PartnerSeen]


@router.get("/organizations/{organization}/organizations", response=OrganizationsListed, summary="Organizations of this server")
@endpoint_needs(Access.OPERATE)
def list_organizations(request: AttainRequest, organization: str) -> OrganizationsListed:
    """List the organizations of this server; `organization` in the address is the one that sees every partner."""
    del request, organization
    shown = [
        OrganizationListed.model_validate(
            {
                "id": place.pk,
                "organization": place.slug,
                "name": place.name,
                "kind": place.kind,
                "sees_all": place.sees_all,
                "people": counted(place)[0],
                "partners": counted(place)[1],
            }
        )
        for place in listed()
    ]
    return OrganizationsListed(organizations=shown)


@router.post("/organizations/{organization}/organizations", response={201: OrganizationMade}, summary="Make an organization")
@endpoint_needs(Access.OPERATE, TokenScope.PEOPLE)
def make_organization(request: AttainRequest, organization: str, asked: OrganizationAsked) -> Status[OrganizationMade]:
    """Make an organization and invite its first Global admin. A token needs the scope people too."""
    del organization
    made, secret = set_up_organization(asked.name, asked.kind, asked.email, request.granted.principal.user, request)
    link = request.build_absolute_uri(reverse("join", args=[secret]))
    return Status(HTTPStatus.CREATED, OrganizationMade(organization=made.slug, name=made.name, link=link))


@router.get("/organizations/{organization}/organizations/{place}/partners", response=PartnersSeen, summary="Partners of an organization")
@endpoint_needs(Access.OPERATE)
def list_partners_seen(request: AttainRequest, organization: str, place: int) -> PartnersSeen:
    """List the partners that an organization sees; `place` is its number."""
    del request, organization
    found = OrganizationPartner.objects.filter(organization=_place(place))
    return PartnersSeen(partners=[PartnerSeen.of(one) for one in found])


@router.put(
    "/organizations/{organization}/organizations/{place}/partners/{partner_id}",
    response=PartnerSeen,
    summary="Let it see a partner",
)
@endpoint_needs(Access.OPERATE, TokenScope.PEOPLE)
def see_partner(request: AttainRequest, organization: str, place: int, partner_id: PartnerId, asked: PartnerSeenAsked) -> PartnerSeen:
    """Let an organization see a partner. A token needs the scope people too."""
    del organization
    return PartnerSeen.of(let_see(_place(place), partner_id, asked.consent, asked.until, published_name(partner_id), request))


@router.delete(
    "/organizations/{organization}/organizations/{place}/partners/{partner_id}", response=PartnerSeen, summary="Take a partner away"
)
@endpoint_needs(Access.OPERATE, TokenScope.PEOPLE)
def hide_partner(request: AttainRequest, organization: str, place: int, partner_id: PartnerId) -> PartnerSeen:
    """Take a partner away from an organization. A token needs the scope people too."""
    del organization
    found = partner_of(_place(place), partner_id)
    shown = PartnerSeen.of(found)
    take_away(found, request)
    return shown


def _place(number: int) -> Organization:
    found = Organization.objects.filter(pk=number).first()
    if found is None:
        message = f"There is no organization {number}."
        raise Http404(message)
    return found

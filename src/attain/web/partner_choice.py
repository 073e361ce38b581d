"""The partners that one may choose between: those of one's organizations, or all that are published where one sees all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from attain.people.models import Consent, OrganizationPartner
from attain.people.roles import Access
from attain.published import portfolio
from attain.published.listed import first_partners, published_name
from attain.published.read import current

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from attain.people.models import Organization
    from attain.people.principal import Principal


OF_PARTNER = (Access.MEMBERSHIP, Access.INSIGHTS)
"""What a role must grant for a choice of partners to lead anywhere: a learner has none to choose."""


@dataclass(frozen=True)
class Choice:
    """A partner to choose."""

    partner_id: str
    name: str

    def __str__(self) -> str:
        return self.name or self.partner_id


def choices(principal: Principal, search: str = "", size: int = 12) -> tuple[list[Choice], int]:
    """Give the first partners by name whose name or id fits a search, at most `size`, and how many fit in all."""
    places = _places(principal)
    if any(place.sees_all for place in places):
        publication = current()
        if publication is None:
            return [], 0
        page = portfolio.partners(publication, portfolio.Asked(search=search, size=size))
        return [Choice(line.partner.partner_id, line.partner.name) for line in page.lines], page.count
    found = _of(places).filter(Q(name__icontains=search) | Q(partner_id__startswith=search))
    return [Choice(partner.partner_id, partner.name) for partner in found[:size]], found.count()


def first_choices(principal: Principal, size: int = 12) -> list[Choice]:
    """Give the first partners by name, as `choices` does, without counting them: what the frame of every page shows."""
    places = _places(principal)
    found = first_partners(size) if any(place.sees_all for place in places) else _of(places)[:size]
    return [Choice(partner.partner_id, partner.name) for partner in found]


def _places(principal: Principal) -> list[Organization]:
    """List the organizations in which a choice of partners leads somewhere."""
    return [grant.organization for grant in principal.grants if any(grant.may(access) for access in OF_PARTNER)]


def _of(places: list[Organization]) -> QuerySet[OrganizationPartner]:
    return OrganizationPartner.objects.filter(organization__in=[place.pk for place in places], consent=Consent.OWN)


def begins_here(principal: Principal) -> bool:
    """Say whether one may bring the first files of any partner: who then names the partner, where none is published."""
    return principal.sees_all and principal.may_anywhere(Access.IMPORT)


def name_of(partner_id: str) -> str:
    """Give the published name of a partner, or its id."""
    return published_name(partner_id) or partner_id

"""The people of the demo: one a role, in the organizations of the cast."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from attain.people.joining import new_account, new_organization
from attain.people.models import Consent, Member, Organization, OrganizationKind, OrganizationPartner, User
from attain.people.roles import Role

PASSWORD = "demo-of-attain"  # made-up people on made-up facts
_CAST = {"1000001": "Contoso", "1000002": "Fabrikam", "1000003": "Northwind", "1000004": "Tailspin"}


@dataclass(frozen=True)
class DemoPerson:
    """A sign-in of the demo."""

    email: str
    name: str
    role: str
    organization: str


_CONTOSO = "Contoso"
_DISTRIBUTOR = "Wide World Distribution"
PEOPLE = (
    DemoPerson("global@contoso.example", "Gwen Lind", Role.GLOBAL_ADMIN.value, _CONTOSO),
    DemoPerson("partner@contoso.example", "Pat Okafor", Role.PARTNER_ADMIN.value, _CONTOSO),
    DemoPerson("executive@contoso.example", "Erin Sato", Role.EXECUTIVE_REPORT_VIEWER.value, _CONTOSO),
    DemoPerson("learner@contoso.example", "Lee Novak", Role.LEARNER.value, _CONTOSO),
    DemoPerson("partner@fabrikam.example", "Fran Weber", Role.PARTNER_ADMIN.value, "Fabrikam"),
    DemoPerson("manager@wideworld.example", "Max Ribeiro", Role.DISTRIBUTOR_MANAGER.value, _DISTRIBUTOR),
)


@transaction.atomic
def make_people() -> list[DemoPerson]:
    """Make the people of the demo where they are not there yet, and give them with their roles in words."""
    contoso = _organization(_CONTOSO, OrganizationKind.PARTNER, {"1000001": Consent.OWN, "1000003": Consent.OWN})
    fabrikam = _organization("Fabrikam", OrganizationKind.PARTNER, {"1000002": Consent.OWN})
    distributor = _organization(_DISTRIBUTOR, OrganizationKind.DISTRIBUTOR, {"1000002": Consent.TOTALS, "1000004": Consent.DETAIL})
    places = {place.name: place for place in (contoso, fabrikam, distributor)}
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first() or new_account(person.email, PASSWORD, person.name)
        Member.objects.get_or_create(organization=places[person.organization], user=user, defaults={"role": person.role})
    return [DemoPerson(person.email, person.name, Role(person.role).words, person.organization) for person in PEOPLE]


def _organization(name: str, kind: OrganizationKind, partners: dict[str, Consent]) -> Organization:
    place = Organization.objects.filter(name=name).first() or new_organization(name, kind)
    for partner_id, consent in partners.items():
        OrganizationPartner.objects.get_or_create(
            organization=place, partner_id=partner_id, defaults={"name": _CAST[partner_id], "consent": consent}
        )
    return place

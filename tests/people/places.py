"""People of every role in organizations that see different partners, for tests of who may do what."""

from __future__ import annotations

from dataclasses import dataclass

from attain.people.joining import new_account, new_organization
from attain.people.models import Consent, Member, Organization, OrganizationKind, OrganizationPartner, User
from attain.people.roles import Role

PASSWORD = "rather long words"
OWN, RESELLER_TOTALS, RESELLER_DETAIL, OTHER = "1000001", "1000003", "1000004", "1000002"


@dataclass(frozen=True)
class Places:
    """One organization that is a partner, a distributor, another partner; and a person of each role in the first two."""

    partner: Organization
    distributor: Organization
    other: Organization
    people: dict[Role, User]
    stranger: User
    nobody: User


def make_places() -> Places:
    """Make them."""
    partner = new_organization("Contoso")
    distributor = new_organization("Wide World", OrganizationKind.DISTRIBUTOR)
    other = new_organization("Fabrikam")
    for place, partner_id, consent in (
        (partner, OWN, Consent.OWN),
        (other, OTHER, Consent.OWN),
        (distributor, RESELLER_TOTALS, Consent.TOTALS),
        (distributor, RESELLER_DETAIL, Consent.DETAIL),
    ):
        OrganizationPartner.objects.create(organization=place, partner_id=partner_id, name=f"Partner {partner_id}", consent=consent)
    people = {role: member_of(distributor if role is Role.DISTRIBUTOR_MANAGER else partner, role) for role in Role}
    stranger = member_of(other, Role.GLOBAL_ADMIN, "stranger")
    return Places(partner, distributor, other, people, stranger, new_account("nobody@contoso.example", PASSWORD))


def member_of(place: Organization, role: Role, name: str = "") -> User:
    """Make a person with a role in an organization."""
    user = new_account(f"{name or role.value}@{place.slug}.example", PASSWORD, name or role.words)
    Member.objects.create(organization=place, user=user, role=role)
    return user

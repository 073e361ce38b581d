"""Who asks: a signed-in person, or the token of a person or a service, with what each of its organizations grants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attain.people.models import Consent, Member, Organization, OrganizationPartner, Token, TokenScope, User
from attain.people.roles import GRANTS, SEES_NAMES, Access, Reach, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

_SCOPED = {
    Access.IMPORT: TokenScope.IMPORT,
    Access.PLAN: TokenScope.PLAN,
    Access.EVIDENCE: TokenScope.PLAN,
    Access.ENROLL: TokenScope.IMPORT,
    Access.LEARN: TokenScope.PLAN,
    Access.CONSENT: TokenScope.IMPORT,
    Access.PORTFOLIO_NOTES: TokenScope.PLAN,
    Access.SET_ALERTS: TokenScope.PLAN,
}
_CONSENTS = {
    Access.RESELLER_TOTALS: frozenset({Consent.OWN, Consent.TOTALS, Consent.DETAIL}),
    Access.RESELLER_DETAIL: frozenset({Consent.OWN, Consent.DETAIL}),
}
_OWN = frozenset({Consent.OWN})


@dataclass(frozen=True)
class Grant:
    """What one organization grants: the role there and whether names of certified people are shown."""

    organization: Organization
    role: Role
    sees_names: bool

    def may(self, access: Access) -> bool:
        """Say whether the role has an access; organizations are set up from one that sees every partner alone."""
        return access in GRANTS[self.role] and (access is not Access.OPERATE or self.organization.sees_all)

    def reaches(self, partner_id: str, access: Access) -> bool:
        """Say whether the partner is one that the organization may see in the way the access asks for."""
        if self.organization.sees_all:
            return True
        consents = [str(consent) for consent in _CONSENTS.get(access, _OWN)]
        rows = OrganizationPartner.in_force().filter(organization=self.organization, partner_id=partner_id, consent__in=consents)
        return rows.exists()


@dataclass(frozen=True)
class Principal:
    """Who asks. `user` is None for a service; `scopes` is None where no token narrows what may be done."""

    user: User | None
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] | None = None
    actor: str = ""
    _found: dict[tuple[str, Access], Grant | None] = field(
        default_factory=dict[tuple[str, Access], "Grant | None"], compare=False, repr=False
    )

    @property
    def signed_in(self) -> bool:
        """Say whether this is somebody at all."""
        return self.user is not None or bool(self.grants)

    @property
    def sees_all(self) -> bool:
        """Say whether every partner of the store is one of its own."""
        return any(grant.organization.sees_all for grant in self.grants)

    def may_anywhere(self, access: Access) -> bool:
        """Say whether any organization grants an access."""
        return any(grant.may(access) for grant in self.grants) and self._in_scope(access)

    def grant_for_partner(self, partner_id: str, access: Access) -> Grant | None:
        """Find the grant that gives an access to a partner."""
        key = (partner_id, access)
        if key not in self._found:
            fitting = (grant for grant in self.grants if grant.may(access) and self._in_scope(access) and grant.reaches(partner_id, access))
            self._found[key] = next(fitting, None)
        return self._found[key]

    def grant_in(self, organization: str, access: Access | None = None) -> Grant | None:
        """Find the grant in the organization of a slug: any, or the one that gives an access."""
        for grant in self.grants:
            if grant.organization.slug == organization and (access is None or (grant.may(access) and self._in_scope(access))):
                return grant
        return None

    def knows(self, partner_id: str, access: Access) -> bool:
        """Say whether any of the organizations may see the partner, whatever the role: what tells 'not you' from 'no such page'."""
        return any(grant.reaches(partner_id, access) for grant in self.grants)

    def _in_scope(self, access: Access) -> bool:
        return self.scopes is None or _SCOPED.get(access, TokenScope.READ) in self.scopes

    def partners(self) -> list[OrganizationPartner]:
        """Give the partners of its own organizations by name, for the switch; those of an organization that sees all are not listed."""
        organizations = [grant.organization.pk for grant in self.grants]
        return list(OrganizationPartner.objects.filter(organization__in=organizations, consent=Consent.OWN).select_related("organization"))

    def partner_ids(self, access: Access) -> QuerySet[OrganizationPartner, str] | None:
        """Give the ids of its own partners that an access reaches, for a query; None where that is every partner of the store."""
        places = [grant.organization for grant in self.grants if grant.may(access) and self._in_scope(access)]
        if any(place.sees_all for place in places):
            return None
        own = OrganizationPartner.objects.filter(organization__in=places, consent=Consent.OWN)
        return own.values_list("partner_id", flat=True)


ANYBODY = Principal(user=None)


def principal_of(user: object) -> Principal:
    """Give the principal of a request's user."""
    if not isinstance(user, User) or not user.is_active:
        return ANYBODY
    members = Member.objects.filter(user=user).select_related("organization").order_by("organization__name")
    return Principal(user, tuple(_grants(members)), actor=user.email)


def principal_of_token(token: Token) -> Principal:
    """Give the principal of a valid token: what its person may do, or its service's role, within its scopes."""
    scopes = frozenset(str(scope) for scope in token.scopes)
    if token.user is not None:
        person = principal_of(token.user)
        return Principal(person.user, person.grants, scopes, actor=f"{token.user.email} ({token.name})")
    if token.organization is None:
        return ANYBODY
    role = Role(token.role)
    return Principal(None, (Grant(token.organization, role, role in SEES_NAMES),), scopes, actor=f"service {token.name}")


def _grants(members: Iterable[Member]) -> Iterable[Grant]:
    for member in members:
        yield Grant(member.organization, Role(member.role), member.sees_names)


def needs_partner(access: Access) -> bool:
    """Say whether an access is asked for a partner named in the URL."""
    return access.reach in {Reach.PARTNER, Reach.RESELLER}

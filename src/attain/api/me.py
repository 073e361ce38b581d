"""What the caller is and may see."""

from __future__ import annotations

from ninja import Router, Schema

from attain.api.access import endpoint_needs
from attain.people.access import AttainRequest
from attain.people.roles import GRANTS, Access

router = Router(tags=["Account"])


class Place(Schema):
    """An organization, the role there, and what the role may do."""

    organization: str
    name: str
    role: str
    may: list[str]


class Me(Schema):
    """The caller."""

    actor: str
    scopes: list[str] | None
    organizations: list[Place]
    partners: list[str]


@router.get("/me", response=Me, summary="Who am I")
@endpoint_needs(Access.SIGNED_IN)
def me(request: AttainRequest) -> Me:
    """Give the caller, its organizations and roles, and the partners that it may see by name."""
    principal = request.granted.principal
    places = [
        Place(
            organization=grant.organization.slug,
            name=grant.organization.name,
            role=grant.role.value,
            may=sorted(map(str, GRANTS[grant.role])),
        )
        for grant in principal.grants
    ]
    scopes = None if principal.scopes is None else sorted(principal.scopes)
    partners = sorted(partner.partner_id for partner in principal.partners())
    return Me(actor=principal.actor, scopes=scopes, organizations=places, partners=partners)

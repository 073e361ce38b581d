"""In whose name a command of the server's own machine acts: an organization, named, or found by the partner that it acts for."""

from __future__ import annotations

from attain.errors import AttainError, did_you_mean
from attain.people.models import Consent, Organization, OrganizationPartner


def organization_named(slug: str) -> Organization:
    """Find an organization by its name in addresses; raises AttainError `unknown-organization` with the nearest one."""
    found = Organization.objects.filter(slug=slug).first()
    if found is None:
        known = list(Organization.objects.values_list("slug", flat=True))
        hint = did_you_mean(slug, known) if known else "there is none yet: attain serve makes the first"
        raise AttainError("unknown-organization", f"there is no organization {slug!r}", hint=hint)
    return found


def organization_for(partner_id: str, slug: str = "") -> Organization:
    """Give the organization that acts for a partner: the one of `slug`, else the one that holds it as its own, else that of the server.

    Raises AttainError `unknown-organization`, `not-its-partner` where the one named does not hold the partner, and `which-organization`
    where several might be meant.
    """
    holding = OrganizationPartner.objects.filter(partner_id=partner_id, consent=Consent.OWN)
    if slug:
        place = organization_named(slug)
        if not place.sees_all and not holding.filter(organization=place).exists():
            message = f"{place} does not hold partner {partner_id!r} as its own"
            raise AttainError("not-its-partner", message, "organization", "name one that does, or leave it out")
        return place
    found = list(Organization.objects.filter(pk__in=holding.values("organization")))
    found = found or list(Organization.objects.filter(sees_all=True))
    if not found:
        raise AttainError("unknown-organization", "there is no organization yet", hint="attain serve makes the first one")
    if len(found) > 1:
        names = ", ".join(place.slug for place in found)
        raise AttainError("which-organization", f"{len(found)} organizations may be meant", partner_id, f"--organization is one of {names}")
    return found[0]

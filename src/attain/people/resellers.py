"""Which partners an organization sees in its portfolio, and how much of each: its own, and those whose consent holds today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.models import Consent, Organization, OrganizationPartner

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

_DETAIL = (str(Consent.OWN), str(Consent.DETAIL))


def seen(organization: Organization, *, detail: bool = False) -> QuerySet[OrganizationPartner, str] | None:
    """Give the ids of the partners that an organization sees, or sees in detail, for a query; None where that is every one."""
    if organization.sees_all:
        return None
    rows = OrganizationPartner.in_force().filter(organization=organization)
    if detail:
        rows = rows.filter(consent__in=_DETAIL)
    return rows.values_list("partner_id", flat=True)


def in_detail(organization: Organization, partners: Collection[str]) -> set[str]:
    """Give those of `partners` that an organization sees in detail."""
    if organization.sees_all:
        return set(partners)
    rows = OrganizationPartner.in_force().filter(organization=organization, consent__in=_DETAIL, partner_id__in=list(partners))
    return set(rows.values_list("partner_id", flat=True))


def consent_of(organization: Organization, partner_id: str) -> OrganizationPartner | None:
    """Give the row by which an organization sees a partner today; None where it sees every partner, or not this one."""
    return OrganizationPartner.in_force().filter(organization=organization, partner_id=partner_id).first()

"""What a reseller lets a distributor see of it, for a time: given and revoked by the reseller's own admins, and kept in the audit log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Consent, Event, Organization, OrganizationKind, OrganizationPartner

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from attain.people.access import Granted

LONGEST = dt.timedelta(days=731)
"""The longest time that a consent is given for: two years."""
LEVELS = (Consent.TOTALS, Consent.DETAIL)


def own_partners(organization: Organization) -> QuerySet[OrganizationPartner]:
    """Give the partners that are an organization's own."""
    return OrganizationPartner.objects.filter(organization=organization, consent=Consent.OWN)


def distributors() -> QuerySet[Organization]:
    """Give the distributors on this server; their names are known to every organization here."""
    return Organization.objects.filter(kind=OrganizationKind.DISTRIBUTOR)


def given(organization: Organization) -> QuerySet[OrganizationPartner]:
    """Give the consents about the partners of an organization, those that are over too, by distributor and partner."""
    rows = OrganizationPartner.objects.exclude(consent=Consent.OWN).select_related("organization", "given_by")
    if not organization.sees_all:
        rows = rows.filter(partner_id__in=own_partners(organization).values("partner_id"))
    return rows.order_by("organization__name", "partner_id")


@transaction.atomic
def give(
    granted: Granted, request: HttpRequest | None, *, partner_id: str, distributor: str, level: str, until: dt.date
) -> OrganizationPartner:
    """Let the distributor of a slug see a partner of one's own, up to and including a day; an earlier consent to it gives way.

    Raises AttainError `unknown-partner`, `unknown-distributor`, `unknown-consent`, `bad-until` and `own-partner`, each with its field.
    """
    place = _place(granted)
    mine = own_partners(place).filter(partner_id=partner_id).first()
    if mine is None and not place.sees_all:
        raise AttainError("unknown-partner", f"partner {partner_id!r} is not one of yours", "partner_id", "take one of your own partners")
    receiver = distributors().filter(slug=distributor).first()
    if receiver is None:
        known = list(distributors().values_list("slug", flat=True))
        raise AttainError(
            "unknown-distributor", f"there is no distributor {distributor!r}", "distributor", did_you_mean(distributor, known)
        )
    if level not in LEVELS:
        known = [str(one) for one in LEVELS]
        raise AttainError("unknown-consent", f"there is no consent to {level!r}", "level", did_you_mean(level, known))
    today = timezone.now().date()
    if not today <= until <= today + LONGEST:
        raise AttainError("bad-until", f"{until} is not within two years from today", "until", f"a day up to {today + LONGEST}")
    if own_partners(receiver).filter(partner_id=partner_id).exists():
        raise AttainError(
            "own-partner", f"{receiver} holds partner {partner_id} as its own", "distributor", "there is nothing to consent to"
        )
    values = {
        "consent": level,
        "until": until,
        "name": mine.name if mine is not None else "",
        "given_by": granted.principal.user,
        "given_at": timezone.now(),
    }
    made, _ = OrganizationPartner.objects.update_or_create(organization=receiver, partner_id=partner_id, defaults=values)
    detail = f"{receiver} sees {str(Consent(level).label).lower()} until {until}"
    _record(Event.CONSENT_GIVEN, granted, request, made, detail)
    return made


def consent_about(granted: Granted, partner_id: str, distributor: str) -> OrganizationPartner:
    """Find the consent about a partner of one's own to the distributor of a slug; raises AttainError `no-such-consent`."""
    rows = given(_place(granted))
    found = rows.filter(partner_id=partner_id, organization__slug=distributor).first()
    if found is None:
        of_partner = list(rows.filter(partner_id=partner_id).values_list("organization__slug", flat=True))
        hint = did_you_mean(distributor, of_partner) if of_partner else "none is given about this partner"
        raise AttainError("no-such-consent", f"there is no consent about {partner_id!r} to {distributor!r}", hint=hint)
    return found


@transaction.atomic
def revoke(granted: Granted, request: HttpRequest | None, consent: int) -> OrganizationPartner:
    """Take a consent back, at once; raises AttainError `no-such-consent` where it is not one about a partner of one's own."""
    found = given(_place(granted)).filter(pk=consent).first()
    if found is None:
        raise AttainError("no-such-consent", "there is no such consent", hint="it may have been revoked already")
    _record(Event.CONSENT_REVOKED, granted, request, found, f"{found.organization} no longer sees it")
    found.delete()
    return found


def _place(granted: Granted) -> Organization:
    assert granted.grant is not None, "an access to an organization comes with a grant"
    return granted.grant.organization


def _record(event: Event, granted: Granted, request: HttpRequest | None, consent: OrganizationPartner, detail: str) -> None:
    """Add an entry to the log of the reseller and to that of the distributor."""
    principal = granted.principal
    for place in dict.fromkeys((_place(granted), consent.organization)):
        record(
            event,
            request,
            organization=place,
            partner_id=consent.partner_id,
            detail=detail,
            user=principal.user,
            actor=principal.actor,
        )

"""Making organizations and saying which partners they see, by whoever operates the server: a page, the REST interface or a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.joining import new_organization
from attain.people.members import invite
from attain.people.models import Consent, Event, Organization, OrganizationPartner
from attain.people.roles import Role

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from attain.people.models import OrganizationKind, User


def listed() -> QuerySet[Organization]:
    """Give every organization by name; `people` and `sees` count its members and the partners that it sees."""
    return Organization.objects.annotate(people=Count("members", distinct=True), sees=Count("partners", distinct=True))


def counted(place: Organization) -> tuple[int, int]:
    """Give how many people one of `listed` has, and how many partners it sees."""
    values: dict[str, Any] = vars(place)
    return values["people"], values["sees"]


@transaction.atomic
def set_up_organization(
    name: str, kind: OrganizationKind, email: str, by: User | None, request: HttpRequest | None, *, actor: str = ""
) -> tuple[Organization, str]:
    """Make an organization and invite its first Global admin; gives the secret of the link, which is shown once."""
    made = new_organization(name, kind)
    record(Event.ORGANIZATION_MADE, request, organization=made, detail=made.name, actor=actor)
    return made, invite(made, email, Role.GLOBAL_ADMIN, by, request, actor=actor)


@transaction.atomic
def let_see(
    place: Organization, partner_id: str, consent: str, until: dt.date | None, name: str, request: HttpRequest | None, *, actor: str = ""
) -> OrganizationPartner:
    """Let an organization see a partner: as its own, or with a consent up to and including a day. `name` is the partner's, where known.

    Raises AttainError `unknown-consent` and `consent-without-end`.
    """
    if consent not in Consent.values:
        raise AttainError("unknown-consent", f"there is no consent to {consent!r}", "consent", did_you_mean(consent, Consent.values))
    kind = Consent(consent)
    if kind is not Consent.OWN and until is None:
        raise AttainError("consent-without-end", "a consent has an end", "until", "give its last day")
    until = None if kind is Consent.OWN else until
    values = {"consent": kind, "until": until, "name": name}
    found, _ = OrganizationPartner.objects.update_or_create(organization=place, partner_id=partner_id, defaults=values)
    detail = f"sees {kind.label}".lower() + (f" until {until}" if until else "")
    record(Event.PARTNER_CHANGED, request, organization=place, partner_id=partner_id, detail=detail, actor=actor)
    return found


@transaction.atomic
def take_away(row: OrganizationPartner, request: HttpRequest | None, *, actor: str = "") -> None:
    """Take a partner away from an organization."""
    row.delete()
    record(Event.PARTNER_CHANGED, request, organization=row.organization, partner_id=row.partner_id, detail="no longer seen", actor=actor)


def partner_of(place: Organization, partner_id: str) -> OrganizationPartner:
    """Find the row by which an organization sees a partner; raises AttainError `unknown-partner` with the nearest id."""
    rows = OrganizationPartner.objects.filter(organization=place).select_related("organization")
    found = rows.filter(partner_id=partner_id).first()
    if found is None:
        known = list(rows.values_list("partner_id", flat=True)[:1000])
        hint = did_you_mean(partner_id, known, "attain organizations partners lists those that it sees")
        raise AttainError("unknown-partner", f"{place} does not see a partner {partner_id!r}", hint=hint)
    return found

"""The people of the demo: one a role, in the organizations of the cast."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from attain.learning.models import LessonProgress
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
_CONSENT_DAYS = 365
_DISTRIBUTOR = "Wide World Distribution"
_READER, _LESSONS, _LEARNED_BEFORE = "partner@fabrikam.example", ("1.1", "1.2"), dt.timedelta(days=75)
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
    _read_lessons()
    return [DemoPerson(person.email, person.name, Role(person.role).words, person.organization) for person in PEOPLE]


def _read_lessons() -> None:
    """Let a reseller have read some lessons, so that its distributor has something to see."""
    day = dt.date.fromisoformat(settings.DEMO_DAY) if settings.DEMO_DAY else timezone.now().date()
    begun = dt.datetime.combine(day - _LEARNED_BEFORE, dt.time(9), tzinfo=dt.UTC)
    reader = User.objects.get(email=_READER)
    for place, lesson in enumerate(_LESSONS):
        at = begun + dt.timedelta(days=place)
        times = {"opened_at": at, "seen_at": at, "done_at": at}
        LessonProgress.objects.get_or_create(user=reader, designation="security", lesson=lesson, defaults=times)


def _organization(name: str, kind: OrganizationKind, partners: dict[str, Consent]) -> Organization:
    place = Organization.objects.filter(name=name).first() or new_organization(name, kind)
    until = timezone.now().date() + dt.timedelta(days=_CONSENT_DAYS)
    for partner_id, consent in partners.items():
        OrganizationPartner.objects.get_or_create(
            organization=place,
            partner_id=partner_id,
            defaults={"name": _CAST[partner_id], "consent": consent, "until": None if consent is Consent.OWN else until},
        )
    return place

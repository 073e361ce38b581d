"""What another organization keeps: a row of every kind under one id and with one mark in its texts, so that any leak or change shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.core import serializers
from django.utils import timezone

from attain.imports.models import ImportRun, ImportState
from attain.people.audit import record
from attain.people.models import (
    AuditEntry,
    Consent,
    Event,
    Invitation,
    Member,
    Organization,
    OrganizationKind,
    OrganizationPartner,
    Segment,
    SegmentPartner,
    Token,
    TokenScope,
)
from attain.people.models.secrets import digest
from attain.people.roles import Role
from attain.recorded.models import CporClaim, Purchase, ReportedNumber, SavedScenario
from tests.people.places import OTHER, Places

ID = 987_001
"""The primary key of every row of the victim."""
SECRET = "secret-of-fabrikam"
"""Stands in every text of the victim."""
OWN_APPS = ("people", "imports", "recorded", "learning")


def make_victim(places: Places, store: str) -> None:
    """Give the other organization of the places a row of every kind."""
    place, person, now = places.other, places.stranger, timezone.now()
    # Names of distributors are known to every organization here: it shares with them by name.
    later = now + dt.timedelta(days=30)
    distributor = Organization.objects.create(pk=ID, name="Northwind", slug="northwind", kind=OrganizationKind.DISTRIBUTOR)
    OrganizationPartner.objects.create(
        pk=ID, organization=distributor, partner_id=OTHER, name=SECRET, consent=Consent.DETAIL, until=later.date(), given_by=person
    )
    member = Member.objects.get(organization=place, user=person)
    Member.objects.filter(pk=member.pk).update(id=ID)
    person.name = SECRET
    person.save()
    Organization.objects.filter(pk=place.pk).update(name=f"Fabrikam {SECRET}")
    segment = Segment.objects.create(pk=ID, organization=place, name=SECRET)
    SegmentPartner.objects.create(pk=ID, segment=segment, partner_id=OTHER)
    Invitation.objects.create(
        pk=ID,
        organization=place,
        email=f"{SECRET}@fabrikam.example",
        role=Role.GLOBAL_ADMIN,
        secret_digest=digest("made up"),
        expires_at=later,
    )
    Token.objects.create(
        pk=ID,
        name=SECRET,
        organization=place,
        role=Role.GLOBAL_ADMIN,
        scopes=[TokenScope.READ],
        secret_digest=digest("t"),
        expires_at=later,
    )
    Token.objects.create(pk=ID + 1, name=SECRET, user=person, scopes=[TokenScope.READ], secret_digest=digest("u"), expires_at=later)
    record(Event.EXPORTED, None, organization=place, user=person, partner_id=OTHER, detail=SECRET)
    said = {"pk": ID, "partner_id": OTHER, "recorded_by": SECRET}
    CporClaim.objects.create(**said, claim_id=SECRET, tenant_id=SECRET, association="cpor", status="draft", note=SECRET)
    Purchase.objects.create(**said, designation="security", enrolled_on=now.date(), reference=SECRET)
    ReportedNumber.objects.create(**said, as_of=now.date(), designation="security", metric="total", points=1)
    SavedScenario.objects.create(pk=ID, organization=place, partner_id=OTHER, name=SECRET, note=SECRET, saved_by=SECRET)
    ImportRun.objects.create(
        pk=ID,
        store=store,
        organization=place,
        partner_id=OTHER,
        partners=[OTHER],
        files=[{"name": SECRET, "size": 1}],
        reports=[],
        state=ImportState.FAILED,
        note=SECRET,
        actor=SECRET,
    )


def snapshot() -> dict[str, Any]:
    """Give all rows of the victim's id or with its mark, as they stand."""
    rows: dict[str, Any] = {}
    for model in apps.get_models():
        if model._meta.app_label in OWN_APPS and model is not AuditEntry:
            for row in serializers.serialize("python", model._default_manager.order_by("pk")):
                if row["pk"] == ID or SECRET in str(row["fields"]):
                    # A sign-in of the victim's own is no change by the attacker.
                    row["fields"].pop("last_login", None)
                    rows[f"{row['model']} {row['pk']}"] = row
    return rows

"""What is held on a person is given whole and without secrets; erased, nothing names the person and the counts stay."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from attain.alerts.models import Channel
from attain.errors import AttainError
from attain.learning.models import LessonProgress
from attain.people.held import account_of, erase, held_on
from attain.people.models import AuditEntry, Event, Invitation, Member, Token, TokenScope, User
from attain.people.roles import Role
from attain.recorded.models import Purchase, SavedScenario
from tests.people.places import OWN, PASSWORD, Places

NAME = "Ada Augusta Byron"


@pytest.fixture
def person(places: Places) -> User:
    """A Partner admin who did a bit of everything, beside one whose address ends like hers."""
    user = places.people[Role.PARTNER_ADMIN]
    User.objects.filter(pk=user.pk).update(name=NAME)
    other = places.people[Role.LEARNER]
    User.objects.filter(pk=other.pk).update(email=f"x{user.email}")
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    Token.issue("mine", scopes=[TokenScope.READ], expires_at=timezone.now() + dt.timedelta(days=1), by=user)
    Invitation.issue(places.partner, user.email, Role.LEARNER, user)
    LessonProgress.objects.create(user=user, designation="security", lesson="1.1")
    said = {"partner_id": OWN, "recorded_by": user.email}
    Purchase.objects.create(**said, designation="security", enrolled_on=timezone.now().date())
    Purchase.objects.create(partner_id=OWN, recorded_by=f"x{user.email}", designation="infrastructure", enrolled_on=timezone.now().date())
    SavedScenario.objects.create(organization=places.partner, partner_id=OWN, name="s", saved_by=f"{user.email} (script)")
    Channel.objects.create(organization=places.partner, name="c", kind="mail", addresses=[user.email, f"x{user.email}"])
    AuditEntry.objects.create(event=Event.ROLE_CHANGED, organization=places.partner, detail=f"{user.email}: by {NAME}", actor="somebody")
    return User.objects.get(pk=user.pk)


def _everything() -> str:
    rows: dict[str, Any] = {
        model._meta.label: list(model._default_manager.values()) for model in apps.get_models() if model._meta.label != "sessions.Session"
    }
    return json.dumps(rows, default=str)


def test_what_is_held_is_given_whole_and_without_secrets(person: User) -> None:
    held = held_on(person)
    assert {
        "people.User",
        "people.Member",
        "people.Token",
        "people.Invitation",
        "people.AuditEntry",
        "learning.LessonProgress",
        "recorded.Purchase",
        "recorded.SavedScenario",
        "alerts.Channel",
        "account.EmailAddress",
        "sessions.Session",
    } <= set(held)
    assert [row["recorded_by"] for row in held["recorded.Purchase"]] == [person.email]
    text = json.dumps(held)
    for secret in (
        person.password,
        *Token.objects.values_list("secret_digest", flat=True),
        *Invitation.objects.values_list("secret_digest"),
    ):
        assert str(secret) not in text
    assert {row["address"] for row in held["people.AuditEntry"]} >= {"192.0.2.7"}


def test_an_erased_person_is_named_nowhere_and_the_counts_stay(person: User, places: Places) -> None:
    other = f"x{person.email}"
    counted = {model: model._default_manager.count() for model in (Purchase, SavedScenario, AuditEntry, Invitation)}
    mark = erase(person, actor="attain person erase")
    left = _everything().replace(other, "")
    assert person.email not in left
    assert NAME not in left
    assert "192.0.2.7" not in left
    assert not User.objects.filter(pk=person.pk).exists()
    assert not Token.objects.filter(name="mine").exists()
    assert not LessonProgress.objects.exists()
    assert Purchase.objects.get(designation="security").recorded_by == mark
    assert Purchase.objects.get(designation="infrastructure").recorded_by == other
    assert SavedScenario.objects.get().saved_by == f"{mark} (script)"
    assert Channel.objects.get().addresses == [other]
    assert AuditEntry.objects.get(event=Event.SIGNED_IN).actor == mark
    assert AuditEntry.objects.get(event=Event.PERSON_ERASED).detail == mark
    counted[AuditEntry] += 1
    assert {model: model._default_manager.count() for model in counted} == counted


def test_a_session_of_an_erased_person_ends(places: Places) -> None:
    client, user = Client(), places.people[Role.PARTNER_ADMIN]
    client.force_login(user)
    erase(user)
    assert client.get("/").status_code == 302
    assert client.get(f"/{OWN}/membership/").status_code == 302


def test_the_only_global_admin_is_not_erased(places: Places) -> None:
    admin = places.people[Role.GLOBAL_ADMIN]
    with pytest.raises(AttainError, match="only Global admin of Contoso"):
        erase(admin)
    Member.objects.filter(user=places.people[Role.PARTNER_ADMIN]).update(role=Role.GLOBAL_ADMIN)
    assert erase(admin)


def test_an_unknown_address_names_the_nearest(places: Places) -> None:
    with pytest.raises(AttainError, match="partner_admin@contoso"):
        account_of("partner_admim@contoso.example")

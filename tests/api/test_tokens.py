"""Calling the REST interface with tokens and with the session of the web workspace; errors as problem details."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from attain.people.models import Token, TokenScope, User
from attain.people.roles import Role
from tests.people.places import OWN, Places

ME = "/api/v1/me"


def _token(places: Places, *, days: int = 1, service: Role | None = None) -> str:
    expires, by = timezone.now() + dt.timedelta(days=days), places.people[Role.PARTNER_ADMIN]
    if service is None:
        return Token.issue("script", scopes=[TokenScope.READ], expires_at=expires, by=by)[1]
    return Token.issue("service", scopes=[TokenScope.READ], expires_at=expires, by=by, organization=places.partner, role=service)[1]


def _call(token: str) -> Any:
    return Client().get(ME, headers={"Authorization": f"Bearer {token}"})


def test_a_token_acts_as_its_person(places: Places) -> None:
    answer = _call(_token(places)).json()
    assert answer["actor"] == "partner_admin@contoso.example (script)"
    assert answer["partners"] == [OWN]
    assert answer["scopes"] == ["read"]
    assert [(place["organization"], place["role"]) for place in answer["organizations"]] == [("contoso", "partner_admin")]


def test_a_token_of_a_service_has_the_role_it_was_made_with(places: Places) -> None:
    answer = _call(_token(places, service=Role.LEARNER)).json()
    assert (answer["actor"], answer["organizations"][0]["role"]) == ("service service", "learner")


@pytest.mark.parametrize("fault", ["unknown", "expired", "revoked", "closed account", "none"])
def test_a_token_that_is_not_good_is_a_problem(places: Places, fault: str) -> None:
    secret = _token(places, days=-1 if fault == "expired" else 1)
    if fault == "revoked":
        Token.objects.update(revoked_at=timezone.now())
    if fault == "closed account":
        User.objects.filter(email="partner_admin@contoso.example").update(is_active=False)
    answer = Client().get(ME) if fault == "none" else _call("attain_made-up" if fault == "unknown" else secret)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "not-signed-in"


def test_the_secret_of_a_token_is_shown_once_and_not_kept(places: Places) -> None:
    client = Client()
    client.force_login(places.people[Role.PARTNER_ADMIN])
    secret = client.post("/settings/account/tokens/", {"name": "mine", "scopes": ["read"], "days": "30"}).context["secret"]
    assert _call(secret).status_code == 200
    assert secret not in client.get("/settings/account/tokens/").content.decode()
    kept = Token.objects.get(name="mine")
    assert secret not in (kept.secret_digest, kept.start)
    client.post(f"/settings/account/tokens/{kept.pk}/revoke/")
    assert _call(secret).status_code == 401


def test_a_token_of_somebody_else_is_not_there(places: Places) -> None:
    _token(places)
    client = Client()
    client.force_login(places.people[Role.LEARNER])
    assert client.post(f"/settings/account/tokens/{Token.objects.get().pk}/revoke/").status_code == 404
    assert Token.objects.get().revoked_at is None


def test_the_session_of_the_web_workspace_is_good_too(places: Places) -> None:
    client = Client()
    client.force_login(places.people[Role.LEARNER])
    assert client.get(ME).json()["scopes"] is None
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")

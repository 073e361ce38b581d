"""Local accounts: signing in and out, what is refused, what is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client

from attain.people.models import AuditEntry, Event, User
from attain.people.roles import Role
from attain.server import settings as server_settings
from tests.people.places import OWN, PASSWORD, Places
from tests.security.hostile import ELSEWHERE

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _forget_tries() -> None:
    cache.clear()


def _enter(client: Client, email: str, password: str = PASSWORD, back: str = "") -> Any:
    return client.post(LOGIN + (f"?next={back}" if back else ""), {"login": email, "password": password, "next": back})


def _user(places: Places) -> User:
    return places.people[Role.PARTNER_ADMIN]


def test_the_right_password_leads_to_the_first_page(places: Places, client: Client) -> None:
    answer = client.post(LOGIN, {"login": _user(places).email.upper(), "password": PASSWORD}, follow=True)
    assert answer.request["PATH_INFO"] == f"/{OWN}/membership/"
    assert AuditEntry.objects.filter(event=Event.SIGNED_IN, user=_user(places)).count() == 1


def test_the_page_that_was_asked_for_comes_after_sign_in(places: Places, client: Client) -> None:
    asked = client.get(f"/{OWN}/insights/customers/?q=adatum")
    assert asked["Location"] == f"{LOGIN}?next=/{OWN}/insights/customers/%3Fq%3Dadatum"
    answer = client.post(
        asked["Location"], {"login": _user(places).email, "password": PASSWORD, "next": f"/{OWN}/insights/customers/?q=adatum"}
    )
    assert answer["Location"] == f"/{OWN}/insights/customers/?q=adatum"


@pytest.mark.parametrize("back", ELSEWHERE)
def test_no_other_host_comes_after_sign_in(places: Places, client: Client, back: str) -> None:
    answer = client.post(f"{LOGIN}?next={back}", {"login": _user(places).email, "password": PASSWORD, "next": back})
    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.parametrize("back", ELSEWHERE)
def test_the_theme_leads_back_to_no_other_host(client: Client, back: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": back})["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_read_the_same_and_are_recorded(places: Places, client: Client) -> None:
    answers = [client.post(LOGIN, {"login": email, "password": "wrong"}) for email in (_user(places).email, "unknown@contoso.example")]
    shown = [re.findall(r'<div class="field-fault"[^>]*>(.*?)</div>', answer.content.decode(), re.DOTALL) for answer in answers]
    assert shown[0]
    assert shown[0] == shown[1]
    failed = AuditEntry.objects.filter(event=Event.SIGN_IN_FAILED).values_list("actor", flat=True)
    assert sorted(failed) == sorted([_user(places).email, "unknown@contoso.example"])


def test_a_closed_account_does_not_sign_in(places: Places, client: Client) -> None:
    User.objects.filter(pk=_user(places).pk).update(is_active=False)
    _enter(client, _user(places).email)
    assert client.get(f"/{OWN}/membership/").status_code == 302


def test_an_account_closed_later_is_signed_out(places: Places, client: Client) -> None:
    client.force_login(_user(places))
    User.objects.filter(pk=_user(places).pk).update(is_active=False)
    assert client.get(f"/{OWN}/membership/").status_code == 302


def test_tries_are_limited_even_with_the_right_password_in_the_end(places: Places, client: Client) -> None:
    for _ in range(5):
        client.post(LOGIN, {"login": _user(places).email, "password": "wrong"})
    answer = client.post(LOGIN, {"login": _user(places).email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many" in answer.content.decode()
    assert client.get(f"/{OWN}/membership/").status_code == 302


def test_a_session_gets_a_new_key_at_sign_in(places: Places, client: Client) -> None:
    client.get("/join/nothing/")
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    _enter(client, _user(places).email)
    assert client.session.session_key != before
    planted = Client()
    planted.cookies["sessionid"] = str(before)
    assert planted.get(f"/{OWN}/membership/").status_code == 302


def test_signing_out_ends_the_session_and_needs_a_form(places: Places, client: Client) -> None:
    client.force_login(_user(places))
    client.get("/account/logout/")
    assert client.get(f"/{OWN}/membership/").status_code == 200
    client.post("/account/logout/")
    assert client.get(f"/{OWN}/membership/").status_code == 302
    assert AuditEntry.objects.filter(event=Event.SIGNED_OUT).count() == 1


@pytest.mark.parametrize("path", [LOGIN, "/account/logout/", "/theme/", "/settings/contoso/invitations/", "/account/password/"])
def test_a_form_of_another_site_is_refused(places: Places, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    answer = client.post(path, {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


def test_passwords_are_kept_by_argon2() -> None:
    assert [f"{Argon2PasswordHasher.__module__}.{Argon2PasswordHasher.__qualname__}"] == server_settings.PASSWORD_HASHERS


def test_nobody_makes_an_account_unasked(db: None, client: Client) -> None:
    answer = client.post("/account/signup/", {"email": "new@contoso.example", "password1": PASSWORD})
    assert "By invitation" in answer.content.decode()
    assert not User.objects.exists()


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_second_step_is_asked_for_once_it_is_set_up(
    places: Places, client: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    user = _user(places)
    _enter(client, user.email)
    asked = client.get("/account/two-step/app/")
    assert asked["Location"].startswith("/account/reauthenticate/")
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get("/account/two-step/app/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        codes = client.get(client.post("/account/two-step/app/", {"code": _code(secret)})["Location"]).content.decode()
    assert f'<code class="secret" id="authenticator_secret">{secret}</code>' in page.content.decode()
    assert codes.count("<li>") >= 10
    assert "signing in asks for a code" in client.get("/account/two-step/").content.decode()
    assert AuditEntry.objects.filter(event=Event.TWO_STEP_CHANGED, user=user).exists()
    client.post("/account/logout/")
    assert _enter(client, user.email)["Location"].startswith("/account/two-step/sign-in/")
    assert client.get(f"/{OWN}/membership/").status_code == 302
    wrong = client.post("/account/two-step/sign-in/", {"code": "000000"})
    assert wrong.status_code == 200
    cache.clear()
    client.post("/account/two-step/sign-in/", {"code": _code(secret)})
    assert client.get(f"/{OWN}/membership/").status_code == 200

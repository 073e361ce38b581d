"""Secrets stay where they belong: in no log, no table, no audit entry; and a sign-in tells by its time nothing that it does not say."""

from __future__ import annotations

import datetime as dt
import io
import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from attain.people.models import FirstRun, Invitation, Member, Token, TokenScope, User
from attain.people.passwords import password_link
from attain.people.roles import Role
from attain.server.logs import configure, settings_of
from tests.people.places import OWN, PASSWORD, Places

LOGIN = "/account/login/"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a running server writes to its log at its most talkative, and what Django would say besides."""
    text = io.StringIO()
    told = settings_of("json", "debug")
    told["handlers"]["console"]["stream"] = text
    for logger in (told["root"], *told["loggers"].values()):
        logger["level"] = "INFO"
    configure(told)
    yield text
    configure(configured.LOGGING)


def test_no_secret_is_in_a_log_or_a_table(places: Places, log: io.StringIO, rf: Any) -> None:
    admin = places.people[Role.GLOBAL_ADMIN]
    learner = Member.objects.get(user=places.people[Role.LEARNER])
    _, invited = Invitation.issue(places.partner, "new@contoso.example", Role.LEARNER, admin)
    _, token = Token.issue("t", scopes=[TokenScope.READ], expires_at=timezone.now() + dt.timedelta(days=1), by=admin)
    first = FirstRun.issue()
    request = rf.post("/")
    request.user = admin
    link = password_link(learner, request)
    refused, careless, open_to_all = Client(enforce_csrf_checks=True), Client(raise_request_exception=False), Client()
    for address in (f"/join/{invited}/", f"/account/new-password/{learner.user.pk}/{link}/"):
        assert open_to_all.get(address).status_code == 200
        # What a log would keep: forms refused, addresses that are not there, a slash left out, a page that fails.
        assert refused.post(address, {"password": "the password typed"}).status_code == 403
        assert careless.get(f"{address}more/").status_code == 404
        assert careless.get(address.rstrip("/")).status_code == 301
    assert refused.post(f"/start/?token={first}", {"token": first}).status_code in {302, 403}
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 200
    assert Client().get("/api/v1/partners/0/scores", headers=headers).status_code == 404
    assert careless.get(f"/api/v1/{token}").status_code == 404
    assert careless.get(f"/{OWN}/membership/?token={token}").status_code == 302
    open_to_all.post(LOGIN, {"login": admin.email, "password": "the password typed"})
    written = log.getvalue()
    assert written
    for secret in (invited, token, first, link, "the password typed", PASSWORD):
        assert secret not in written, written
        for model in apps.get_models():
            assert secret not in str(list(model._default_manager.values())), model


def test_a_failed_page_logs_its_fault_without_the_secret_of_its_address(
    places: Places, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, invited = Invitation.issue(places.partner, "new@contoso.example", Role.LEARNER, None)

    def fails(secret: str) -> None:
        message = f"no such table: looked for {secret}"
        raise RuntimeError(message)

    monkeypatch.setattr(Invitation, "open_by_secret", fails)
    answer = Client(raise_request_exception=False).get(f"/join/{invited}/")
    assert answer.status_code == 500
    assert "RuntimeError" in log.getvalue()
    assert f"/join/{invited}" not in log.getvalue()


class CountingHasher(PBKDF2PasswordHasher):
    """A hasher that counts how often it works."""

    algorithm = "counting"
    iterations = 1
    works = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Count, and hash."""
        type(self).works += 1
        return super().encode(password, salt, iterations)


@pytest.mark.parametrize("who", ["known", "unknown", "closed", "without a password"])
def test_the_hasher_runs_once_whoever_is_asked_for(places: Places, settings: Any, who: str) -> None:
    """What takes the time of a sign-in is done for every address, so its time does not tell which are known."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    user = places.people[Role.LEARNER]
    if who == "without a password":
        user.set_unusable_password()
    else:
        user.set_password(PASSWORD)
    user.is_active = who != "closed"
    user.save()
    cache.clear()
    CountingHasher.works = 0
    email = "nobody.known@contoso.example" if who == "unknown" else user.email
    answer = Client().post(LOGIN, {"login": email, "password": "wrong"})
    assert answer.status_code == 200
    assert CountingHasher.works == 1


def test_an_unknown_address_takes_as_long_as_a_wrong_password(places: Places, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{Argon2PasswordHasher.__module__}.Argon2PasswordHasher"]
    user = User.objects.create_user("timed@contoso.example", PASSWORD)
    took: dict[str, list[float]] = {user.email: [], "unknown@contoso.example": []}
    for _ in range(5):
        for email, times in took.items():
            cache.clear()
            start = time.process_time()
            Client().post(LOGIN, {"login": email, "password": "wrong"})
            times.append(time.process_time() - start)
    known, unknown = (statistics.median(times) for times in took.values())
    # Without the work of the hasher one would take a small part of the other.
    assert 0.5 < known / unknown < 2

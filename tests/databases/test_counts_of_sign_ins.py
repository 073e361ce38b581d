"""Failed sign-ins are counted in the database: for every process of a server, and however many other addresses are tried."""

from __future__ import annotations

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from attain.server import settings as served
from tests.people.places import make_places

LOGIN = "/account/login/"
OTHERS = 400
"""More than Django's cache keeps unless it is told to."""


@pytest.mark.django_db
def test_they_are_counted_for_every_process_and_not_pushed_out(settings: Settings) -> None:
    person = make_places().nobody
    settings.CACHES, settings.ACCOUNT_RATE_LIMITS = served.CACHES, {"login_failed": "5/5m/key"}
    call_command("createcachetable", verbosity=0)
    tries = [Client(REMOTE_ADDR=f"192.0.2.{number}") for number in range(1, 7)]
    given = {"login": person.email, "password": "not the password"}
    for client in tries[:5]:
        assert "Too many" not in client.post(LOGIN, given).content.decode()
        # A process has nothing of it in its own memory.
        caches.close_all()
        del caches["default"]
    for number in range(OTHERS):
        cache.set(f"other-{number}", 1, 300)
    assert isinstance(caches["default"], DatabaseCache)
    assert "Too many" in tries[5].post(LOGIN, given).content.decode()

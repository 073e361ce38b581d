"""Too many calls in a minute: refused with the seconds to wait, each caller counted by itself."""

from __future__ import annotations

import pytest
from django.test import Client
from ninja.errors import Throttled
from pytest_django import Settings

from attain.api import throttling
from attain.api.throttling import MANY, WINDOW, Calls
from attain.people.roles import Role
from tests.api.calling import Caller
from tests.people.places import Places


def test_a_minute_has_so_many_calls_and_the_next_begins_anew() -> None:
    calls = Calls()
    start = 100.0 * WINDOW
    for _ in range(3):
        calls.count("ada", 3, start + 1)
    with pytest.raises(Throttled) as refused:
        calls.count("ada", 3, start + 20.5)
    assert refused.value.wait == 40
    calls.count("grace", 3, start + 20.5)
    with pytest.raises(Throttled):
        calls.count("ada", 3, start + WINDOW - 0.001)
    calls.count("ada", 3, start + WINDOW)


def test_the_count_does_not_grow_without_end() -> None:
    calls = Calls()
    for number in range(MANY + 5):
        calls.count(str(number), 1, 0.0)
    assert len(calls._counted) <= MANY


def test_a_call_too_many_is_a_problem(places: Places, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "_calls", Calls())
    monkeypatch.setattr(throttling.time, "monotonic", lambda: 90.0)
    settings.CALLS_A_MINUTE = 2
    caller = Caller(places, Role.PARTNER_ADMIN)
    assert [caller.get("/me").status_code, caller.get("/partners/0").status_code] == [200, 404]
    answer = caller.get("/me")
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (429, "30", "too-many-calls")
    assert answer["Content-Type"] == "application/problem+json"
    assert caller.get("/partners/0").status_code == 429
    assert caller.get("/me", Role.LEARNER).status_code == 200
    assert Client().get("/api/v1/me").status_code == 401

"""Whose address a request has behind proxies: only what a trusted proxy wrote counts."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from attain.errors import AttainError
from attain.people.models import AuditEntry
from attain.server import environment
from attain.server.proxies import ProxyMiddleware

PROXY = "10.0.0.7"


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "203.0.113.5", PROXY),
        (1, None, PROXY),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.9, 203.0.113.5", "203.0.113.5"),
        (2, "198.51.100.9, 203.0.113.5, 10.0.0.8", "203.0.113.5"),
        (2, "10.0.0.8", PROXY),
        (1, "no address", PROXY),
        (1, "", PROXY),
        (1, "2001:db8::5", "2001:db8::5"),
        (1, "[2001:db8::5]:443", "2001:db8::5"),
        (1, "203.0.113.5:50123", "203.0.113.5"),
    ],
)
def test_the_address_that_the_trusted_proxies_saw(settings: Settings, proxies: int, header: str | None, expected: str) -> None:
    settings.PROXIES = proxies
    headers = {} if header is None else {"X-Forwarded-For": header}
    found: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        found.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ProxyMiddleware(answer)(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY))
    assert found == [expected]


def test_https_is_one_proxy_unless_said() -> None:
    assert environment.proxies({}) == 0
    assert environment.proxies({"ATTAIN_HTTPS": "1"}) == 1
    assert environment.proxies({"ATTAIN_HTTPS": "1", "ATTAIN_PROXIES": "0"}) == 0
    assert environment.proxies({"ATTAIN_PROXIES": "2"}) == 2
    for value in ("-1", "one", "1.5"):
        with pytest.raises(AttainError, match="ATTAIN_PROXIES"):
            environment.proxies({"ATTAIN_PROXIES": value})


@pytest.mark.django_db
def test_a_failed_sign_in_is_noted_with_the_address_of_who_tried(settings: Settings) -> None:
    settings.PROXIES = 1
    form = {"login": "nobody@attain.example", "password": "no password"}
    Client(REMOTE_ADDR=PROXY).post("/account/login/", form, headers={"X-Forwarded-For": "203.0.113.5"})
    assert AuditEntry.objects.get().address == "203.0.113.5"

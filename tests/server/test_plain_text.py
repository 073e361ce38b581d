"""Addresses and cookies with characters that are no text are refused or left out, before PostgreSQL is asked about them."""

from __future__ import annotations

import pytest
from django.test import Client

from attain.people.roles import Role
from tests.people.places import OWN, Places, make_places

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> Places:
    return make_places()


@pytest.fixture
def admin(places: Places) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/partners/?q=%00",
        "/settings/contoso/audit/?who=a%00",
        "/settings/contoso/audit/?%00=a",
        f"/{OWN}%00/membership/",
        f"/{OWN}/membership/?designation=%00",
    ],
)
def test_a_page_is_told_what_is_wrong_with_its_address(admin: Client, address: str) -> None:
    answer = admin.get(address, follow=True)
    assert answer.status_code == 400, address
    assert "no text" in answer.content.decode()
    again = admin.get(address.replace("%00", ""), follow=True)
    assert again.status_code != 400, address


@pytest.mark.parametrize("address", ["/api/v1/partners?search=%00", f"/api/v1/partners/{OWN}%00", "/api/v1/organizations/a%00/audit"])
def test_a_program_is_told_as_a_problem(admin: Client, address: str) -> None:
    answer = admin.get(address)
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (400, "application/problem+json", "no-text")
    # Who calls is asked first.
    assert Client().get(address).status_code == 401


def test_a_cookie_that_is_no_text_is_as_none(places: Places) -> None:
    stranger = Client(raise_request_exception=False)
    # Written in octal, as cookies let any character be.
    answer = stranger.get("/partners/", headers={"Cookie": 'sessionid="12345678\\000"; attain_partner="\\000"'})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")

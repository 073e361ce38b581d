"""An address that leads nowhere is a page to people and a problem to programs."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def test_a_program_gets_a_problem_that_says_where_the_endpoints_are_listed() -> None:
    answer = Client().get("/api/v1/partners/1000001/designations")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    told = answer.json()
    assert told["code"] == "not-found"
    assert "/api/v1/openapi.json" in told["hint"]


@pytest.mark.parametrize("address", ["/nothing/here/", "/api/v2/partners", "/api/"])
def test_a_person_gets_a_page(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 404
    assert "There is no such page." in answer.content.decode()

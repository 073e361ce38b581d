"""A made-up market whose distributor has a manager."""

from __future__ import annotations

import pytest
from django.test import Client

from attain.people.roles import Role
from tests.people.places import Places
from tests.published.market import Market, hold_noon, make_market


@pytest.fixture
def market(places: Places, monkeypatch: pytest.MonkeyPatch) -> Market:
    hold_noon(monkeypatch)
    return make_market(places.distributor)


@pytest.fixture
def manager(market: Market, places: Places) -> Client:
    client = Client()
    client.force_login(places.people[Role.DISTRIBUTOR_MANAGER])
    return client

"""The services on this machine, and what a pull needs to ask them quickly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from attain.sources.partner_center import pull
from attain.sources.partner_center.pace import Pace
from tests.pull.services import Services

QUICK = Pace(limit=20, farewell=2, tries=4, first_wait=0.01, longest_wait=0.05, first_look=0.01, longest_look=0.02, slow_down=0.01, read=2)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def services() -> Iterator[Services]:
    with Services().running() as running:
        yield running


class Asking:
    """Connects to the services as a user would, remembering what was told."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.told: list[str] = []
        self.pace = QUICK
        self.environment = services.environment

    def connected(self) -> AbstractContextManager[pull.Services]:
        return pull.connected(self.environment, self.told.append, pace=self.pace)


@pytest.fixture
def asking(services: Services) -> Asking:
    return Asking(services)

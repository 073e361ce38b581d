"""Facts full of hostile names, published once, and an admin who looks at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from attain.facts.synthetic import DemoPlan, write_demo
from attain.people.roles import Role
from attain.published.models import Publication
from attain.published.worked_out import worked_out
from attain.workspace import Workspace
from tests.people.places import Places, make_places
from tests.published.once import published_once
from tests.security.hostile import poison

DAY = dt.date(2026, 11, 24)
PLAN = DemoPlan(partners=4, seed=7, tenants=20, azure_rows=600, usage_rows=400, certificates=40)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no request wait for what is worked out beside it: these tests ask a great many."""
    told = worked_out.__kwdefaults__
    assert told is not None
    monkeypatch.setitem(told, "patience", 0.01)


@pytest.fixture
def places(db: None) -> Places:
    return make_places()


@pytest.fixture(scope="package")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A facts folder whose every free text is hostile."""
    folder = tmp_path_factory.mktemp("poisoned")
    write_demo(PLAN, folder)
    poison(folder)
    return folder


@pytest.fixture(scope="package")
def published(poisoned: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    with published_once(Workspace.open(poisoned), DAY, str(poisoned), django_db_blocker) as publication:
        yield publication


@pytest.fixture
def served(places: Places, published: Publication, poisoned: Path, settings: Settings) -> Places:
    settings.STORE, settings.DEMO_DAY = str(poisoned), DAY.isoformat()
    return places


@pytest.fixture
def admin(served: Places) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(served.people[Role.GLOBAL_ADMIN])
    return client

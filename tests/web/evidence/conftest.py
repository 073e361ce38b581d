"""The cast of the demo in a store, published once for the tests of Evidence, and the people who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from attain.facts.synthetic import write_demo
from attain.people.roles import Role
from attain.published.models import Publication
from attain.rulebook.load import load_book
from attain.store.delivery import of_folder
from attain.store.store import Store
from attain.workspace import Workspace
from tests.people.places import Places
from tests.published.once import published_once
from tests.web.plan.conftest import DAY, PLAN, client_of


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("evidence")
    write_demo(PLAN, place / "facts")
    Store.create(place / "store").take([of_folder(place / "facts")], load_book().catalog)
    return place / "store"


@pytest.fixture(scope="package")
def published(store: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    with published_once(Workspace.open(store), DAY, "demo", django_db_blocker) as publication:
        yield publication


@pytest.fixture
def served(places: Places, published: Publication, store: Path, settings: Settings) -> Places:
    settings.STORE, settings.DEMO_DAY = str(store), DAY.isoformat()
    return places


@pytest.fixture
def admin(served: Places) -> Client:
    return client_of(served, Role.PARTNER_ADMIN)


@pytest.fixture
def viewer(served: Places) -> Client:
    return client_of(served, Role.EXECUTIVE_REPORT_VIEWER)

"""The cast of the demo, published once for all tests of Insights, and the people who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from attain.facts.synthetic import DemoPlan, write_demo
from attain.people.roles import Role
from attain.published.models import Publication
from attain.workspace import Workspace
from tests.people.places import Places, make_places
from tests.published.once import published_once
from tests.store.conftest import DAY


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("insights")
    write_demo(DemoPlan(4, 1, DAY, 26, 40, 1_000, 500, 60, "parquet"), folder)
    return folder


@pytest.fixture(scope="package")
def workspace(folder: Path) -> Workspace:
    return Workspace.open(folder)


@pytest.fixture(scope="package")
def published(workspace: Workspace, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    with published_once(workspace, DAY, "demo", django_db_blocker) as publication:
        yield publication


@pytest.fixture
def places(db: None, published: Publication, folder: Path, settings: Settings) -> Places:
    settings.STORE, settings.DEMO_DAY = str(folder), DAY.isoformat()
    return make_places()


def signed_in(places: Places, role: Role) -> Client:
    client = Client()
    client.force_login(places.people[role])
    return client


@pytest.fixture
def admin(places: Places) -> Client:
    return signed_in(places, Role.PARTNER_ADMIN)


@pytest.fixture
def viewer(places: Places) -> Client:
    return signed_in(places, Role.EXECUTIVE_REPORT_VIEWER)

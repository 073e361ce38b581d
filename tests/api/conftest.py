"""The people of tests about the REST interface, and a few published partners of the demo with the facts they were made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker, Settings

from attain.facts.synthetic import DemoPlan, write_demo
from attain.published.models import Publication
from attain.workspace import Workspace
from tests.api.calling import Caller
from tests.people.places import Places, make_places
from tests.published.once import published_once

DAY = dt.date(2026, 11, 24)
PLAN = DemoPlan(partners=7, seed=7, tenants=90, azure_rows=4_000, usage_rows=3_000, certificates=250)


@pytest.fixture
def places(db: None) -> Places:
    return make_places()


@pytest.fixture(scope="package")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    write_demo(PLAN, folder)
    return folder


@pytest.fixture(scope="package")
def publication(facts: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    with published_once(Workspace.open(facts), DAY, str(facts), django_db_blocker) as publication:
        yield publication


@pytest.fixture
def served(publication: Publication, facts: Path, settings: Settings, places: Places) -> Publication:
    """What is published, with its facts served."""
    settings.STORE, settings.DEMO_DAY = str(facts), DAY.isoformat()
    return publication


@pytest.fixture
def caller(served: Publication, places: Places) -> Caller:
    return Caller(places)

"""The cast of the demo, published once for the tests of Membership, and a Global admin of Contoso who asks for the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from attain.facts.synthetic import DemoPlan, write_demo
from attain.people.models import OrganizationPartner
from attain.people.roles import Role
from attain.published.models import Publication
from attain.workspace import Workspace
from tests.people.places import Places
from tests.published.once import published_once

DAY = dt.date(2026, 11, 24)
PLAN = DemoPlan(partners=4, seed=7, tenants=20, azure_rows=600, usage_rows=400, certificates=40)
CONTOSO, FABRIKAM, NORTHWIND = "1000001", "1000002", "1000003"


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("membership")
    write_demo(PLAN, folder)
    return folder


@pytest.fixture(scope="package")
def workspace(folder: Path) -> Workspace:
    return Workspace.open(folder)


@pytest.fixture(scope="package")
def published(workspace: Workspace, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    with published_once(workspace, DAY, "demo", django_db_blocker) as publication:
        yield publication


@pytest.fixture
def admin(places: Places, published: Publication, folder: Path, settings: Settings) -> Client:
    """A Global admin of Contoso, which has Fabrikam's and Northwind's accounts too."""
    settings.STORE, settings.DEMO_DAY = str(folder), DAY.isoformat()
    for partner in (FABRIKAM, NORTHWIND):
        OrganizationPartner.objects.get_or_create(organization=places.partner, partner_id=partner)
    client = Client()
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    return client

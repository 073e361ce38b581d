"""A few partners of the demo, published once for all tests of the read model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from attain.facts.synthetic import DemoPlan, write_demo
from attain.published.models import Publication
from attain.workspace import Workspace
from tests.published.once import published_once

DAY = dt.date(2026, 11, 24)
PLAN = DemoPlan(partners=7, seed=7, tenants=90, azure_rows=4_000, usage_rows=3_000, certificates=250)


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    write_demo(PLAN, folder)
    return folder


@pytest.fixture(scope="package")
def workspace(folder: Path) -> Workspace:
    return Workspace.open(folder)


@pytest.fixture(scope="package")
def everyone(workspace: Workspace) -> list[str]:
    return [account.partner_id for account in workspace.accounts()]


@pytest.fixture(scope="package")
def published(workspace: Workspace, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    """Publish everything; what a test changes is taken back after it, and all of it after the last."""
    with published_once(workspace, DAY, "demo", django_db_blocker) as publication:
        yield publication

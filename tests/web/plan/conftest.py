"""The cast of the demo, published once for the tests of Plan, and the people who look at it."""

from __future__ import annotations

import datetime as dt
import html
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from attain.facts.synthetic import DemoPlan, write_demo
from attain.people.roles import Role
from attain.published.models import Publication
from attain.workspace import Workspace
from tests.people.places import Places
from tests.published.once import published_once

DAY = dt.date(2026, 11, 24)
PLAN = DemoPlan(partners=4, seed=7, tenants=20, azure_rows=600, usage_rows=400, certificates=40)
CONTOSO = "1000001"
HOME = f"/{CONTOSO}/plan/"
WAITING = "working this out"


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
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
def served(places: Places, published: Publication, folder: Path, settings: Settings) -> Places:
    settings.STORE, settings.DEMO_DAY = str(folder), DAY.isoformat()
    return places


@pytest.fixture
def admin(served: Places) -> Client:
    """A Partner admin of Contoso."""
    return client_of(served, Role.PARTNER_ADMIN)


@pytest.fixture
def viewer(served: Places) -> Client:
    """An Executive report viewer of Contoso, who sees no names of people."""
    return client_of(served, Role.EXECUTIVE_REPORT_VIEWER)


def client_of(places: Places, role: Role) -> Client:
    client = Client()
    client.force_login(places.people[role])
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    """Give a page once what it shows is worked out."""
    for _ in range(600):
        answer = client.get(address)
        assert answer.status_code == status, answer.content.decode()[-2000:]
        text = html.unescape(answer.content.decode())
        if WAITING not in text:
            return text
        time.sleep(0.1)
    message = f"{address} is still being worked out"
    raise AssertionError(message)


def file_of(client: Client, address: str) -> str:
    """Give a downloaded file once its rows are worked out."""
    for _ in range(600):
        answer: Any = client.get(address)
        assert answer.status_code == 200
        if answer.streaming:
            return b"".join(answer.streaming_content).decode()
        time.sleep(0.1)
    message = f"{address} is still being worked out"
    raise AssertionError(message)


def rows_of(text: str, caption: str) -> list[str]:
    """Give the rows of the table under a caption, without line ends."""
    table = re.search(rf"<caption[^>]*>{re.escape(caption)}</caption>.*?</table>", text, re.DOTALL)
    assert table is not None, caption
    rows: list[str] = re.findall(r"<tr>.*?</tr>", table[0].split("<tbody>")[1], re.DOTALL)
    return [row.replace("\n", "") for row in rows]

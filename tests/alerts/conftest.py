"""A few partners of the demo, published once; people, channels, and servers that take messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django import DjangoDbBlocker, Settings

from attain.alerts.models import Channel, ChannelKind, Rule
from attain.alerts.sealing import sealed
from attain.facts.synthetic import DemoPlan, write_demo
from attain.lifecycle.windows import rules_on
from attain.people.models import Organization
from attain.published.models import Publication
from attain.published.shapes import MICRO
from attain.server.environment import MailServer
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from attain.workspace import Workspace
from tests.alerts.receivers import Hooks, Mails, hooks, mails
from tests.alerts.standing import DAY, NOW, SECURITY
from tests.people.places import Places, make_places
from tests.published.once import published_once

__all__ = ["DAY", "NOW"]
PLAN = DemoPlan(partners=7, seed=7, tenants=90, azure_rows=4_000, usage_rows=3_000, certificates=250)
Make = Callable[..., Rule]


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds demo facts."""
    folder = tmp_path_factory.mktemp("alerts")
    write_demo(PLAN, folder / "facts")
    Store.create(folder / "store")
    import_files([folder / "facts"], folder / "store", Options())
    return folder / "store"


@pytest.fixture(scope="package")
def workspace(store: Path) -> Workspace:
    return Workspace.open(store)


@pytest.fixture(scope="package")
def published(workspace: Workspace, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    """Publish everything; what a test changes is taken back after it, and all of it after the last."""
    with published_once(workspace, DAY, "demo", django_db_blocker) as publication:
        yield publication


@pytest.fixture
def places(db: None) -> Places:
    return make_places()


@pytest.fixture
def everybody(db: None) -> Organization:
    """The organization that sees every partner."""
    return Organization.objects.create(name="Operator", slug="operator", sees_all=True)


@pytest.fixture
def hook(settings: Settings) -> Iterator[Hooks]:
    """A web server that webhooks may go to."""
    with hooks() as state:
        settings.WEBHOOK_HOSTS = [urlsplit(state.url).netloc]
        yield state


@pytest.fixture
def mail(settings: Settings) -> Iterator[Mails]:
    """The mail server."""
    with mails() as state:
        settings.MAIL_SERVER = MailServer("127.0.0.1", state.port, "", "", "none", "Attain <attain@contoso.example>")
        settings.URL = "https://attain.contoso.example"
        yield state


def channel_of(place: Organization, url: str = "", addresses: list[str] | None = None, **values: object) -> Channel:
    """Make a webhook channel to an address, or a mail channel to addresses."""
    kind = ChannelKind.WEBHOOK if url else ChannelKind.MAIL
    given: dict[str, object] = {"name": "Alerts", "kind": kind, "addresses": addresses or [], **values}
    if url:
        given |= {"sealed_url": sealed(url), "sealed_secret": sealed("whsec_test"), "host": urlsplit(url).hostname or ""}
    return Channel.objects.create(organization=place, **given)


@pytest.fixture
def rule_of() -> Make:
    """Make a rule of an organization, with channels."""

    def make(place: Organization, kind: str, *channels: Channel, **values: object) -> Rule:
        made = Rule.objects.create(organization=place, kind=kind, **values)
        made.channels.set(channels)
        return made

    return make


@pytest.fixture
def goal(workspace: Workspace) -> int:
    """The total that qualifies, in millionths."""
    return int(rules_on(workspace.book.programme, DAY).qualifying_total * MICRO)


@pytest.fixture
def rule(rule_of: Make, places: Places) -> Make:
    """Make a rule of the partner about security, with a channel."""

    def make(kind: str, **values: object) -> Rule:
        made = channel_of(places.partner, addresses=["team@contoso.example"], name=f"Team {Rule.objects.count()}")
        return rule_of(places.partner, kind, made, **{"designation": SECURITY, **values})

    return make

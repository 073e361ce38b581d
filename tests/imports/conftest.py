"""A store of a few demo partners that imports go into, and people of an organization that sees one of them or all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from pytest_django import Settings

from attain.facts.synthetic import DemoPlan, write_demo
from attain.imports import runner
from attain.people.joining import new_account, new_organization
from attain.people.models import Consent, Member, Organization, OrganizationPartner
from attain.people.principal import Grant, principal_of
from attain.people.roles import Role
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from tests.store.conftest import DAY

OWN, OTHER = "1000001", "1000002"
FOCUS = {
    "BilledCost": "3",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-10-01 00:00:00",
    "ChargeCategory": "Usage",
    "ChargePeriodStart": "2026-10-05 00:00:00",
    "EffectiveCost": "4",
    "ListCost": "5",
    "ProviderName": "Microsoft",
    "PublisherName": "Microsoft",
    "ServiceName": "Virtual Machines",
    "SubAccountId": "aaaaaaaa-0000-4000-8000-000000000001",
}
TENANT = "bbbbbbbb-0000-4000-8000-000000000002"


def focus_file(*rows: dict[str, str]) -> bytes:
    """Write rows of a FOCUS export, one where none is given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FOCUS)
    writer.writeheader()
    writer.writerows([{**FOCUS, **row} for row in rows or ({},)])
    return text.getvalue().encode()


@pytest.fixture(scope="session")
def small_facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imports") / "facts"
    write_demo(DemoPlan(4, 1, DAY, 12, 14, 200, 60, 20, "parquet"), folder)
    return folder


@pytest.fixture
def store(tmp_path: Path, small_facts: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that is served, with uploads in a folder of the test."""
    made = Store.create(tmp_path / "store")
    import_files([small_facts], tmp_path / "store", Options())
    settings.STORE, settings.DEMO_DAY, settings.UPLOADS = str(tmp_path / "store"), DAY.isoformat(), tmp_path / "uploads"
    # Threads see no database here.
    monkeypatch.setattr(runner, "SEEN_EVERY", 3600)
    return made


def grant_in(organization: Organization, role: Role = Role.PARTNER_ADMIN) -> Grant:
    user = new_account(f"{role.value}@{organization.slug}.example", "rather long words", role.words)
    Member.objects.create(organization=organization, user=user, role=role)
    return principal_of(user).grants[0]


@pytest.fixture
def operator(db: None) -> Grant:
    return grant_in(new_organization("Operator", sees_all=True))


@pytest.fixture
def partner(db: None) -> Grant:
    organization = new_organization("Contoso")
    OrganizationPartner.objects.create(organization=organization, partner_id=OWN, name="Contoso", consent=Consent.OWN)
    return grant_in(organization)

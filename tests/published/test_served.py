"""What people recorded counts along with the facts, and pages read the facts that were published."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from attain.errors import AttainError
from attain.facts.added import same_files
from attain.facts.synthetic import write_demo
from attain.published import served
from attain.published.models import Publication, PublishedPartner
from attain.published.publish import publish
from attain.published.read import designation
from attain.published.rows import Behind
from attain.recorded.models import Purchase, ReportedNumber
from attain.recorded.rows import facts_with_records, with_records
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from attain.workspace import Workspace
from tests.published.conftest import DAY, PLAN

PARTNER, OTHER = "1000003", "1000001"


def _partner(publication: Publication, partner_id: str = PARTNER) -> PublishedPartner:
    return PublishedPartner.objects.get(publication=publication, partner_id=partner_id)


def _buy(**given: object) -> Purchase:
    values: dict[str, object] = {"partner_id": PARTNER, "designation": "modern-work", "enrolled_on": DAY, "recorded_by": "ada"}
    return Purchase.objects.create(**{**values, **given})


@pytest.fixture(autouse=True)
def store(folder: Path, settings: Settings) -> None:
    settings.STORE = str(folder)


def test_without_records_the_facts_are_the_very_same(workspace: Workspace, db: None) -> None:
    assert facts_with_records(workspace.facts) is workspace.facts


def test_a_purchase_makes_a_designation_enrolled_and_its_withdrawal_undoes_that(published: Publication, db: None) -> None:
    assert designation(PARTNER, "modern-work", published)[1].row.status == "qualified"
    bought = _buy(paid_on=DAY, track="smb")
    served.republish(_partner(published), published)
    row = designation(PARTNER, "modern-work", published)[1].row
    assert (row.status, row.enrolled_on, row.anniversary) == ("enrolled", DAY, DAY + dt.timedelta(days=365))
    assert row.recorded
    bought.withdrawn_at = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    bought.save()
    served.republish(_partner(published), published)
    assert designation(PARTNER, "modern-work", published)[1].row.status == "qualified"


def test_a_purchase_takes_the_place_of_the_row_of_a_file_with_its_key(workspace: Workspace, db: None) -> None:
    held = workspace.facts.scan("enrollments").collect()
    first = held.row(0, named=True)
    moved = first["anniversary"] + dt.timedelta(days=9)
    _buy(partner_id=first["partner_id"], designation=first["designation"], enrolled_on=first["enrolled_on"], anniversary=moved)
    found = facts_with_records(workspace.facts).scan("enrollments").collect()
    assert found.height == held.height
    assert [row["anniversary"] for row in found.to_dicts() if row["designation"] == first["designation"]].count(moved) == 1


def test_a_purchase_is_recorded_once_unless_it_was_withdrawn(db: None) -> None:
    bought = _buy()
    with pytest.raises(IntegrityError), transaction.atomic():
        _buy()
    bought.withdrawn_at = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    bought.save()
    assert _buy().pk != bought.pk


def test_a_number_that_was_typed_stands_beside_ours_and_is_compared(published: Publication, db: None) -> None:
    ReportedNumber.objects.create(
        partner_id=PARTNER, as_of=DAY, designation="modern-work", metric="total", points=Decimal("71.25"), recorded_by="ada"
    )
    served.republish(_partner(published), published)
    partner, found = designation(PARTNER, "modern-work", published)
    assert (found.reported, found.row.reported_on) == ("71.25", DAY)
    compared = [
        row
        for row in served.workspace_of(partner).reconcile(partner=PARTNER).rows
        if (row.designation, row.metric) == ("modern-work", "total")
    ]
    assert [(row.reported_points, row.points) for row in compared] == [(Decimal("71.2500"), compared[0].points)]
    assert compared[0].points == 76


def test_records_change_the_digest_but_not_the_files(workspace: Workspace, db: None) -> None:
    _buy()
    digest = with_records(workspace).facts.digest
    assert digest != workspace.facts.digest
    assert len(digest) == len(workspace.facts.digest)
    assert same_files(digest, workspace.facts.digest)


def test_the_rows_behind_a_number_are_kept_for_the_next_page(published: Publication, db: None) -> None:
    partner = _partner(published, OTHER)
    behind = Behind(OTHER, "security", "net_customer_adds", "smb", DAY)
    first = served.explanation(served.workspace_of(partner), partner, published, behind)
    assert served.explanation(served.workspace_of(partner), partner, published, behind) is first


def test_a_page_tells_files_that_are_newer_than_what_is_published(
    published: Publication, tmp_path: Path, settings: Settings, db: None
) -> None:
    partner = _partner(published)
    assert served.is_as_published(served.workspace_of(partner), partner)
    write_demo(PLAN, tmp_path / "facts")
    shutil.rmtree(tmp_path / "facts" / ".attain", ignore_errors=True)
    (tmp_path / "facts" / "certifications.parquet").unlink()
    settings.STORE = str(tmp_path / "facts")
    assert not served.is_as_published(served.workspace_of(partner), partner)


def test_a_store_gives_the_load_that_was_published_after_another_came(tmp_path: Path, settings: Settings, db: None) -> None:
    folder = tmp_path / "facts"
    write_demo(PLAN, folder)
    store = tmp_path / "store"
    Store.create(store)
    import_files([folder], store, Options(), max_rejects=(1, 100))
    first = Workspace.open(store)
    done = publish(first, DAY, str(store), force=True)
    settings.STORE = str(store)
    partner = _partner(done.publication)
    number = tmp_path / "reported.csv"
    number.write_text("partner_id,as_of,designation,track,metric,value,points\n1000001,2026-11-24,security,smb,total,,69\n")
    import_files([number], store, Options(), max_rejects=(0, 1))
    assert Workspace.open(store).facts.digest != first.facts.digest
    assert served.is_as_published(served.workspace_of(partner), partner)
    assert not served.is_as_published(served.newest(), partner)


def test_without_a_store_it_says_what_to_start_with(published: Publication, settings: Settings, db: None) -> None:
    settings.STORE = ""
    with pytest.raises(AttainError, match="no facts are served"):
        served.workspace_of(_partner(published))
    with pytest.raises(AttainError, match="attain serve --store"):
        served.newest()

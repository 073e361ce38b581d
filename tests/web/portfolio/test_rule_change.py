"""Other rules for all resellers: those of the library, of whoever shares its totals today, with edited rules, as a page and as files."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from attain.facts.synthetic import write_demo
from attain.people.models import AuditEntry, Consent, Event, OrganizationPartner
from attain.people.roles import Role
from attain.published import rule_changes
from attain.published.models import Publication
from attain.recorded.models import EditedRulebook
from attain.rulebook.edited import edited_book
from attain.rulebook.load import packaged_folder
from attain.workspace import Workspace
from tests.people.places import RESELLER_DETAIL, RESELLER_TOTALS, Places
from tests.published.once import published_once
from tests.web.plan.conftest import DAY, PLAN, client_of, file_of, rows_of, text_of

EDITION = "2023-12"
SEEN = [RESELLER_TOTALS, RESELLER_DETAIL]
SECURITY = (packaged_folder() / "designations" / "security.yaml").read_bytes()


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rule-change")
    write_demo(PLAN, folder)
    return folder


@pytest.fixture(scope="module")
def workspace(facts: Path) -> Workspace:
    return Workspace.open(facts)


@pytest.fixture(scope="module")
def published(workspace: Workspace, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    with published_once(workspace, DAY, "demo", django_db_blocker) as publication:
        yield publication


@pytest.fixture
def home(places: Places, published: Publication, facts: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    settings.STORE, settings.DEMO_DAY = str(facts), DAY.isoformat()
    # The answer is waited for, however busy the machine is.
    monkeypatch.setattr("attain.web.portfolio.rule_change.rule_change", partial(rule_changes.rule_change, patience=30))
    return f"/portfolio/{places.distributor.slug}/rule-change/"


@pytest.fixture
def manager(home: str, places: Places) -> Client:
    return client_of(places, Role.DISTRIBUTOR_MANAGER)


def edited() -> bytes:
    """Security with full marks for fewer net customers on the SMB track."""
    assert SECURITY.count(b"enterprise: 10, smb: 5}") == 2
    return SECURITY.replace(b"enterprise: 10, smb: 5}", b"enterprise: 10, smb: 1}")


def test_an_edition_for_every_reseller_that_shares_its_totals(manager: Client, home: str, workspace: Workspace) -> None:
    found = workspace.impact(DAY, edition=EDITION, partners=SEEN)
    text = text_of(manager, f"{home}?rules={EDITION}&outcome=all")
    label = "Edition 2023-12, earlier"
    rows = rows_of(text, f"{label} on the facts of today")
    assert len(rows) == len(found) > 0
    names = workspace.partner_names()
    for row, line in zip(found.rows(), rows, strict=True):
        assert names[row.partner_id] in line
        assert workspace.book.designations[row.designation].name in line
        assert f">{workspace.shown(DAY, row.before)}<" in line
        assert f">{workspace.shown(DAY, row.after)}<" in line
        sign = "+" if row.change > 0 else "\N{MINUS SIGN}"
        assert f">{sign}{workspace.shown(DAY, abs(row.change))}<" in line.replace("\n", "") or not row.change
    for count, line in zip(found.counts(), rows_of(text, f"{label}: resellers by designation"), strict=True):
        for number in (count.partners, count.gain, count.lose, count.qualify, count.stop_qualifying):
            assert f">{number}<" in line
    assert not [name for partner, name in names.items() if partner not in SEEN and name in text]
    moved = list(found.rows(moved=True))
    text = text_of(manager, f"{home}?rules={EDITION}")
    assert (len(rows_of(text, f"{label} on the facts of today")) if moved else 0) == len(moved)
    for outcome, sign in (("gain", 1), ("lose", -1)):
        own = [row for row in found.rows() if row.change * sign > 0]
        text = text_of(manager, f"{home}?rules={EDITION}&outcome={outcome}")
        assert own or "No difference" in text
        assert len(rows_of(text, f"{label} on the facts of today") if own else []) == len(own)
    written = list(csv.DictReader(io.StringIO(file_of(manager, f"{home}rows.csv?rules={EDITION}&outcome=all"))))
    assert [(one["partner_id"], one["designation"]) for one in written] == [(row.partner_id, row.designation) for row in found.rows()]
    assert [Fraction(one["change"]) for one in written] == [row.change for row in found.rows()]
    assert AuditEntry.objects.get(event=Event.EXPORTED).detail.endswith(f"{len(written)} rows")


def test_a_reseller_whose_consent_ends_is_gone_at_once(manager: Client, home: str, places: Places, workspace: Workspace) -> None:
    names = workspace.partner_names()
    address = f"{home}?rules={EDITION}&outcome=all"
    assert names[RESELLER_TOTALS] in text_of(manager, address)
    consents = OrganizationPartner.objects.filter(organization=places.distributor)
    consents.filter(partner_id=RESELLER_TOTALS).delete()
    text = text_of(manager, address)
    assert names[RESELLER_TOTALS] not in text
    assert names[RESELLER_DETAIL] in text
    consents.delete()
    assert "No reseller shares enough yet" in text_of(manager, address)
    OrganizationPartner.objects.create(organization=places.distributor, partner_id=RESELLER_TOTALS, consent=Consent.TOTALS)
    assert names[RESELLER_TOTALS] in text_of(manager, address)


def test_an_edited_rulebook_is_kept_compared_and_removed(manager: Client, home: str, workspace: Workspace) -> None:
    assert manager.get(f"{home}files/security.yaml").content == SECURITY
    content = edited()
    given = {"name": "Four customers", "edited": SimpleUploadedFile("security.yaml", content)}
    answer = manager.post(f"{home}rulebooks/", given)
    kept = EditedRulebook.objects.get()
    assert answer["Location"] == f"{home}?rules=edited-{kept.pk}"
    book = edited_book({"security.yaml": content})
    assert kept.digest == book.digest != workspace.book.digest
    # Whoever writes the rules could tell a metric by its total, so totals alone are not enough to be in it.
    found = workspace.impact(DAY, other=(book, workspace.facts), partners=[RESELLER_DETAIL])
    text = text_of(manager, f"{home}?rules=edited-{kept.pk}&outcome=all")
    assert workspace.partner_names()[RESELLER_TOTALS] not in text
    rows = rows_of(text, "Four customers on the facts of today")
    assert len(rows) == len(found)
    for row, line in zip(found.rows(), rows, strict=True):
        assert f">{workspace.shown(DAY, row.after)}<" in line
    again = manager.post(f"{home}rulebooks/", {"name": "Four customers", "edited": SimpleUploadedFile("security.yaml", content)})
    assert "is called" in html.unescape(again.content.decode())
    assert manager.post(f"{home}rulebooks/{kept.pk}/remove/")["Location"] == home
    assert not EditedRulebook.objects.exists()
    assert "there are no rules" in text_of(manager, f"{home}?rules=edited-{kept.pk}", 400)
    details = list(AuditEntry.objects.filter(event=Event.RULEBOOK_EDITED).order_by("pk").values_list("detail", flat=True))
    assert details == [f"Four customers: security.yaml, digest {kept.digest[:16]}", "removed: Four customers"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("passwd", b"x", "The rulebook has no file 'passwd'"),
        ("secrity.yaml", b"x", "Did you mean security.yaml?"),
        ("security.yaml", SECURITY, "No value, name or citation is different"),
        ("security.yaml", b"a: &x [1]\nb: *x\n", "Designations/security.yaml:1: &x hides a value"),
        ("security.yaml", b"#" * 600_000, "more than 524,288"),
        ("security.yaml", b"\xff", "is not UTF-8"),
    ],
)
def test_what_is_no_rulebook_is_refused_by_file_and_line_and_not_kept(
    manager: Client, home: str, name: str, content: bytes, said: str
) -> None:
    answer = manager.post(f"{home}rulebooks/", {"name": "x", "edited": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    assert said in html.unescape(answer.content.decode())
    assert not EditedRulebook.objects.exists()
    # Its filters ask for the address that the page came from, which only takes what is sent.
    filtered = manager.get(f"{home}rulebooks/", {"rules": EDITION, "outcome": "all"})
    assert (filtered.status_code, filtered["Location"]) == (302, f"{home}?rules={EDITION}&outcome=all")


def test_a_path_in_a_name_leads_nowhere() -> None:
    for name in ("../security.yaml", "/etc/passwd", "designations/security.yaml", "catalog/../../x.yaml"):
        with pytest.raises(Exception, match="the rulebook has no file"):
            edited_book({name: edited()})


def test_many_resellers_are_scored_in_groups_and_put_together(
    home: str, published: Publication, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = sorted(account.partner_id for account in workspace.accounts())
    monkeypatch.setattr(rule_changes, "AT_ONCE", 3)
    found = rule_changes.rule_change(published, everyone, edition=EDITION, patience=60)
    assert not isinstance(found, rule_changes.Running)
    whole = workspace.impact(DAY, edition=EDITION, partners=everyone)
    assert list(found.rows()) == list(whole.rows())
    assert found.counts() == whole.counts()
    running = rule_changes.rule_change(published, everyone[:2], edition=EDITION, patience=0)
    assert not isinstance(running, rule_changes.Running) or running.total == 2
    rule_changes.rule_change(published, everyone[:2], edition=EDITION, patience=60)


def test_who_has_no_portfolio_gets_none_and_other_organizations_rules_are_their_own(home: str, places: Places, manager: Client) -> None:
    viewer = client_of(places, Role.EXECUTIVE_REPORT_VIEWER)
    assert viewer.get(home).status_code == 404
    other = EditedRulebook.objects.create(
        organization=places.partner, name="Theirs", digest="0", files={"security.yaml": edited().decode()}, uploaded_by="x"
    )
    assert "Theirs" not in text_of(manager, home)
    assert "there are no rules" in text_of(manager, f"{home}?rules=edited-{other.pk}", 400)
    assert manager.post(f"{home}rulebooks/{other.pk}/remove/").status_code == 400
    assert EditedRulebook.objects.filter(pk=other.pk).exists()

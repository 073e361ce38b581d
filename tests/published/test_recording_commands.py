"""`attain claims`, `consents` and `scenarios`: what pages and endpoints record, recorded by commands, with the audit log of each."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from attain.advise.claims import read_claims
from attain.advise.scenario import read_changes
from attain.cli.app import app
from attain.cli.scenarios import scenario_of
from attain.errors import AttainError
from attain.people.consents import LONGEST
from attain.people.joining import new_organization
from attain.people.models import AuditEntry, Consent, Event, Organization, OrganizationPartner
from attain.recorded.models import CporClaim, SavedScenario
from attain.server import running
from tests.published.market import DETAILED, FOREIGN, REVOKED, Market, hold_noon, make_market

pytestmark = [pytest.mark.web, pytest.mark.django_db]
TENANT = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> Market:
    def connected(_: running.Serving) -> None:
        """Django is set up for the tests already."""

    monkeypatch.setattr(running, "connect", connected)
    hold_noon(monkeypatch)
    return make_market()


@pytest.fixture
def reseller(market: Market) -> Organization:
    """Give the organization that holds a reseller as its own."""
    place = new_organization("Contoso")
    OrganizationPartner.objects.create(organization=place, partner_id=REVOKED, name="Reseller 103", consent=Consent.OWN)
    return place


def attain(*words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*words: str) -> AttainError:
    with pytest.raises(AttainError) as caught:
        CliRunner().invoke(app, words, catch_exceptions=False)
    return caught.value


def rows_of(*words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(attain(*words, "--format", "csv"))))


def noted(event: Event) -> list[tuple[str, str, str, Organization | None]]:
    """Give the entries of the audit log: who, about which partner, what, and for which organization."""
    found = AuditEntry.objects.filter(event=event).order_by("pk").select_related("organization")
    return [(one.actor, one.partner_id, one.detail, one.organization) for one in found]


def test_a_claim_is_recorded_changed_in_part_and_removed(reseller: Organization, tmp_path: Path) -> None:
    about = ("--tenant", TENANT, "--association", "cpor", "--workload", "Exchange", "--submitted-on", "2026-11-01")
    assert attain("claims", "list", REVOKED) == "No claim is recorded.\n"
    said = attain("claims", "add", REVOKED, "draft-1", *about, "--status", "submitted", "--note", "=1+1")
    assert said == "Recorded: claim draft-1 (submitted).\n"
    said = attain("claims", "change", REVOKED, "draft-1", "--to", "C-1042", "--status", "approved", "--expires-on", "2027-11-01")
    assert said == "Changed: claim C-1042 (approved).\n"
    kept = CporClaim.objects.get(partner_id=REVOKED)
    assert (kept.workload, kept.submitted_on, kept.expires_on) == ("Exchange", dt.date(2026, 11, 1), dt.date(2027, 11, 1))
    assert (kept.recorded_by, kept.changed_by) == ("attain claims add", "attain claims change")
    register = tmp_path / "claims.csv"
    attain("claims", "list", REVOKED, "--format", "csv", "--output", str(register))
    (read,) = read_claims(register)
    assert (read.claim_id, read.status, read.note) == ("C-1042", "approved", "'=1+1"), "what a spreadsheet would run is text"
    assert attain("claims", "change", REVOKED, "C-1042", "--expires-on", "") == "Changed: claim C-1042 (approved).\n"
    assert json.loads(attain("claims", "list", REVOKED, "--format", "json"))[0]["expires_on"] is None
    assert attain("claims", "remove", REVOKED, "C-1042") == "Removed: claim C-1042 (approved).\n"
    assert rows_of("claims", "list", REVOKED) == []
    assert noted(Event.CLAIM_RECORDED) == [
        ("attain claims add", REVOKED, "recorded: claim draft-1 (submitted)", reseller),
        ("attain claims change", REVOKED, "changed: claim C-1042 (approved)", reseller),
        ("attain claims change", REVOKED, "changed: claim C-1042 (approved)", reseller),
        ("attain claims remove", REVOKED, "removed: claim C-1042 (approved)", reseller),
    ]


def test_a_claim_that_cannot_be_is_refused_and_nothing_is_noted(reseller: Organization) -> None:
    about = ("--tenant", TENANT, "--association", "cpor")
    attain("claims", "add", REVOKED, "C-1", *about, "--status", "draft")
    assert refused("claims", "add", REVOKED, "C-1", *about, "--status", "draft").code == "claim-recorded"
    assert refused("claims", "add", REVOKED, "C-2", *about, "--status", "aproved").hint == "did you mean approved?"
    assert refused("claims", "add", REVOKED, "C-2", *about, "--status", "draft", "--submitted-on", "soon").where == "submitted_on"
    assert refused("claims", "change", REVOKED, "C1", "--status", "draft").hint == "did you mean C-1?"
    assert refused("claims", "add", "1003", "C-2", *about, "--status", "draft").code == "unknown-partner"
    assert len(noted(Event.CLAIM_RECORDED)) == 1


def test_in_whose_name_a_command_acts(reseller: Organization, market: Market) -> None:
    add = ("--tenant", TENANT, "--association", "cpor", "--status", "draft")
    assert refused("claims", "add", FOREIGN, "C-1", *add).code == "unknown-organization", "nobody holds the partner"
    server = new_organization("Server", sees_all=True)
    attain("claims", "add", FOREIGN, "C-1", *add)
    attain("claims", "add", REVOKED, "C-1", *add)
    attain("claims", "add", REVOKED, "C-2", *add, "--organization", "server")
    assert [entry[3] for entry in noted(Event.CLAIM_RECORDED)] == [server, reseller, server]
    assert refused("claims", "add", DETAILED, "C-1", *add, "--organization", "wide-world").code == "not-its-partner"
    assert refused("claims", "add", REVOKED, "C-3", *add, "--organization", "contosso").hint == "did you mean contoso?"
    OrganizationPartner.objects.create(organization=market.distributor, partner_id=FOREIGN, consent=Consent.OWN)
    OrganizationPartner.objects.create(organization=reseller, partner_id=FOREIGN, consent=Consent.OWN)
    assert refused("claims", "add", FOREIGN, "C-2", *add).hint == "--organization is one of contoso, wide-world"


def test_a_consent_is_granted_for_a_time_and_revoked(reseller: Organization, market: Market) -> None:
    until = str(timezone.now().date() + LONGEST)
    assert attain("consents", "list", "contoso") == "Nothing is shared with a distributor.\n"
    said = attain("consents", "grant", "contoso", REVOKED, "wide-world", "--level", "totals", "--until", until)
    assert said == f"{market.distributor} sees totals of partner {REVOKED} until {until}.\n"
    (row,) = rows_of("consents", "list", "contoso")
    assert (row["partner_id"], row["distributor"], row["level"], row["until"], row["is_over"]) == (
        REVOKED,
        "wide-world",
        "totals",
        until,
        "false",
    )
    after = str(timezone.now().date() + LONGEST + dt.timedelta(days=1))
    assert refused("consents", "grant", "contoso", REVOKED, "wide-world", "--level", "totals", "--until", after).code == "bad-until"
    assert refused("consents", "grant", "contoso", REVOKED, "wide-wrld", "--level", "totals", "--until", until).hint == (
        "did you mean wide-world?"
    )
    assert refused("consents", "grant", "contoso", FOREIGN, "wide-world", "--level", "totals", "--until", until).code == "unknown-partner"
    assert refused("consents", "revoke", "contoso", REVOKED, "wide-wrld").hint == "did you mean wide-world?"
    assert attain("consents", "revoke", "contoso", REVOKED, "wide-world") == (f"{market.distributor} no longer sees partner {REVOKED}.\n")
    assert rows_of("consents", "list", "contoso") == []
    assert {(entry[0], entry[3]) for entry in noted(Event.CONSENT_GIVEN)} == {
        ("attain consents grant", reseller),
        ("attain consents grant", market.distributor),
    }
    assert {entry[0] for entry in noted(Event.CONSENT_REVOKED)} == {"attain consents revoke"}


def test_a_scenario_is_saved_shown_renamed_played_by_name_and_removed(reseller: Organization, tmp_path: Path) -> None:
    lines = ('drop_customer tenant="Adventure Works"', "certify person=Ada certification=SC-200")
    file = tmp_path / "changes.yaml"
    file.write_text("note: from a file\nchanges:\n- do: drop_customer\n  tenant: Adventure Works\n", encoding="utf-8")
    assert attain("scenarios", "save", REVOKED, "Two steps", "--file", str(file), "--change", lines[1]) == "Two steps is saved.\n"
    assert read_changes(attain("scenarios", "show", REVOKED, "Two steps").splitlines()) == read_changes(lines)
    (row,) = rows_of("scenarios", "list", REVOKED)
    assert (row["name"], row["changes"], row["note"], row["saved_by"]) == ("Two steps", "2", "from a file", "attain scenarios save")
    assert attain("scenarios", "rename", REVOKED, "Two steps", "Less") == "It is called Less now.\n"
    assert scenario_of("Less", REVOKED, "").changes == read_changes(lines)
    assert scenario_of(str(file), REVOKED, "").changes == read_changes(lines[:1]), "a file stays a file"
    assert refused("scenarios", "show", REVOKED, "Les").hint == "did you mean Less?"
    attain("scenarios", "save", REVOKED, "Other", "--change", lines[1])
    assert refused("scenarios", "rename", REVOKED, "Other", "Less").code == "scenario-saved"
    assert refused("scenarios", "save", REVOKED, "Nothing").code == "no-changes"
    assert attain("scenarios", "remove", REVOKED, "Less") == "Less is removed.\n"
    assert [one.name for one in SavedScenario.objects.filter(removed_at=None)] == ["Other"]
    assert [(entry[0], entry[2], entry[3]) for entry in noted(Event.SCENARIO_SAVED)] == [
        ("attain scenarios save", "Two steps, 2 changes", reseller),
        ("attain scenarios rename", "Two steps: now Less", reseller),
        ("attain scenarios save", "Other, 1 changes", reseller),
        ("attain scenarios remove", "removed: Less", reseller),
    ]

"""Other rules for all resellers over the interface: the library's numbers of whoever is seen, by page, as files, and by edited rules."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from attain.people.models import AuditEntry, Consent, Event, OrganizationPartner, TokenScope
from attain.people.roles import Role
from attain.published import rule_changes
from attain.published.models import Publication
from attain.recorded.models import EditedRulebook
from attain.rulebook.edited import edited_book, edited_file, edited_names
from attain.workspace import Workspace
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.people.places import RESELLER_DETAIL, RESELLER_TOTALS, Places

AT = "/portfolio/wide-world"
EDITION = "2023-12"
SEEN = [RESELLER_TOTALS, RESELLER_DETAIL]
SECURITY = edited_file("security.yaml").decode()
WAIT = "wait=30"


@pytest.fixture
def manager(served: Publication, places: Places) -> Caller:
    return Caller(places, Role.DISTRIBUTOR_MANAGER)


@pytest.fixture
def workspace(facts: Path) -> Workspace:
    return Workspace.open(facts)


def edited() -> str:
    """Security with full marks for fewer net customers on the SMB track."""
    assert SECURITY.count("enterprise: 10, smb: 5}") == 2
    return SECURITY.replace("enterprise: 10, smb: 5}", "enterprise: 10, smb: 1}")


def change(caller: Caller, query: str) -> dict[str, Any]:
    answer = caller.get(f"{AT}/rule-change?{query}", Prefer=WAIT)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_rules_that_may_be_tried(manager: Caller) -> None:
    offered = manager.get(f"{AT}/rule-changes").json()["offered"]
    assert {one["rules"]: one["standing"] for one in offered}[EDITION] == "earlier"
    assert [one["rules"] for one in offered] == sorted((one["rules"] for one in offered), reverse=True)
    unless_given = next(one["rules"] for one in offered if one["standing"] != "in_force")
    assert change(manager, "")["rules"]["rules"] == unless_given


def test_what_it_does_to_every_reseller_that_is_seen(manager: Caller, workspace: Workspace) -> None:
    found = workspace.impact(DAY, edition=EDITION, partners=SEEN)
    said = change(manager, f"rules={EDITION}&outcome=all")
    assert (said["as_of"], said["partners"], said["count"]) == (DAY.isoformat(), len(SEEN), len(found))
    assert len(said["rows"]) == len(found) > 0
    for shown, row in zip(said["rows"], found.rows(), strict=True):
        assert (shown["partner_id"], shown["designation"]) == (row.partner_id, row.designation)
        for name in ("before", "after", "change"):
            assert Fraction(shown[name]) == getattr(row, name)
        for name in ("edition_before", "edition_after", "track_before", "track_after", "qualified_before", "qualified_after"):
            assert shown[name] == getattr(row, name)
        assert shown["name"] == workspace.partner_names()[row.partner_id]
    counted = [tuple(one.values()) for one in said["designations"]]
    assert counted == [(one.designation, one.partners, one.gain, one.lose, one.qualify, one.stop_qualifying) for one in found.counts()]
    assert change(manager, f"rules={EDITION}")["count"] == len(list(found.rows(moved=True)))
    for outcome in ("gain", "lose", "qualify", "stop", "track"):
        assert change(manager, f"rules={EDITION}&outcome={outcome}")["count"] == len(found.narrowed(outcome=outcome))
    security = change(manager, f"rules={EDITION}&outcome=all&designation=security")
    assert {row["designation"] for row in security["rows"]} == {"security"}


def test_pages_and_the_tag(manager: Caller) -> None:
    query = f"rules={EDITION}&outcome=all"
    whole = change(manager, query)["rows"]
    first = manager.get(f"{AT}/rule-change?{query}&limit=1", Prefer=WAIT)
    rows, following = first.json()["rows"], first.json()["next"]
    assert manager.get(f"{AT}/rule-change?{query}&limit=1", Prefer=WAIT, If_None_Match=first["ETag"]).status_code == 304
    while following:
        page = change(manager, f"{query}&limit=1&cursor={following}")
        rows, following = rows + page["rows"], page["next"]
    assert rows == whole
    OrganizationPartner.objects.filter(partner_id=RESELLER_TOTALS, consent=Consent.TOTALS).delete()
    answer = manager.get(f"{AT}/rule-change?{query}&limit=1&cursor={first.json()['next']}", Prefer=WAIT)
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor")
    after = manager.get(f"{AT}/rule-change?{query}&limit=1", Prefer=WAIT, If_None_Match=first["ETag"])
    assert after.status_code == 200
    assert after.json()["partners"] == len(SEEN) - 1


def test_a_file_holds_all_rows_and_is_logged(manager: Caller, workspace: Workspace) -> None:
    found = workspace.impact(DAY, edition=EDITION, partners=SEEN)
    answer = manager.get(f"{AT}/rule-change?rules={EDITION}&outcome=all&limit=1&format=csv", Prefer=WAIT)
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["partner_id"], row["designation"], Fraction(row["change"])) for row in rows] == [
        (row.partner_id, row.designation, row.change) for row in found.rows()
    ]
    entry = AuditEntry.objects.filter(event=Event.EXPORTED).latest("pk")
    assert entry.organization is not None
    assert (entry.organization.slug, f"rule change wide-world {EDITION}" in entry.detail) == ("wide-world", True)


def test_edited_rules_are_kept_tried_on_who_shares_details_and_removed(manager: Caller, workspace: Workspace) -> None:
    refused = manager.post(f"{AT}/rulebooks", {"name": "Draft", "files": {"security.yaml": SECURITY.replace("smb: 5", "smb: [", 1)}})
    assert refused.status_code == 400
    assert "security.yaml" in refused.json()["where"]
    unknown = manager.post(f"{AT}/rulebooks", {"name": "Draft", "files": {"securty.yaml": SECURITY}})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown-file")
    made = manager.post(f"{AT}/rulebooks", {"name": "Draft", "files": {"security.yaml": edited()}})
    assert made.status_code == 201, made.content
    again = manager.post(f"{AT}/rulebooks", {"name": "Draft", "files": {"security.yaml": edited()}})
    assert (again.status_code, again.json()["code"]) == (409, "rulebook-kept")
    listed = manager.get(f"{AT}/rulebooks").json()
    assert [one["id"] for one in listed["rulebooks"]] == [made.json()["id"]]
    assert listed["files"] == list(edited_names())
    assert manager.get(f"{AT}/rule-changes").json()["offered"][-1] == {
        "rules": made.json()["rules"],
        "standing": "edited",
        "name": "Draft",
    }
    said = change(manager, f"rules={made.json()['rules']}&outcome=all")
    book = edited_book({"security.yaml": edited().encode()})
    expected = workspace.impact(DAY, other=(book, workspace.facts), partners=[RESELLER_DETAIL])
    assert [(row["partner_id"], row["designation"], Fraction(row["after"])) for row in said["rows"]] == [
        (row.partner_id, row.designation, row.after) for row in expected.rows()
    ]
    details = [entry.detail for entry in AuditEntry.objects.filter(event=Event.RULEBOOK_EDITED)]
    assert any(detail.startswith("Draft: security.yaml") for detail in details)
    assert manager.send("DELETE", f"{AT}/rulebooks/{made.json()['id']}").status_code == 204
    assert not EditedRulebook.objects.exists()
    assert manager.send("DELETE", f"{AT}/rulebooks/{made.json()['id']}").status_code == 404


def test_a_file_of_the_rulebook(manager: Caller) -> None:
    assert manager.get(f"{AT}/rulebooks/files/security.yaml").json() == {"name": "security.yaml", "text": SECURITY}
    missing = manager.get(f"{AT}/rulebooks/files/securty.yaml")
    assert (missing.status_code, missing.json()["hint"]) == (404, "did you mean security.yaml?")
    assert manager.get(f"{AT}/rulebooks/files/..%2f..%2fpyproject.toml").status_code == 404


def test_only_who_may(manager: Caller) -> None:
    for path in ("rule-changes", "rule-change", "rulebooks", "rulebooks/files/security.yaml"):
        assert manager.get(f"{AT}/{path}", Role.PARTNER_ADMIN).status_code in {403, 404}
        assert manager.get(f"/portfolio/fabrikam/{path}").status_code == 404
    body = {"name": "Draft", "files": {"security.yaml": edited()}}
    assert manager.post(f"{AT}/rulebooks", body, scopes=(TokenScope.READ,)).status_code == 403
    assert not EditedRulebook.objects.exists()


def test_it_says_how_far_it_is_and_nobody_seen_is_no_rows(manager: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def running(*_: object, **_named: object) -> rule_changes.Running:
        return rule_changes.Running(3, 7)

    monkeypatch.setattr("attain.api.rule_changes.rule_change", running)
    answer = manager.get(f"{AT}/rule-change?rules={EDITION}")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (202, "2", "no-store")
    assert (answer.json()["done"], answer.json()["total"]) == (3, 7)
    OrganizationPartner.objects.filter(organization=manager.places.distributor).delete()
    said = change(manager, f"rules={EDITION}")
    assert (said["partners"], said["count"], said["rows"], said["designations"]) == (0, 0, [], [])


def test_unknown_names_are_refused(manager: Caller) -> None:
    unknown = manager.get(f"{AT}/rule-change?rules=2023-13")
    assert (unknown.status_code, unknown.json()["code"], unknown.json()["where"]) == (404, "unknown-edition", "rules")
    assert manager.get(f"{AT}/rule-change?rules={EDITION}&designation=securty").status_code == 404
    assert manager.get(f"{AT}/rule-change?rules={EDITION}&outcome=win").status_code == 422

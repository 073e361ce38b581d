"""Cases and packs over the interface: the same files as the workspace gives, under the same roles and scopes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.test import Client

from attain.people.models import AuditEntry, Event, TokenScope
from attain.people.roles import Role
from attain.recorded.models import EvidenceCase, EvidencePack
from attain.workspace import Workspace
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.people.places import OTHER, OWN
from tests.report.packs import pdf_text, sheets

CASES = f"/partners/{OWN}/evidence"
CASE = {"designation": "security", "ticket_id": "T-9", "opened_on": "2026-11-20", "note": "a difference"}


def made(caller: Caller, **asked: object) -> tuple[int, dict[str, object]]:
    """Open a case and make a pack, and give the case's number and the pack."""
    case = caller.post(CASES, CASE)
    assert case.status_code == 201, case.content
    pack = caller.post(f"{CASES}/{case.json()['id']}/packs", asked)
    assert pack.status_code == 201, pack.content
    return case.json()["id"], pack.json()


def test_a_pack_is_made_listed_downloaded_and_made_again(caller: Caller, facts: Path) -> None:
    case, pack = made(caller)
    listed = caller.get(CASES).json()["cases"]
    assert [(one["id"], one["designation"], one["ticket_id"]) for one in listed] == [(case, "security", "T-9")]
    assert listed[0]["packs"] == [pack]
    assert (pack["as_of"], pack["store_version"], pack["made_role"]) == (str(DAY), None, Role.PARTNER_ADMIN.words)
    home = f"{CASES}/{case}/packs/{pack['id']}"
    files = {str(file["kind"]): file for file in listed[0]["packs"][0]["files"]}
    assert set(files) == {"pdf", "xlsx", "json", "csv"}
    contents: dict[str, bytes] = {}
    for kind, file in files.items():
        answer = caller.get(f"{home}/{kind}")
        contents[kind] = answer.content
        assert (hashlib.sha256(answer.content).hexdigest(), len(answer.content)) == (file["sha256"], file["bytes"])
        assert answer["Content-Disposition"].endswith(f'.{kind}"')
    total = Workspace.open(facts).score(DAY, partners=[OWN], designations=["security"]).total(OWN, "security")
    assert f"Recomputed {Workspace.open(facts).shown(DAY, total.points)}" in pdf_text(contents["pdf"])
    assert len(sheets(contents["xlsx"])["Rows"]) - 1 == json.loads(contents["json"])["parts"]["rows"]["rows"]
    unchanged = caller.get(f"{home}/pdf", If_None_Match=f'"{files["pdf"]["sha256"]}"')
    assert unchanged.status_code == 304
    assert caller.post(f"{home}/again", {}).json() == {"same": True, "differ": []}
    assert AuditEntry.objects.filter(event=Event.EVIDENCE_MADE, partner_id=OWN).count() == 1
    assert AuditEntry.objects.filter(event=Event.EXPORTED, partner_id=OWN).count() == len(files)


def test_a_case_is_changed(caller: Caller) -> None:
    case, _ = made(caller)
    stands = {"opened_on": "2026-11-20", "ticket_id": "T-9", "closed_on": "2026-11-24", "outcome": "corrected"}
    answer = Client().put(f"/api/v1{CASES}/{case}", stands, content_type="application/json", headers=caller.headers())
    assert (answer.json()["outcome"], answer.json()["closed_on"], len(answer.json()["packs"])) == ("corrected", "2026-11-24", 1)
    refused = Client().put(
        f"/api/v1{CASES}/{case}", stands | {"outcome": "correct"}, content_type="application/json", headers=caller.headers()
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown-outcome")
    assert EvidenceCase.objects.get().outcome == "corrected"


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"designation": "securty"}, 404, "unknown-designation"),
        ({"opened_on": "2027-01-01"}, 400, "day-to-come"),
        ({"due_on": "2026-11-01"}, 400, "days-turned-round"),
        ({"outcome": "corrected"}, 400, "not-closed"),
    ],
)
def test_a_case_that_cannot_be_is_refused(caller: Caller, wrong: dict[str, str], status: int, code: str) -> None:
    answer = caller.post(CASES, CASE | wrong)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not EvidenceCase.objects.exists()


def test_a_viewer_and_a_token_to_read_take_files_without_names_and_make_nothing(caller: Caller) -> None:
    case, pack = made(caller, names=True)
    home = f"{CASES}/{case}/packs/{pack['id']}"
    named, masked = (caller.get(f"{home}/pdf", role).content for role in (Role.PARTNER_ADMIN, Role.EXECUTIVE_REPORT_VIEWER))
    assert "shown by name" in pdf_text(named)
    assert "shown by marks" in pdf_text(masked)
    (listed,) = caller.get(CASES, Role.EXECUTIVE_REPORT_VIEWER).json()["cases"]
    (file,) = [one for one in listed["packs"][0]["files"] if one["kind"] == "pdf"]
    assert file["sha256"] == hashlib.sha256(masked).hexdigest()
    assert caller.post(f"{CASES}/{case}/packs", {}, Role.EXECUTIVE_REPORT_VIEWER).status_code == 403
    assert caller.post(f"{CASES}/{case}/packs", {}, scopes=(TokenScope.READ,)).status_code == 403
    assert caller.get(f"/partners/{OTHER}/evidence").status_code == 404
    assert EvidencePack.objects.count() == 1


def test_what_is_not_there_is_not_found(caller: Caller) -> None:
    case, pack = made(caller)
    for path, code in (
        (f"{CASES}/{case + 1}/packs/{pack['id']}/pdf", "no-such-case"),
        (f"{CASES}/{case}/packs/999/pdf", "no-such-pack"),
    ):
        answer = caller.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert caller.get(f"{CASES}/{case}/packs/{pack['id']}/docx").status_code == 422
    refused = caller.post(f"{CASES}/{case}/packs", {"as_of": "2026-12-24"})
    assert (refused.status_code, refused.json()["code"]) == (400, "day-to-come")

"""Commands on what endpoints give and take: the same cases, packs and files, kept by the same code."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.people.models import AuditEntry, Event, Organization
from attain.published.models import Publication
from attain.recorded.models import EvidenceCase, EvidencePack, PackFile
from attain.server import running
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.people.places import OWN


@pytest.fixture(autouse=True)
def connected(served: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: running.Serving) -> None:
        """Django is set up for the tests already, and the facts are served."""

    monkeypatch.setattr(running, "connect", connect)


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


def test_a_case_is_opened_changed_and_removed(caller: Caller) -> None:
    assert attain("cases", "list", OWN) == "There is no case.\n"
    said = attain("cases", "open", OWN, "security", "--opened-on", "2026-11-20", "--ticket", "T-9", "--note", "a difference")
    case = EvidenceCase.objects.get(partner_id=OWN)
    assert said == f"Case {case.pk} is open: security, ticket T-9.\n"
    number = str(case.pk)
    attain("cases", "change", OWN, number, "--due-on", "2026-12-24")
    attain("cases", "change", OWN, number, "--outcome", "corrected", "--closed-on", str(DAY))
    (shown,) = caller.get(f"/partners/{OWN}/evidence").json()["cases"]
    assert (shown["due_on"], shown["closed_on"], shown["outcome"], shown["note"]) == ("2026-12-24", str(DAY), "corrected", "a difference")
    (row,) = rows_of("cases", "list", OWN)
    assert (row["case"], row["ticket_id"], row["outcome"], row["packs"], row["recorded_by"]) == (
        number,
        "T-9",
        "corrected",
        "0",
        "attain cases open",
    )
    attain("cases", "change", OWN, number, "--outcome", "open", "--closed-on", "")
    assert EvidenceCase.objects.get(pk=case.pk).closed_on is None
    assert refused("cases", "change", OWN, number, "--outcome", "declind", "--closed-on", str(DAY)).hint == "did you mean declined?"
    assert refused("cases", "change", OWN, number, "--outcome", "declined").code == "not-closed"
    assert refused("cases", "open", OWN, "securty").hint == "did you mean security?"
    assert refused("cases", "remove", OWN, "0").hint == f"known: {number}"
    assert attain("cases", "remove", OWN, number) == f"Case {number} is removed.\n"
    assert caller.get(f"/partners/{OWN}/evidence").json() == {"cases": []}
    entries = AuditEntry.objects.filter(event=Event.CASE_RECORDED).order_by("pk")
    assert [(one.actor, one.detail) for one in entries] == [
        ("attain cases open", "opened: security, ticket T-9"),
        ("attain cases change", "changed: security, ticket T-9, open"),
        ("attain cases change", "changed: security, ticket T-9, microsoft corrected its number"),
        ("attain cases change", "changed: security, ticket T-9, open"),
        ("attain cases remove", "removed: security, ticket T-9"),
    ]
    assert {one.organization for one in entries} == {Organization.objects.get(slug="contoso")}


def test_a_pack_is_kept_with_a_case_and_its_files_are_those_of_the_endpoint(caller: Caller, tmp_path: Path) -> None:
    attain("cases", "open", OWN, "security")
    case = EvidenceCase.objects.get(partner_id=OWN)
    assert case.opened_on == DAY, "today, which is the day of the demo"
    home = (OWN, str(case.pk))
    said = attain("cases", "pack", *home, "--names")
    pack = EvidencePack.objects.get(case=case)
    assert said.startswith(f"Pack {pack.pk} is kept with case {case.pk}: numbers of {DAY}.")
    (row,) = rows_of("cases", "packs", *home)
    assert (row["pack"], row["content"], row["names"]) == (str(pack.pk), pack.content, "true")
    for kind in ("pdf", "json"):
        file = tmp_path / f"pack.{kind}"
        attain("cases", "download", *home, str(pack.pk), "--output", str(file))
        kept = PackFile.objects.get(pack=pack, named=False, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
        assert kept.size == file.stat().st_size
    named = tmp_path / "named.pdf"
    attain("cases", "download", *home, str(pack.pk), "--output", str(named), "--names")
    assert PackFile.objects.get(pack=pack, sha256=hashlib.sha256(named.read_bytes()).hexdigest()).named
    assert refused("cases", "download", *home, str(pack.pk), "--output", str(tmp_path / "pack.doc")).code == "no-such-file"
    assert refused("cases", "again", *home, "0").hint == f"known: {pack.pk}"
    assert "every file is the same" in attain("cases", "again", *home, str(pack.pk))
    PackFile.objects.filter(pack=pack, name="evidence.pdf").update(sha256="0" * 64)
    done = CliRunner().invoke(app, ["cases", "again", *home, str(pack.pk)])
    assert (done.exit_code, "evidence.pdf" in done.stderr) == (1, True)
    after = DAY + dt.timedelta(days=1)
    assert refused("cases", "pack", *home, "--as-of", str(after)).code == "day-to-come"
    assert AuditEntry.objects.filter(event=Event.EVIDENCE_MADE, actor="attain cases pack").count() == 1
    assert AuditEntry.objects.filter(event=Event.EXPORTED, actor="attain cases download").count() == 3


def test_a_case_is_removed_over_the_interface(caller: Caller) -> None:
    attain("cases", "open", OWN, "security")
    case = EvidenceCase.objects.get(partner_id=OWN)
    gone = caller.send("DELETE", f"/partners/{OWN}/evidence/{case.pk}")
    assert (gone.status_code, gone.json()["id"]) == (200, case.pk)
    assert caller.get(f"/partners/{OWN}/evidence").json() == {"cases": []}
    assert caller.send("DELETE", f"/partners/{OWN}/evidence/{case.pk}").json()["code"] == "no-such-case"
    assert AuditEntry.objects.filter(event=Event.CASE_RECORDED, detail="removed: security, internal review").count() == 1


def test_a_scenario_is_renamed_over_the_interface(caller: Caller) -> None:
    home = f"/partners/{OWN}/scenarios"
    change = {"do": "drop_customer", "tenant": "Adatum"}
    made = [caller.post(home, {"name": name, "note": "kept", "changes": [change]}).json()["id"] for name in ("One", "Two")]
    assert caller.send("PATCH", f"{home}/{made[0]}", {"name": " Three "}).json() == {"id": made[0], "name": "Three", "note": "kept"}
    assert caller.send("PATCH", f"{home}/{made[0]}", {"name": "Three", "note": "other"}).json()["note"] == "other"
    assert caller.send("PATCH", f"{home}/{made[1]}", {"name": "Three"}).json()["code"] == "scenario-saved"
    assert caller.send("PATCH", f"{home}/0", {"name": "Four"}).status_code == 404
    assert sorted(row["name"] for row in rows_of("scenarios", "list", OWN)) == ["Three", "Two"]

"""Data: a form that takes files, what it says of each import, and who may see which load."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from attain.explaining.freshness import NEEDED
from attain.explaining.words import TABLE_WORDS, first_upper
from attain.imports import runner
from attain.imports.models import ImportRun, ImportState
from attain.people.joining import new_organization
from attain.people.models import AuditEntry, Consent, Event, Member, OrganizationPartner
from attain.people.principal import Grant
from attain.people.roles import Role
from attain.store.store import Store
from tests.imports.conftest import OWN, TENANT, focus_file, grant_in
from tests.web.test_pages import INLINE, OTHER_HOST

DATA = f"/{OWN}/data/"


def client_of(grant: Grant) -> Client:
    client = Client()
    client.force_login(Member.objects.get(organization=grant.organization, role=grant.role).user)
    return client


def text_of(client: Client, path: str = DATA, status: int = 200) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == status, path
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return html.unescape(re.sub(r"[ \n]+", " ", content.decode()))


def send(client: Client, content: bytes, name: str = "october.csv", **more: Any) -> Any:
    return client.post(f"{DATA}imports/", {"upload": SimpleUploadedFile(name, content), **more})


def test_the_page_says_how_fresh_the_data_is_by_the_rule(store: Store, partner: Grant) -> None:
    text = text_of(client_of(partner))
    assert "Microsoft refreshes usage by day 20 of the month after." in text
    assert "20 Dec 2026" in text
    assert "Up to date" in text
    assert "Nothing of this partner is published yet" in text
    assert INLINE.findall(text) == []
    assert OTHER_HOST.findall(text) == []


def test_a_partner_that_is_published_is_not_told_that_it_is_not(store: Store, operator: Grant) -> None:
    runner.submit(operator, OWN, [SimpleUploadedFile("october.csv", focus_file())], {"tenant": TENANT, "partner": OWN}, "", None)
    runner.work_off()
    [run] = ImportRun.objects.all()
    assert run.state == ImportState.DONE
    client = client_of(operator)
    assert "Nothing of this partner is published yet" not in text_of(client)
    assert f'href="/{OWN}/membership/"' in text_of(client, f"{DATA}imports/{run.pk}/")


def test_an_empty_store_says_what_every_missing_file_blocks(operator: Grant, tmp_path: Path, settings: Settings) -> None:
    Store.create(tmp_path / "empty")
    settings.STORE = str(tmp_path / "empty")
    text = text_of(client_of(operator))
    assert "There is no usage yet." in text
    assert re.findall(r"<h3>(.*?)</h3>", text) == [first_upper(TABLE_WORDS[table]) for table in NEEDED]
    assert "Without it these have no number:" in text
    assert "Files that fill it" in text


def test_a_file_is_sent_and_followed_to_its_load(
    store: Store, operator: Grant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = client_of(operator)
    with django_capture_on_commit_callbacks() as started:
        answer = send(client, focus_file({}, {"BilledCost": "x"}), partner=OWN, tenant=TENANT)
    assert started == [runner.start]
    [run] = ImportRun.objects.all()
    assert answer["Location"] == f"{DATA}imports/{run.pk}/"
    waiting = text_of(client, answer["Location"])
    assert "Waiting" in waiting
    assert "every 2s" in waiting
    entry = AuditEntry.objects.get(event=Event.IMPORTED)
    assert (entry.partner_id, entry.detail) == (OWN, "october.csv")
    state = client.get(f"{answer['Location']}state/", headers={"HX-Request": "true"})
    assert state.status_code == 200
    runner.work_off()
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    refused = text_of(client, answer["Location"])
    assert "1 of 2 rows have a fault" in refused
    assert "every 2s" not in refused
    assert client.get(f"{answer['Location']}state/", headers={"HX-Request": "true"}).status_code == 286


def test_what_a_file_lacks_and_the_rows_set_aside_are_shown_and_downloaded(store: Store, operator: Grant) -> None:
    client = client_of(operator)
    rows = [{"ChargePeriodStart": f"2026-10-{day:02} 00:00:00"} for day in range(1, 29) for _ in range(5)]
    send(client, focus_file(*rows, {"BilledCost": "=1+x"}), partner=OWN, tenant=TENANT)
    runner.work_off()
    [run] = ImportRun.objects.all()
    assert (run.state, run.loads) == (ImportState.DONE, [2])
    assert f"{DATA}loads/2/rejected/" in text_of(client, f"{DATA}imports/{run.pk}/")
    assert f"{DATA}loads/2/rejected/" in text_of(client)
    shown = text_of(client, f"{DATA}loads/2/rejected/")
    assert "BilledCost" in shown
    file: Any = client.get(f"{DATA}loads/2/rejected.csv")
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[0] == "file,row,column,value,reason,hint,given"
    assert "'=1+x" in lines[1]
    assert AuditEntry.objects.filter(event=Event.EXPORTED, detail="rows set aside by load 2").exists()
    assert "No row was set aside" in text_of(client, f"{DATA}loads/1/rejected/")


def test_loads_of_others_tell_only_how_many_rows_are_of_the_partner(store: Store, operator: Grant, partner: Grant) -> None:
    run = runner.submit(operator, OWN, [SimpleUploadedFile("secret-name.csv", focus_file())], {"tenant": TENANT, "partner": OWN}, "", None)
    runner.work_off()
    mine, all_of_it = text_of(client_of(partner)), text_of(client_of(operator))
    assert "secret-name.csv" in all_of_it
    assert "secret-name.csv" not in mine
    assert mine.count("<tbody>") >= 2
    assert "only the rows of this partner are shown" in mine
    assert "not yours to see" in text_of(client_of(partner), f"{DATA}imports/{run.pk}/", 404)
    assert "not yours to see" in text_of(client_of(partner), f"{DATA}loads/2/rejected/", 404)
    assert client_of(partner).get(f"{DATA}loads/2/rejected.csv").status_code == 404


def test_only_one_s_own_partners_are_offered(store: Store, partner: Grant, operator: Grant) -> None:
    assert set(re.findall(r'<option value="(\d+)"', text_of(client_of(partner)))) == {OWN}
    assert "leaves out much" not in text_of(client_of(partner))
    assert "leaves out much" in text_of(client_of(operator))
    refused = send(client_of(partner), focus_file(), partner="1000002")
    assert refused.status_code == 400
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tenant": "contoso"}, "no GUID"),
        ({"rates": "EUR=x"}, "no dated rate"),
        ({"as_of": "yesterday"}, "Enter a valid date"),
        ({"basis": "free"}, "not one of the available choices"),
    ],
)
def test_a_wrong_choice_is_refused_before_anything_is_kept(store: Store, partner: Grant, given: dict[str, str], said: str) -> None:
    answer = send(client_of(partner), focus_file(), **given)
    assert answer.status_code == 400
    assert said in html.unescape(answer.content.decode())
    assert not ImportRun.objects.exists()


def test_no_file_and_too_large_files_are_refused(store: Store, partner: Grant, settings: Settings) -> None:
    client = client_of(partner)
    answer = client.post(f"{DATA}imports/", {})
    assert "no file was chosen" in answer.content.decode()
    settings.IMPORT_MEGABYTES = 1
    large = send(client, focus_file() + b"x" * (1 << 20))
    assert large.status_code == 400
    assert "larger than 1 MB together" in large.content.decode()
    assert not ImportRun.objects.exists()


def test_a_viewer_has_no_data_and_cannot_import(store: Store, partner: Grant) -> None:
    viewer = client_of(grant_in(partner.organization, Role.EXECUTIVE_REPORT_VIEWER))
    assert "Data needs the role Global admin or Partner admin." in text_of(viewer, DATA, 403)
    assert send(viewer, focus_file()).status_code == 403
    assert not ImportRun.objects.exists()


def test_an_import_of_another_organization_is_not_there(store: Store, partner: Grant) -> None:
    other = new_organization("Fabrikam")
    OrganizationPartner.objects.create(organization=other, partner_id=OWN, name="Contoso", consent=Consent.OWN)
    run = runner.submit(grant_in(other), OWN, [SimpleUploadedFile("a.csv", focus_file())], {}, "", None)
    client = client_of(partner)
    assert client.get(f"{DATA}imports/{run.pk}/").status_code == 404
    assert client.get(f"{DATA}imports/{run.pk}/state/").status_code == 404
    assert "a.csv" not in text_of(client)


def test_without_a_store_the_page_says_how_to_start(partner: Grant, settings: Settings) -> None:
    settings.STORE = ""
    assert "No facts are served" in text_of(client_of(partner))


def test_a_missing_table_names_what_it_blocks_and_the_files_that_fill_it(
    store: Store, partner: Grant, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bare")
    (folder / "partners.csv").write_text(f"partner_id,account\n{OWN},global\n", encoding="utf-8")
    settings.STORE = str(folder)
    text = text_of(client_of(partner))
    assert "Security: Intermediate certifications" in text
    assert "Files that fill it" in text
    assert "There is no usage yet." in text

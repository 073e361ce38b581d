"""Imports over the web: what is kept of an upload, who may import what, and what a restart leaves."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from attain.errors import AttainError
from attain.imports import runner, uploads
from attain.imports.choices import Choices
from attain.imports.models import ImportRun, ImportState
from attain.people.fitting import holds_no_text
from attain.people.principal import Grant
from attain.published.models import PublishedPartner
from attain.published.publish import publish
from attain.store.store import Store
from attain.workspace import Workspace
from tests.imports.conftest import FOCUS, OTHER, OWN, TENANT, focus_file
from tests.sources.folders import training
from tests.store.conftest import DAY


def asked(grant: Grant, content: bytes, name: str = "october.csv", **choices: Any) -> ImportRun:
    return runner.submit(grant, OWN, [SimpleUploadedFile(name, content)], Choices(**choices), "pat@contoso.example", None)


def ended(run: ImportRun) -> ImportRun:
    runner.work_off()
    run.refresh_from_db()
    return run


def test_a_file_is_imported_as_a_load_and_the_partner_is_published_anew(store: Store, partner: Grant) -> None:
    workspace = Workspace.open(store.place.root)
    publish(workspace, DAY, store.place.root)
    before = {one.partner_id: one.facts for one in PublishedPartner.objects.all()}
    run = asked(partner, focus_file(), partner=OWN, tenant=TENANT)
    assert (run.state, run.partners) == (ImportState.WAITING, [OWN])
    run = ended(run)
    assert (run.state, run.fault, run.note) == (ImportState.DONE, {}, "")
    assert run.reports[0]["kept"] == 1
    assert run.loads == [2]
    assert store.loads.every()[-1].files[0]["name"] == "october.csv"
    after = {one.partner_id: one.facts for one in PublishedPartner.objects.all()}
    assert {partner for partner in after if after[partner] != before[partner]} == {OWN}
    assert not Path(run.folder).exists()


def test_the_first_import_publishes_everybody(store: Store, operator: Grant) -> None:
    run = ended(asked(operator, focus_file(), tenant=TENANT))
    assert (run.state, run.partners) == (ImportState.DONE, None)
    assert PublishedPartner.objects.filter(partner_id=OWN).exists()
    assert PublishedPartner.objects.filter(partner_id=OTHER).exists()


def test_a_file_that_is_not_known_is_refused_without_a_path_of_the_server(store: Store, operator: Grant) -> None:
    run = ended(asked(operator, b"one,two\n1,2\n", "../../etc/notes.csv"))
    assert run.state == ImportState.FAILED
    assert run.fault["code"] == "file-unknown"
    assert run.fault["where"] == "notes.csv"
    assert str(store.place.root) not in str(run.fault)
    assert len(store.loads.every()) == 1


@pytest.mark.parametrize("name", ["BillingCurrency", "ProviderName"])
def test_what_a_file_says_is_told_as_text(store: Store, operator: Grant, name: str) -> None:
    run = ended(asked(operator, json.dumps(FOCUS | {name: f"a\0{FOCUS[name]}"}).encode(), "october.json", tenant=TENANT))
    assert run.finished
    assert "a\N{REPLACEMENT CHARACTER}" in str([run.fault, run.reports]).casefold()
    assert not holds_no_text([run.fault, run.reports, run.note])


def test_too_many_faulty_rows_are_told_without_a_path_of_the_server(store: Store, operator: Grant) -> None:
    run = ended(asked(operator, focus_file({}, {"ChargePeriodStart": "Total"}), tenant=TENANT))
    assert (run.state, run.fault["code"]) == (ImportState.FAILED, "too-many-rejects")
    assert "october.csv, row 3" in run.fault["message"]
    assert run.fault["hint"] == runner.TOO_MANY_HINT
    assert str(store.place.root) not in str(run.fault)
    assert len(store.loads.every()) == 1


def test_rows_of_another_partner_are_refused_and_nothing_of_the_file_is_kept(store: Store, partner: Grant) -> None:
    run = ended(asked(partner, focus_file({}, {}), tenant=TENANT))
    assert (run.state, run.fault["code"]) == (ImportState.FAILED, "partner-unknown")
    with pytest.raises(AttainError) as refused:
        asked(partner, focus_file(), partner=OTHER)
    assert refused.value.code == "not-your-partner"
    assert len(store.loads.every()) == 1


def test_a_file_that_names_others_is_refused(store: Store, partner: Grant) -> None:
    run = ended(asked(partner, _training(OTHER), "training.csv"))
    assert (run.state, run.fault["code"]) == (ImportState.FAILED, "others-partners")
    assert len(store.loads.every()) == 1


def test_a_file_of_ones_own_that_says_who_is_who_is_taken(store: Store, partner: Grant) -> None:
    run = ended(asked(partner, _training(OWN), "training.csv"))
    assert (run.state, run.fault) == (ImportState.DONE, {})
    assert [(one["kept"], one["rejected"]) for one in run.reports] == [(1, 0)]
    assert len(store.loads.every()) == 2


def _training(partner: str) -> bytes:
    row, text = training(PGAMpnId=partner, MpnId=partner), io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue().encode()


def test_only_who_sees_every_partner_may_leave_out_what_the_store_has(store: Store, partner: Grant, operator: Grant) -> None:
    with pytest.raises(AttainError) as refused:
        asked(partner, focus_file(), replace=True)
    assert refused.value.code == "replace"
    assert asked(operator, focus_file(), replace=True).choices == {"replace": True}


def test_a_choice_that_is_no_guid_is_refused_before_anything_is_kept(store: Store, operator: Grant) -> None:
    with pytest.raises(AttainError) as refused:
        asked(operator, focus_file(), tenant="contoso")
    assert refused.value.code == "tenant-no-guid"
    assert not uploads.uploads_folder().exists() or list(uploads.uploads_folder().iterdir()) == []
    assert not ImportRun.objects.exists()


def test_an_import_whose_process_is_gone_has_failed_and_says_what_to_do(store: Store, operator: Grant) -> None:
    run = asked(operator, focus_file())
    host = runner.ME.split(":")[0]
    for claim, seen in ((f"{host}:999999999:0", dt.timedelta()), (f"another:{1}:0", 2 * runner.UNSEEN_IS_DEAD)):
        values = {"state": ImportState.READING, "claim": claim, "claimed_at": timezone.now() - seen}
        ImportRun.objects.filter(pk=run.pk).update(**values)
        runner.mend()
        run.refresh_from_db()
        assert (run.state, run.fault["message"]) == (ImportState.FAILED, runner.STOPPED)
        assert run.fault["hint"] == runner.STOPPED_HINT
        assert run.finished_at is not None
    assert not Path(run.folder).exists()


def test_an_import_of_another_process_that_was_seen_lately_is_left_alone(store: Store, operator: Grant) -> None:
    run = asked(operator, focus_file())
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.READING, claim="another:1:0", claimed_at=timezone.now())
    runner.mend()
    run.refresh_from_db()
    assert run.state == ImportState.READING


def test_the_same_process_id_after_a_restart_is_another_process(store: Store, operator: Grant) -> None:
    run = asked(operator, focus_file())
    host, process, _ = runner.ME.split(":")
    ImportRun.objects.filter(pk=run.pk).update(claim=f"{host}:{process}:before")
    runner.mend()
    run.refresh_from_db()
    assert run.state == ImportState.FAILED


def test_one_import_of_a_store_is_at_work_at_a_time(store: Store, operator: Grant) -> None:
    first, second = asked(operator, b"one,two\n1,2\n"), asked(operator, b"one,two\n3,4\n")
    ImportRun.objects.filter(pk=first.pk).update(state=ImportState.READING)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.filter(pk=second.pk).update(state=ImportState.PUBLISHING)
    ImportRun.objects.filter(pk=first.pk).update(state=ImportState.WAITING)
    assert (ended(first).state, ended(second).state) == (ImportState.FAILED, ImportState.FAILED)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("usage.csv", "usage.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\Kosten März.csv.gz", "Kosten M_rz.csv.gz"),
        ("..", "file"),
        ("", "file"),
        (".hidden", "hidden"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("x" * 300 + ".csv", "x" * 76 + ".csv"),
    ],
)
def test_a_name_that_came_with_a_file_never_leads_anywhere(given: str, made: str) -> None:
    assert uploads.plain_name(given) == made

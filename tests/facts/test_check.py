"""`attain check`: what it prints, what it writes, how it ends."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from attain.cli.app import app
from attain.errors import AttainError
from tests.facts.conftest import AZURE, SEATS, TENANT, Folder

if TYPE_CHECKING:
    from pathlib import Path


def _check(folder: Folder, *options: str) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(app, ["check", str(folder.path), *options])


def _some_bad(folder: Folder) -> Folder:
    rows = [f"2026-{month:02},A,{TENANT},s1,Key Vautl,,pal,1," for month in (1, 2, 3, 10)]
    return folder.azure(*rows, rows[0], "2026-10,,,s2,Sentinel,,,1,billed", f"2026-10,A,{TENANT},s3,=Cmd(),,pal,x,")


def test_a_sound_folder_ends_with_0_and_says_what_it_holds(folder: Folder) -> None:
    folder.write("workload_usage", SEATS, f"2026-10,A,{TENANT},Intune,cpor,1,1,1,1")
    found = _check(folder)
    assert found.exit_code == 0
    assert "workload_usage: 2026-10\n" in found.output
    assert "missing table azure_usage blocks " in found.output
    assert "data-ai (net_customer_adds, usage_growth, deployments)" in found.output
    assert "missing table enrollments: statuses know no purchases" in found.output
    assert found.output.startswith("table ")
    assert "set aside:" not in found.output
    assert not (folder.path / "rejects.csv").exists()


def test_rows_set_aside_are_counted_shown_and_written_without_formulas(folder: Folder) -> None:
    found = _check(_some_bad(folder), "--max-rejects", "20%")
    assert found.exit_code == 0
    assert [line.split() for line in found.output.splitlines() if line.startswith("azure_usage  ")] == [
        ["azure_usage", "azure_usage.csv", "7", "5", "1", "1", "1"]
    ]
    assert "azure_usage (acr): 2026-01 to 2026-03, 2026-10\nazure_usage (billed): 2026-10\n" in found.output
    assert "unknown service: 'Key Vautl'; nearest: Key Vault" in found.output
    with (folder.path / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    given = f"2026-10,A,{TENANT},s3,=Cmd(),,pal,x,"
    hint = "write digits and a decimal point, such as -1234.56"
    assert rows == [
        {
            "file": "azure_usage.csv",
            "row": "8",
            "column": "acr_usd",
            "value": "x",
            "reason": "is no plain decimal amount",
            "hint": hint,
            "given": given,
        }
    ]
    assert _check(folder, "--max-rejects", "20%").exit_code == 0


def test_formulas_are_neutralized_in_every_column(folder: Folder) -> None:
    folder.write("customers", "tenant_id,name", "=2+3,@x")
    _check(folder)
    text = (folder.path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert next(csv.reader([text])) == [
        "customers.csv",
        "2",
        "tenant_id",
        "'=2+3",
        "is no GUID",
        f"a tenant id looks like {TENANT}",
        "'=2+3,@x",
    ]


def test_too_many_rows_set_aside_refuse_the_folder_and_are_written_all_the_same(folder: Folder, tmp_path: Path) -> None:
    found = _check(_some_bad(folder), "--rejects", str(tmp_path / "bad.csv"))
    assert found.exit_code == 1
    assert isinstance(found.exception, AttainError)
    assert str(found.exception).startswith(
        "1 of 7 rows of azure_usage are set aside, more than 1%; the first: azure_usage.csv, row 8, column acr_usd: 'x' is no"
    )
    assert len((tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines()) == 2
    assert list((folder.path / ".attain").iterdir()) == []


def test_a_fault_of_a_file_refuses_the_folder(folder: Folder) -> None:
    folder.write("azure_usage", AZURE.replace("month,", ""), "x")
    found = _check(folder)
    assert (found.exit_code, getattr(found.exception, "code", "")) == (1, "missing-column")


def test_rejects_of_an_earlier_check_do_not_stay(folder: Folder) -> None:
    _check(_some_bad(folder))
    assert (folder.path / "rejects.csv").exists()
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,")
    assert _check(folder).exit_code == 0
    assert not (folder.path / "rejects.csv").exists()


@pytest.mark.parametrize("share", ["many", "-1%", "101%", "1/0", "2"])
def test_a_share_that_is_none_is_wrong_usage(folder: Folder, share: str) -> None:
    assert _check(folder.azure(), "--max-rejects", share).exit_code == 2


def test_a_designation_that_is_none_is_pointed_at(folder: Folder) -> None:
    folder.write("enrollments", "partner_id,designation,enrolled_on", "A,securty,2026-05-08", "A,Modern-Work,2026-05-08")
    found = _check(folder)
    assert found.exit_code == 0
    assert "unknown designation in enrollments: 'securty', its rows count for nothing; did you mean security?\n" in found.output
    assert "modern-work'" not in found.output.casefold()
    assert folder.load().scan("enrollments").collect()["designation"].to_list() == ["modern-work", "securty"]


def test_tracks_and_metrics_that_are_none_are_pointed_at(folder: Folder) -> None:
    rows = ("A,2026-05-08,security,smbs,deployments,1", "A,2026-05-08,security,smb,deploiments,1", "A,2026-05-08,security,,,1")
    folder.write("reported_scores", "partner_id,as_of,designation,track,metric,points", *rows)
    found = _check(folder)
    assert found.exit_code == 0
    said = [line for line in found.output.splitlines() if line.startswith("unknown")]
    assert said == [
        "unknown metric of security in reported_scores: 'deploiments', its rows cannot be compared; did you mean deployments?",
        "unknown track of security in reported_scores: 'smbs', its rows cannot be compared; did you mean smb?",
    ]


def test_refused_facts_with_enrollments_end_with_the_refusal(folder: Folder) -> None:
    folder.write("enrollments", "partner_id,designation,enrolled_on", "A,security,yesterday", "A,security,2026-05-08")
    found = CliRunner().invoke(app, ["check", str(folder.path)])
    assert isinstance(found.exception, AttainError)
    assert found.exception.code == "too-many-rejects"


def test_names_of_files_are_whole_in_a_narrow_terminal(folder: Folder) -> None:
    (folder.path / "azure_usage").mkdir()
    (folder.path / "azure_usage" / "2026-10-from-elsewhere.csv").write_text(f"{AZURE}\n2026-10,A,{TENANT},s,Sentinel,,pal,1,\n", "utf-8")
    found = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["check", str(folder.path)])
    assert "\N{HORIZONTAL ELLIPSIS}" not in found.output

"""From a facts folder to statuses: Security qualifies from the refresh of 2024-05-20 until three certificates expire on 2024-07-10."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.lifecycle import StatusOn
from attain.workspace import Workspace
from tests.lifecycle.histories import day

PARTNER = "1000001"
TENANTS = [f"00000000-0000-0000-0000-{number:012}" for number in range(10)]
MONTHS = [f"{year}-{month:02}" for year in (2022, 2023, 2024) for month in range(1, 13)][2:34]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _azure(month: str, tenant: str, amount: str) -> dict[str, str]:
    row = {"month": month, "partner_id": PARTNER, "tenant_id": tenant, "subscription_id": "s", "service": "Key Vault"}
    return {**row, "offer": "", "basis": "acr", "associations": "pal", "acr_usd": amount}


def _certificate(person: str, code: str, expires_on: str) -> dict[str, str]:
    return {"partner_id": PARTNER, "person_id": person, "certification": code, "earned_on": "2024-03-01", "expires_on": expires_on}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = tmp_path_factory.mktemp("facts")
    _write(facts / "partners.csv", [{"partner_id": PARTNER, "name": "Contoso", "account": "global"}])
    quiet = [_azure(month, TENANTS[0], "0") for month in MONTHS if month != "2024-04"]
    _write(facts / "azure_usage.csv", [*quiet, *(_azure("2024-04", tenant, "12000") for tenant in TENANTS)])
    usage = {"partner_id": PARTNER, "tenant_id": TENANTS[0], "workload": "Intune", "paid_licenses": "0", "active_users": "0"}
    _write(facts / "workload_usage.csv", [{"month": month, **usage} for month in MONTHS])
    lasting = [_certificate(person, code, "2030-01-01") for person in "AB" for code in ("AZ-500", "SC-200")]
    _write(facts / "certifications.csv", [*lasting, *(_certificate(person, "SC-300", "2024-07-10") for person in "ABC")])
    return facts


def _security(folder: Path, on: str) -> StatusOn:
    [partner] = Workspace.open(folder).status(day(on), partners=[PARTNER], designations=["security"])
    [status] = partner.on.statuses
    return status


@pytest.mark.parametrize(
    ("on", "status", "qualified_on", "next_date"),
    [
        ("2024-05-19", "in_progress", None, "2024-05-20"),
        ("2024-05-20", "qualified", "2024-05-20", "2024-10-31"),
        ("2024-12-31", "qualified", "2024-07-10", "2024-12-31"),
        ("2025-01-01", "in_progress", None, "2025-01-20"),
    ],
)
def test_a_status_follows_from_facts(folder: Path, on: str, status: str, qualified_on: str | None, next_date: str) -> None:
    found = _security(folder, on)
    assert (found.status, str(found.next_date)) == (status, next_date), found.reason
    assert found.qualified_on == (None if qualified_on is None else day(qualified_on))


def test_the_reason_tells_the_points_of_the_day_and_what_is_at_zero(folder: Path) -> None:
    assert _security(folder, "2024-11-24").reason == (
        "qualified on 2024-07-10, inside the window from 2024-06-01; today 60.00 of 70.00 points, 10.00 short, "
        "no points in Intermediate certifications"
    )


def test_a_fee_for_another_designation_enrolls_it(folder: Path, tmp_path: Path) -> None:
    for file in folder.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    row = {"partner_id": PARTNER, "designation": "modern-work", "enrolled_on": "2024-06-15", "paid_on": "2024-06-15"}
    _write(tmp_path / "enrollments.csv", [row])
    found = _security(tmp_path, "2024-11-24")
    assert (found.status, found.enrolled_on, found.anniversary) == ("enrolled", day("2024-06-15"), day("2025-06-15"))


def test_the_command_writes_what_the_workspace_says(folder: Path) -> None:
    arguments = ["status", str(folder), "--as-of", "2024-11-24", "--designation", "security"]
    written = json.loads(CliRunner().invoke(app, [*arguments, "--format", "json"]).stdout)
    assert [(row["partner_id"], row["designation"], row["status_name"], row["next_date"]) for row in written] == [
        (PARTNER, "security", "Qualified", "2024-12-31")
    ]
    assert (written[0]["best_points"], written[0]["best_on"], written[0]["recorded"]) == (80, "2024-06-01", None)
    lines = CliRunner().invoke(app, [*arguments, "--format", "csv"]).stdout.splitlines()
    assert lines[0].startswith("partner_id,as_of,designation,status,status_name,reason,next_date,")
    shown = CliRunner().invoke(app, arguments).stdout
    assert f"Contoso (partner {PARTNER}) on 2024-11-24" in shown
    assert "Qualified" in shown


def test_a_table_goes_to_no_file(folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["status", str(folder), "--as-of", "2024-11-24", "-o", str(tmp_path / "x.csv")])
    assert result.exit_code == 2
    assert "a table goes to the screen" in result.output
    assert not (tmp_path / "x.csv").exists()


def test_a_record_with_an_anniversary_of_its_own_is_to_be_checked(folder: Path, tmp_path: Path) -> None:
    for file in folder.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    bought = {"partner_id": PARTNER, "designation": "security", "enrolled_on": "2024-06-15", "paid_on": "2024-06-15"}
    other = {**bought, "designation": "modern-work", "enrolled_on": "2024-09-01", "paid_on": "2024-09-01"}
    _write(tmp_path / "enrollments.csv", [{**bought, "anniversary": "2025-06-15"}, {**other, "anniversary": "2025-09-01"}])
    arguments = ["status", str(tmp_path), "--as-of", "2024-11-24"]
    shown = " ".join(CliRunner().invoke(app, arguments).stdout.split())
    assert "Check the record: Modern Work, enrolled on 2024-09-01: its anniversary 2025-09-01 is not the partner's, 2025-06-15" in shown
    assert "Check the record" not in CliRunner().invoke(app, [*arguments, "--designation", "security"]).stdout

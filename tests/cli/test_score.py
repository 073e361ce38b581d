"""`attain score` and `attain explain` as a person or a script meets them: output, files, notes and exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from attain.scoring.result import COLUMNS
from tests.oracle.build import M, P, azure, covered, people, seats
from tests.scoring.disk import write_facts

DAY = "2026-11-24"
RUN = "import sys; from attain.cli.app import main; sys.argv[0] = 'attain'; main()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = covered(
        azure_usage=[azure(month, number, "700") for month in range(M - 11, M + 1) for number in range(3)],
        workload_usage=[seats(M, 1, 25, 10), seats(M, 2, 11, 11, associations=""), seats(P, 3, 20, 10)],
    )
    facts["certifications"] = people(AZ_500="AB", SC_200="AB", SC_100="ABC")["certifications"]
    facts["customers"] = [
        {"tenant_id": azure(M, 1, "0")["tenant_id"], "name": '=HYPERLINK("x")'},
        {"tenant_id": azure(M, 2, "0")["tenant_id"], "name": "[bold]Litware[/bold]"},
    ]
    return write_facts(facts, tmp_path_factory.mktemp("cli") / "facts")


def attain(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, *(str(argument) for argument in arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, encoding="utf-8", env={"PYTHONPATH": "src", "COLUMNS": "140"}
    )


def scored(folder: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return attain("score", folder, "--as-of", DAY, "--partner", "1001", "--designation", "security", *more)


def test_a_card_names_the_track_that_counts_and_the_total(folder: Path) -> None:
    done = scored(folder)
    assert done.returncode == 0
    assert "1001: Security  " in done.stdout
    assert "smb track counts; enterprise track: " in done.stdout
    assert "Microsoft's number in Partner Center stays the official one" in done.stdout


def test_the_same_rows_in_every_format(folder: Path, tmp_path: Path) -> None:
    from_csv = list(csv.DictReader(io.StringIO(scored(folder, "--format", "csv").stdout)))
    from_json = json.loads(scored(folder, "--format", "json").stdout, parse_float=str, parse_int=str)
    assert scored(folder, "--format", "parquet", "-o", tmp_path / "scores.parquet").returncode == 0
    frame = pl.read_parquet(tmp_path / "scores.parquet")
    assert tuple(from_csv[0]) == tuple(from_json[0]) == tuple(frame.columns) == COLUMNS
    assert len(from_csv) == len(from_json) == frame.height == 10
    for row, parsed, typed in zip(from_csv, from_json, frame.iter_rows(named=True), strict=True):
        assert row["points"] == parsed["points"]
        assert typed["points"] == pl.Series([row["points"]]).str.to_decimal(scale=6)[0]
        assert row["qualified"] == {True: "true", False: "false", None: ""}[typed["qualified"]]
    assert from_csv[3]["points"] == "0"
    assert {row["points"] for row in from_csv if row["track"] == "smb" and row["metric"] == "deployments"} == {"10"}


def test_an_explanation_adds_up_and_says_why(folder: Path) -> None:
    explain = ("explain", folder, "--as-of", DAY, "--partner", "1001", "--designation", "security", "--metric", "net_customer_adds")
    rows = list(csv.DictReader(io.StringIO(attain(*explain, "--format", "csv").stdout)))
    assert sum(int(row["change"]) for row in rows) == 3
    reasons = {row["tenant_id"][-1] + row["pool"]: row["reason"] for row in rows}
    assert reasons["2microsoft-365"].startswith("11 paid licenses in 2026-10 but no ")
    assert reasons["3microsoft-365"].startswith("lost: counted a year ago, 20 paid licenses in 2025-10; now 0 paid licenses")
    shown = attain(*explain)
    assert shown.returncode == 0
    assert "[bold]Litware[/bold]" in shown.stdout


def test_a_cell_that_would_run_as_a_formula_is_neutralized(folder: Path) -> None:
    explain = ("explain", folder, "--as-of", DAY, "--partner", "1001", "--designation", "security", "--metric", "net_customer_adds")
    rows = list(csv.DictReader(io.StringIO(attain(*explain, "--format", "csv").stdout)))
    assert '\'=HYPERLINK("x")' in {row["name"] for row in rows}


def test_months_that_are_not_covered_are_named(tmp_path: Path) -> None:
    folder = write_facts({"partners": [{"partner_id": "1"}], "azure_usage": [azure(M, 1, "1", partner="1")]}, tmp_path / "facts")
    done = attain("score", folder, "--as-of", DAY, "--designation", "security", "--format", "csv")
    assert done.returncode == 0
    assert "there is no workload_usage table" in done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["metric"] for row in rows} == {"total"}
    assert {(row["complete"], row["qualified"]) for row in rows} == {("false", "false")}
    done = attain("score", folder, "--as-of", DAY, "--designation", "infrastructure", "--format", "csv")
    assert "usage_growth: incomplete, azure_usage has no rows for 2024-11 to 2026-09" in done.stderr


def test_a_partner_asked_for_by_its_name_is_named_with_its_id(tmp_path: Path) -> None:
    partners = [{"partner_id": "1", "name": "Contoso"}, {"partner_id": "2", "name": "Fabrikam"}]
    folder = write_facts({"partners": partners, "azure_usage": [azure(M, 1, "1", partner="1")]}, tmp_path / "facts")
    for asked, hint in (("fabrikm", "did you mean 2 (Fabrikam)?"), ("Wingtip Toys", "give a partner's id, as it stands in the facts")):
        done = attain("score", folder, "--as-of", DAY, "--partner", asked)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.splitlines()[-1] == f"attain: the facts have no partner '{asked}' ({hint})"


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (("--partner", "1002"), 1, "attain: the facts have no partner '1002' (did you mean 1001?)"),
        (("--designation", "securty"), 1, "attain: there is no designation 'securty' (did you mean security?)"),
        (("--basis", "ac"), 1, "attain: there is no basis 'ac' (known: acr, list, billed, amortized)"),
        (("--refresh-day", "32"), 1, "attain: 32 is no day of a month (give a day from 1 to 31)"),
        (("--designation", "security", "--edition", "2024"), 1, "security has no edition '2024'"),
        (("--as-of", "2026-13-01"), 2, "'2026-13-01' is no date"),
        (("--format", "xml"), 2, "'xml' is not one of"),
        (("-o", "scores.csv"), 2, "choose csv, json or parquet"),
    ],
)
def test_what_is_refused_says_what_to_do(folder: Path, arguments: tuple[str, ...], code: int, line: str) -> None:
    done = attain("score", folder, "--as-of", DAY, *arguments)
    assert done.returncode == code
    assert line in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout == ""


def test_a_file_that_cannot_be_written_is_one_line(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "scores.csv"
    done = scored(folder, "--format", "csv", "-o", place)
    assert done.returncode == 1
    hint = "name a file in a folder that is there and may be written"
    assert done.stderr.splitlines()[-1] == f"attain: {place}: cannot be written: no such file or directory ({hint})"

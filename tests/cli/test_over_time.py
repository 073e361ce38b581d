"""`attain diff`, `attain history` and `attain reconcile` as a person or a script meets them."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.explaining.lines import COLUMNS as LINE_COLUMNS
from attain.explaining.reconciliation import COLUMNS as COMPARED_COLUMNS
from attain.scoring.chronicle import COLUMNS as CHRONICLE_COLUMNS
from tests.cli.test_score import attain
from tests.oracle.build import AS_OF, PARTNER, M, azure, covered, people, seats, tenant
from tests.scoring.disk import write_facts

SECURITY = ("--partner", PARTNER, "--designation", "security")
DIFF = ("--from", "2026-10-24", "--to", "2026-11-24")


def tables() -> dict[str, list[Any]]:
    usage = [seats(M - 1, 1, 30, 10), seats(M, 1, 30, 20), seats(M, 2, 30, 20, associations="csp1")]
    facts = covered(azure_usage=[azure(M - 1, 3, "700")], workload_usage=usage)
    facts["customers"] = [{"tenant_id": tenant(2), "name": "[bold]Litware[/bold]"}]
    facts["certifications"] = people(AZ_500="A", SC_200="A")["certifications"]
    row = {"partner_id": PARTNER, "as_of": AS_OF, "designation": "security", "track": "smb", "value": None}
    facts["reported_scores"] = [row | {"metric": "net_customer_adds", "points": 12}, row | {"metric": "usage_growth", "points": 0}]
    return facts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_facts(tables(), tmp_path_factory.mktemp("over-time") / "facts")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_difference_names_each_cause_with_its_points(folder: Path) -> None:
    done = attain("diff", folder, *SECURITY, *DIFF)
    assert done.returncode == 0
    assert "Security: 20.4666 to 28.40 (+7.9333)  smb track, edition 2026-07" in done.stdout
    assert "Net customer adds: 8 to 12 (+4)" in done.stdout
    assert "+4  won: [bold]Litware[/bold] (microsoft-365)" in done.stdout
    assert "+0.40  won: [bold]Litware[/bold]" in done.stdout
    assert "20 active users on 2026-11-24, 10 on 2026-10-24" in done.stdout


def test_the_lines_of_a_file_add_up(folder: Path, tmp_path: Path) -> None:
    rows = rows_of(attain("diff", folder, *SECURITY, *DIFF, "--format", "csv").stdout)
    parsed = json.loads(attain("diff", folder, *SECURITY, *DIFF, "--format", "json").stdout, parse_float=str, parse_int=str)
    assert attain("diff", folder, *SECURITY, *DIFF, "--format", "parquet", "-o", tmp_path / "diff.parquet").returncode == 0
    frame = pl.read_parquet(tmp_path / "diff.parquet")
    assert tuple(rows[0]) == tuple(parsed[0]) == tuple(frame.columns) == LINE_COLUMNS
    assert [row["exact"] for row in rows] == frame["exact"].to_list() == [row["exact"] for row in parsed]
    scores = [rows_of(attain("score", folder, *SECURITY, "--as-of", day, "--format", "csv").stdout) for day in ("2026-10-24", "2026-11-24")]
    before, after = (
        {row["metric"]: Fraction(row["points"]) for row in own if row["track"] == "smb" and row["metric"] != "total"} for own in scores
    )
    for metric in before:
        moved = sum((Fraction(row["exact"]) for row in rows if row["metric"] == metric), Fraction(0))
        assert abs(moved - (after[metric] - before[metric])) < Fraction(1, 10**5)


def test_what_did_not_change_is_one_line(folder: Path) -> None:
    done = attain("diff", folder, *SECURITY, "--from", "2026-11-23", "--to", "2026-11-24")
    assert "Unchanged: Security (" in done.stdout


def test_a_difference_backwards_says_so(folder: Path) -> None:
    done = attain("diff", folder, *SECURITY, "--from", "2026-11-24", "--to", "2026-10-24")
    assert "going back, their points have the opposite sign" in done.stdout
    assert "-4  won: [bold]Litware[/bold] (microsoft-365)" in done.stdout


def test_facts_as_they_were_known_before(folder: Path, tmp_path: Path) -> None:
    known = tables()
    known["workload_usage"] = [row for row in known["workload_usage"] if row["tenant_id"] != tenant(1)]
    before = write_facts(known, tmp_path / "before")
    rows = rows_of(attain("diff", folder, *SECURITY, *DIFF, "--before", before, "--format", "csv").stdout)
    assert {(row["kind"], row["points"]) for row in rows if row["metric"] == "net_customer_adds"} == {("restated", "4"), ("won", "4")}


def test_a_load_of_a_store_is_what_was_known_before(folder: Path, tmp_path: Path) -> None:
    known = tables()
    known["workload_usage"] = [
        row | {"active_users": 5} if row["tenant_id"] == tenant(1) and row["month"] == "2026-09" else row for row in known["workload_usage"]
    ]
    before, store = write_facts(known, tmp_path / "before"), tmp_path / "store"
    for command in (("init", store), ("import", before, "--into", store), ("import", folder, "--into", store)):
        assert attain(*command).returncode == 0
    rows = rows_of(attain("diff", store, *SECURITY, *DIFF, "--before-version", 1, "--format", "csv").stdout)
    assert [row["exact"] for row in rows if row["kind"] == "restated"] == ["1/10"]
    assert "5 on 2026-10-24" in next(row["reason"] for row in rows if row["kind"] == "restated")
    done = attain("reconcile", store, "--partner", PARTNER, "--store-version", 2)
    assert "Security on 2026-11-24" in done.stdout


def test_restatements_of_a_store_are_named_unasked(folder: Path, tmp_path: Path) -> None:
    # what came later for the first time is no restatement: certificates, and the usage of Azure
    known = {
        "workload_usage": [
            row | {"active_users": 5} if row["tenant_id"] == tenant(1) and row["month"] == "2026-09" else row
            for row in tables()["workload_usage"]
        ]
    }
    before, store = write_facts(known, tmp_path / "before"), tmp_path / "store"
    for command in (("init", store), ("import", before, "--into", store), ("import", folder, "--into", store)):
        assert attain(*command).returncode == 0
    done = attain("diff", store, *SECURITY, *DIFF, "--format", "csv")
    assert "load 2 restated workload_usage 2026-09, and the earlier day is scored by what was told before" in done.stderr
    rows = rows_of(done.stdout)
    [restated] = [row for row in rows if row["kind"] == "restated"]
    assert restated["exact"] == "1/10"
    assert "5 on 2026-10-24" in restated["reason"]
    assert "certified" not in {row["kind"] for row in rows}
    back = rows_of(attain("diff", store, *SECURITY, "--from", "2026-11-24", "--to", "2026-10-24", "--format", "csv").stdout)
    assert sorted((row["kind"], Fraction(row["exact"])) for row in back) == sorted((row["kind"], -Fraction(row["exact"])) for row in rows)
    told = attain("diff", store, *SECURITY, *DIFF, "--before-version", 2, "--format", "csv")
    assert "restated" not in told.stdout + told.stderr
    assert attain("store", "rebuild", store).returncode == 0
    done = attain("diff", store, *SECURITY, *DIFF, "--format", "csv")
    assert "but the store was rebuilt since: say --before-version 1" in done.stderr
    assert "restated" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--from", "yesterday", "--to", "2026-11-24"), 2, "--from"),
        ((*DIFF, "--track", "smbs"), 1, "did you mean smb?"),
        ((*DIFF, "-o", "x.csv"), 2, "--format"),
        (("--from", "2021-01-01", "--to", "2026-11-24"), 1, "no rules of security are known for 2021-01-01"),
    ],
)
def test_a_difference_that_cannot_be_told(folder: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = attain("diff", folder, *SECURITY, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_a_history_by_month_marks_other_rules(folder: Path) -> None:
    done = attain("history", folder, *SECURITY, "--from", "2026-06-01", "--to", "2026-08-15")
    assert done.returncode == 0
    lines = [line for line in done.stdout.splitlines() if line.strip().startswith("2026-")]
    assert [line.split()[0] for line in lines] == ["2026-06-30", "2026-07-31", "2026-08-15"]
    assert ["2026-07 begins" in line for line in lines] == [False, True, False]
    assert all("In progress" in line for line in lines)


def test_a_history_in_every_format(folder: Path, tmp_path: Path) -> None:
    asked = ("history", folder, *SECURITY, "--from", "2026-11-18", "--to", "2026-11-21", "--by", "day", "--format")
    rows = rows_of(attain(*asked, "csv").stdout)
    parsed = json.loads(attain(*asked, "json").stdout, parse_float=str, parse_int=str)
    assert attain(*asked, "parquet", "-o", tmp_path / "history.parquet").returncode == 0
    frame = pl.read_parquet(tmp_path / "history.parquet")
    assert tuple(rows[0]) == tuple(parsed[0]) == tuple(frame.columns) == CHRONICLE_COLUMNS
    adds = [row["points"] for row in rows if row["metric"] == "net_customer_adds"]
    assert adds == ["8", "8", "12", "12"] == [row["points"] for row in parsed if row["metric"] == "net_customer_adds"]
    assert frame.height == len(rows) == 20


def test_days_out_of_order_are_refused(folder: Path) -> None:
    done = attain("history", folder, "--from", "2026-11-18", "--to", "2026-11-01")
    assert (done.returncode, done.stdout) == (1, "")
    assert "2026-11-18 is after 2026-11-01" in done.stderr


def test_a_reconciliation_shows_both_numbers_and_clues(folder: Path) -> None:
    done = attain("reconcile", folder, "--partner", PARTNER)
    assert done.returncode == 0
    assert "Security on 2026-11-24, edition 2026-07" in done.stdout
    lines = {line.split("  ")[1].strip(): line for line in done.stdout.splitlines() if line.startswith("  ") and "smb" in line}
    assert lines["Net customer adds"].split()[-4:] == ["12", "12", "0", "agrees"]
    assert lines["Usage growth"].split()[-1] == "differs"
    assert "Usage growth could differ because of:" in done.stdout


def test_a_reconciliation_as_a_file(folder: Path) -> None:
    rows = rows_of(attain("reconcile", folder, "--partner", PARTNER, "--format", "csv").stdout)
    assert tuple(rows[0]) == COMPARED_COLUMNS
    assert [(row["metric"], row["reported_points"], row["agrees"]) for row in rows] == [
        ("net_customer_adds", "12", "true"),
        ("usage_growth", "0", "false"),
    ]


def test_nothing_reported_is_one_line(folder: Path) -> None:
    done = attain("reconcile", folder, "--partner", PARTNER, "--as-of", "2026-01-01")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing is reported for 1001 up to 2026-01-01 (days on which something is: 2026-11-24)" in done.stderr

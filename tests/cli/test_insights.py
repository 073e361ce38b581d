"""`attain customers`, `skilling`, `trends`, `parts` and `freshness`: what the library answers on the tracks that count, as rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.scoring.result import TOTAL
from attain.workspace import Workspace
from tests.oracle.build import M, P, azure, covered, people, seats
from tests.scoring.disk import write_facts

DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = covered(
        azure_usage=[azure(month, number, "700") for month in range(M - 11, M + 1) for number in range(3)],
        workload_usage=[seats(M, 1, 25, 10), seats(M, 2, 11, 11, associations=""), seats(P, 3, 20, 10)],
    )
    facts["certifications"] = people(AZ_500="AB", SC_200="AB", SC_100="ABC")["certifications"]
    return write_facts(facts, tmp_path_factory.mktemp("insights") / "facts")


@pytest.fixture(scope="module")
def workspace(folder: Path) -> Workspace:
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def partner(workspace: Workspace) -> str:
    return workspace.accounts()[0].partner_id


@pytest.fixture(scope="module")
def tracks(workspace: Workspace, partner: str) -> dict[str, str]:
    scores = workspace.score(DAY, partners=[partner])
    return {row.designation: row.track for row in scores.rows() if row.metric == TOTAL and row.selected}


def attain(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def rows_of(*words: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(attain(*words, "--format", "csv"))))


def test_customers_are_held_against_the_conditions_of_the_tracks_that_count(
    folder: Path, workspace: Workspace, partner: str, tracks: dict[str, str]
) -> None:
    asked = ("customers", folder, "--as-of", DAY, "--partner", partner, "--designation", "security")
    found = workspace.eligibility(DAY, partner=partner, tracks=tracks, designations=["security"])
    expected = {
        (one.tenant_id, f"{row.metric}.{row.pool}", one.meets(row.key), one.reason(row.key))
        for one in found.customers
        for row in found.criteria
        if one.meets(row.key)
    }
    rows = rows_of(*asked)
    assert {(row["tenant_id"], f"{row['metric']}.{row['pool']}", row["meets"], row["reason"]) for row in rows} == expected
    assert {row["track"] for row in rows} == {tracks["security"]}
    counting = rows_of(*asked, "--meets", "counts")
    assert counting == [row for row in rows if row["meets"] == "counts"]
    assert 0 < len(counting) < len(rows)
    tenant = rows[0]["tenant_id"]
    assert {row["tenant_id"] for row in rows_of(*asked, "--search", tenant.upper())} == {tenant}
    with pytest.raises(AttainError, match="customers do not stand so") as caught:
        attain(*asked, "--meets", "count")
    assert caught.value.hint == "did you mean counts?"


def test_steps_and_certificates(folder: Path, workspace: Workspace, partner: str, tracks: dict[str, str]) -> None:
    asked = ("skilling", folder, "--as-of", DAY, "--partner", partner)
    found = workspace.skilling(DAY, partner=partner, tracks=tracks)
    steps = [(one.ref.designation, one.ref.step_name, str(one.holders)) for one in found.steps]
    rows = rows_of(*asked)
    assert [(row["designation"], row["step"], row["holders"]) for row in rows] == steps
    for row, one in zip(rows, found.steps, strict=True):
        said = (row["is_gate"], row["needed"], row["missing"], row["is_met"])
        if one.ref.is_gate:
            met = "true" if one.holders >= one.needed else "false"
            assert said == ("true", str(one.needed), str(max(one.needed - one.holders, 0)), met)
        else:
            assert said == ("false", "", "", ""), "a step where each holder scores needs nobody, and is not met either"
    assert {one.ref.is_gate for one in found.steps} == {True, False}
    held = [(one.person_id, one.code, one.state) for one in found.certificates]
    rows = rows_of(*asked, "--certificates")
    assert [(row["person_id"], row["certification"], row["state"]) for row in rows] == held
    assert held


def test_usage_month_by_month(folder: Path, workspace: Workspace, partner: str, tracks: dict[str, str]) -> None:
    found = workspace.trends(DAY, partner=partner, tracks=tracks)
    months = [(table, one.month, str(one.customers), one.amount) for table, trend in found.of.items() for one in trend.months]
    rows = rows_of("trends", folder, "--as-of", DAY, "--partner", partner)
    assert [(row["table"], row["month"], row["customers"], Decimal(row["amount"])) for row in rows] == months
    assert months


def test_a_metric_is_split_on_the_track_that_counts_or_another(
    folder: Path, workspace: Workspace, partner: str, tracks: dict[str, str]
) -> None:
    metric = "net_customer_adds"
    asked = ("parts", folder, "--as-of", DAY, "--partner", partner, "--designation", "security", "--metric", metric)
    for track in sorted({tracks["security"], "enterprise"}):
        found = workspace.parts(DAY, partner=partner, designation="security", metric=metric, track=track)
        rows = rows_of(*asked, *(() if track == tracks["security"] else ("--track", track)))
        assert [(row["pool"], row["name"], Fraction(row["after"])) for row in rows] == [(one.pool, one.name, one.after) for one in found]
        assert found


def test_what_is_due_and_what_is_missing(folder: Path, workspace: Workspace) -> None:
    found = workspace.freshness(DAY)
    rows = rows_of("freshness", folder, "--as-of", DAY)
    assert [(row["table"], row["newest"], row["due"]) for row in rows if row["newest"]] == [
        (one.table, one.newest, str(one.due)) for one in found.tables
    ]
    assert [(row["table"], row["blocks"]) for row in rows if not row["newest"]] == [
        (one.table, ", ".join(one.blocks)) for one in found.missing
    ]
    assert found.tables


def test_tables_write_amounts_as_numbers(folder: Path, partner: str) -> None:
    shown = attain("trends", folder, "--as-of", DAY, "--partner", partner)
    assert "/" not in shown.splitlines()[1]
    assert "2,100" in shown

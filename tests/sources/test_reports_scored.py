"""From reports as they are downloaded to a score, in a facts folder and in a store."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from tests.sources.folders import write_csv
from tests.sources.reports import row

RUNNER = CliRunner(env={"TERM": "dumb"})
REVENUE, CUSTOMERS = "insights_business_revenue", "insights_customers"
OFFICE, CPOR = "insights_office_usage", "insights_cpor_usage"


def run(*words: str) -> str:
    result = RUNNER.invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def scored(tmp_path: Path, kind: str, files: list[list[dict[str, str]]], designation: str, metric: str) -> dict[str, tuple[str, str]]:
    """Import files one after the other, score at the end of November 2026, and give value and points of a metric by track."""
    facts = str(tmp_path / "facts")
    if kind == "store":
        run("init", facts)
    for number, rows in enumerate(files):
        run("import", str(write_csv(tmp_path / f"{number}.csv", rows)), "--into", facts)
    said = run("score", facts, "--as-of", "2026-11-24", "--partner", "100", "--designation", designation, "--format", "csv")
    return {each["track"]: (each["value"], each["points"]) for each in csv.DictReader(said.splitlines()) if each["metric"] == metric}


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_revenue_in_two_reports_is_one_customer(tmp_path: Path, kind: str) -> None:
    before = row(REVENUE, 2, FiscalMonthName="October, 2025")
    files = [[row(REVENUE, number) for number in range(3)] + [before], [row(CUSTOMERS, number) for number in range(4)]]
    found = scored(tmp_path, kind, files, "business-applications", "net_customer_adds")
    # new are Adatum and Fabrikam on Business Central, and Adatum on Power BI, too small for enterprise; Fabrikam on Power Apps was there
    assert found["smb"][0] == "3"
    assert found["enterprise"][0] == "2"


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_claimed_users_of_two_reports_count_once(tmp_path: Path, kind: str) -> None:
    office = [row(OFFICE, 0, MonthlyActiveUsers="250", Month="2025-10-01"), row(OFFICE), row(OFFICE, 1)]
    claims = [row(CPOR, 0, Date="10/1/2026"), row(CPOR, 0, Date="10/1/2025", MonthlyActiveUsers="240")]
    found = scored(tmp_path, kind, [office, claims], "modern-work", "usage_growth")
    assert found["enterprise"][0] == "40"

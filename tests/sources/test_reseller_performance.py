from __future__ import annotations

import csv
from pathlib import Path

from attain.facts.facts import load
from tests.sources.folders import S1, S2, T1, amounts, import_one, rejects, table, write_csv

SAMPLES = Path(__file__).parent / "samples"
SAMPLE = SAMPLES / "reseller_performance.csv"
USAGE = SAMPLES / "daily_rated_usage.csv"


def line(**cells: str) -> dict[str, str]:
    with SAMPLE.open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream)) | cells


def test_rows_of_several_resellers_are_split_by_partner(tmp_path: Path) -> None:
    report = import_one(SAMPLE, tmp_path / "facts")
    assert report.source == "reseller_performance"
    assert amounts(tmp_path / "facts", "month", "partner_id", "tenant_id", "subscription_id", "service", "basis") == {
        ("2026-10-01", "601", "", S1, "Azure", "billed"): "20.0000",
        ("2026-10-01", "602", "", S2, "Azure", "billed"): "5.0000",
    }
    assert (report.kept, report.unassigned) == (3, 3)
    assert report.left_out == {"no tenant is named: the invoice or the subscription details tell these by tenant": 1}


def test_the_portfolio(tmp_path: Path) -> None:
    import_one(SAMPLE, tmp_path / "facts")
    partners = [
        (row["partner_id"], row["name"], row["country"], row["kind"], row["distributor_id"])
        for row in table(tmp_path / "facts", "partners")
    ]
    assert partners == [
        ("500", "Fourth Coffee Distribution", "", "distributor", ""),
        ("601", "Contoso Berlin", "Germany", "reseller", "500"),
        ("602", "Northwind Oslo", "Norway", "reseller", "500"),
    ]


def test_the_tenant_comes_from_the_links_of_a_billing_file(tmp_path: Path) -> None:
    import_one(SAMPLE, tmp_path / "facts")
    import_one(USAGE, tmp_path / "facts")
    # the usage file tells of 601 in October itself; the row of 602 has no link
    assert {key for key in amounts(tmp_path / "facts", "partner_id", "service", "basis") if key[0] == "602"} == {("602", "Azure", "billed")}
    assert ("601", "Azure", "billed") not in amounts(tmp_path / "facts", "partner_id", "service", "basis")
    later = line(Month="9/1/2026", BilledRevenueUSD="7")
    import_one(write_csv(tmp_path / "sep.csv", [later]), tmp_path / "facts")
    facts = load(tmp_path / "facts")
    placed = facts.scan("azure_usage").collect()
    september = placed.filter(placed["month"] == placed["month"].min())
    assert september["tenant_id"].to_list() == [T1]
    assert september["acr"].to_list() == [70_000]


def test_a_usage_file_stands_whichever_comes_first(tmp_path: Path) -> None:
    import_one(USAGE, tmp_path / "facts")
    report = import_one(SAMPLE, tmp_path / "facts")
    assert "azure_usage: 1 of 2 rows are left out, a better source tells of the same (I-10)" in report.warnings
    assert report.tables["azure_usage"] == 1


def test_without_revenue_the_portfolio_alone_is_taken(tmp_path: Path) -> None:
    rows = [{name: cell for name, cell in line().items() if name != "BilledRevenueUSD"}]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert report.warnings == ("no BilledRevenueUSD: only who sells through whom is taken; an Executive report viewer sees revenue",)
    assert set(report.tables) == {"partners"}


def test_a_row_without_a_reseller_is_set_aside(tmp_path: Path) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [line(), line(), line(ResellerMpnID="-1")]), tmp_path / "facts")
    assert [row["reason"] for row in rejects(report)] == ["no reseller is named"]


def test_columns_by_their_other_names(tmp_path: Path) -> None:
    names = {"Month": "FiscalMonthName", "SubscriptionID": "SubscriptionGuid"}
    rows = [{names.get(name, name): cell for name, cell in line().items()}]
    assert import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts").source == "reseller_performance"
    assert amounts(tmp_path / "facts", "month", "subscription_id") == {("2026-10-01", S1): "22.9500"}

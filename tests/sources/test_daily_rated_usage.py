from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.facts.facts import load
from attain.sources.documents import open_document
from attain.sources.files import rows_of
from attain.sources.intake import parse_rate
from attain.sources.registry import recognize
from tests.sources.folders import S1, S2, T1, T2, amounts, import_one, rejects, table, write_csv

SAMPLE = Path(__file__).parent / "samples" / "daily_rated_usage.csv"


def sample_rows() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def line(**cells: str) -> dict[str, str]:
    """Give one row in US dollars, sold by reseller 601 to T1, with other cells as asked."""
    return sample_rows()[0] | {"BillingCurrency": "USD", "BillingPreTaxTotal": "25.5"} | cells


def months(facts: Path, *columns: str) -> set[tuple[str, ...]]:
    return {tuple(row[column] for column in columns) for row in table(facts, "azure_usage")}


def test_the_sample_is_known_by_its_header() -> None:
    for name in (SAMPLE,):
        assert recognize(next(rows_of(open_document(name)))[1], "").name == "daily_rated_usage"


def test_the_sample_by_reseller_basis_and_month_of_the_invoice(tmp_path: Path) -> None:
    report = import_one(SAMPLE, tmp_path / "facts")
    assert amounts(tmp_path / "facts", "month", "partner_id", "tenant_id", "subscription_id", "service", "basis") == {
        ("2026-10-01", "601", T1, S1, "Key Vault", "billed"): "28.0500",
        ("2026-10-01", "601", T1, S1, "Key Vault", "list"): "33.0000",
        ("2026-10-01", "500", T2, S2, "Virtual Machines", "billed"): "2.3040",
        ("2026-10-01", "500", T2, S2, "Virtual Machines", "list"): "2.3040",
    }
    assert (report.rows_in, report.kept, report.rejected, report.unassigned) == (4, 3, 0, 0)
    assert report.left_out == {"sold through the marketplace by others: no Azure consumption": 1}
    assert report.months == ("2026-10",)
    assert any(warning.startswith("usage of earlier months that was billed late") for warning in report.warnings)


def test_partners_customers_and_links_of_the_sample(tmp_path: Path) -> None:
    import_one(SAMPLE, tmp_path / "facts")
    partners = [(row["partner_id"], row["name"], row["kind"], row["distributor_id"]) for row in table(tmp_path / "facts", "partners")]
    assert partners == [("500", "Fourth Coffee Distribution", "distributor", ""), ("601", "", "reseller", "500")]
    customers = [(row["tenant_id"], row["name"], row["domain"], row["country"]) for row in table(tmp_path / "facts", "customers")]
    assert customers == [(T1, "Adatum", "adatum.example", "DE"), (T2, "Fabrikam", "fabrikam.example", "US")]
    links = {
        (row["partner_id"], row["tenant_id"], row["association"], row["scope"], row["started_on"], row["ended_on"])
        for row in table(tmp_path / "facts", "associations")
    }
    assert links == {
        ("601", T1, "csp2", S1, "2026-09-01", "2026-09-30"),
        ("601", T1, "csp2", S1, "2026-10-01", "2026-10-31"),
        ("500", T2, "csp1", S2, "2026-10-01", "2026-10-31"),
    }


def test_the_basis_is_never_consumed_revenue(tmp_path: Path) -> None:
    import_one(SAMPLE, tmp_path / "facts")
    assert months(tmp_path / "facts", "basis") == {("billed",), ("list",)}
    with pytest.raises(AttainError, match="a usage file states no amounts on basis amortized"):
        import_one(SAMPLE, tmp_path / "other", basis="amortized")
    import_one(SAMPLE, tmp_path / "list", basis="list")
    assert months(tmp_path / "list", "basis") == {("list",)}


def test_the_facts_can_be_loaded_and_are_recognized_by_their_links(tmp_path: Path) -> None:
    import_one(SAMPLE, tmp_path / "facts")
    facts = load(tmp_path / "facts")
    assert not facts.report.rejects
    assert set(facts.months["azure_usage"]) == {"billed", "list"}
    assert set(facts.scan("azure_usage").collect()["associations"].to_list()) == {1 << 2, 1 << 3}


def test_the_older_names_of_the_columns(tmp_path: Path) -> None:
    old = {"MPNID": "500", "ResellerMPNID": "601"}
    rows = [{name: cell for name, cell in line(**old).items() if name not in {"MpnId", "ResellerMpnId"}}]
    import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    new = [{"Tier2MpnId" if name == "ResellerMpnId" else name: cell for name, cell in line().items()}]
    import_one(write_csv(tmp_path / "g.csv", new), tmp_path / "other")
    assert months(tmp_path / "facts", "partner_id") == months(tmp_path / "other", "partner_id") == {("601",)}


def test_before_the_invoice_a_blank_reseller_is_nobody(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [line(ResellerMpnId="", InvoiceNumber="")])
    report = import_one(path, tmp_path / "facts")
    assert months(tmp_path / "facts", "partner_id", "tenant_id") == {("", T1)}
    assert report.unassigned == 1
    assert report.warnings == ("1 row names no reseller, and no invoice that would make it a sale of its own: --partner fills it",)
    import_one(path, tmp_path / "facts", partner="601")
    assert months(tmp_path / "facts", "partner_id") == {("601",)}
    assert [row["association"] for row in table(tmp_path / "facts", "associations")] == ["csp2"]


@pytest.mark.parametrize("nobody", ["", "0", "-1", "500"])
def test_on_an_invoice_a_row_without_a_reseller_is_the_billed_partners_own(tmp_path: Path, nobody: str) -> None:
    import_one(write_csv(tmp_path / "f.csv", [line(ResellerMpnId=nobody)]), tmp_path / "facts")
    assert months(tmp_path / "facts", "partner_id") == {("500",)}
    assert [row["association"] for row in table(tmp_path / "facts", "associations")] == ["csp1"]


def test_without_the_column_of_resellers_nobody_is_guessed(tmp_path: Path) -> None:
    rows = [{name: cell for name, cell in line().items() if name != "ResellerMpnId"}]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert report.unassigned == 1
    assert [feed.missing for feed in report.feeds if feed.missing] == [("ResellerMpnId",)]


def test_the_plan_is_not_the_subscription(tmp_path: Path) -> None:
    import_one(write_csv(tmp_path / "f.csv", [line()]), tmp_path / "facts")
    assert months(tmp_path / "facts", "subscription_id") == {(S1,)}


def test_two_currencies_and_a_rate(tmp_path: Path) -> None:
    pounds = {"BillingCurrency": "GBP", "PricingCurrency": "GBP", "BillingPreTaxTotal": "10"}
    path = write_csv(tmp_path / "f.csv", [line(), line(), line(), line(**pounds)])
    report = import_one(path, tmp_path / "facts")
    assert (report.kept, report.rejected) == (3, 1)
    assert rejects(report)[0]["reason"] == "not in US dollars, and no rate for 2026-10: say --rate GBP=RATE@2026-10"
    report = import_one(path, tmp_path / "other", rates=dict([parse_rate("GBP=1.25@2026-10")]))
    assert report.sums == {"billed": "89", "list": "127.5"}
    assert report.rates == {"GBP@2026-10": "1.25"}


def test_list_is_left_out_where_a_price_is_in_no_known_currency(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [line(), line(UnitPrice="")])
    report = import_one(path, tmp_path / "facts")
    assert set(report.sums) == {"billed"}
    assert report.warnings == ("basis list is left out: 1 row carries no list price in US dollars (--basis list takes the others)",)


def test_customer_credits_are_no_consumption(tmp_path: Path) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [line(), line(ChargeType="customerCredit")]), tmp_path / "facts")
    assert report.left_out == {"taxes, credits and adjustments: no consumption of a service": 1}


def test_late_usage_takes_nothing_from_a_month_that_its_own_invoice_told(tmp_path: Path) -> None:
    september = line(UsageDate="9/30/2026", InvoiceNumber="G1")
    late = line(UsageDate="9/29/2026", InvoiceNumber="G2", BillingPreTaxTotal="1")
    october = line(UsageDate="10/30/2026", InvoiceNumber="G2", BillingPreTaxTotal="4")
    import_one(write_csv(tmp_path / "sep.csv", [september]), tmp_path / "facts", basis="billed")
    import_one(write_csv(tmp_path / "oct.csv", [late, october]), tmp_path / "facts", basis="billed")
    assert amounts(tmp_path / "facts", "month") == {("2026-09-01",): "25.5000", ("2026-10-01",): "5.0000"}


@pytest.mark.parametrize("is_there", [True, False])
def test_usage_of_many_months_that_names_no_invoice_counts_each_in_its_own(tmp_path: Path, is_there: bool) -> None:
    rows = [line(UsageDate=f"{month}/15/2026", InvoiceNumber="", BillingPreTaxTotal=str(month)) for month in (8, 9, 10)]
    if not is_there:
        rows = [{name: cell for name, cell in row.items() if name != "InvoiceNumber"} for row in rows]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts", basis="billed", partner="601")
    assert amounts(tmp_path / "facts", "month") == {("2026-08-01",): "8.0000", ("2026-09-01",): "9.0000", ("2026-10-01",): "10.0000"}
    assert report.months == ("2026-08", "2026-09", "2026-10")
    assert report.warnings == ("rows of f.csv name no invoice and are of 3 months: each counts in its own",)


def test_usage_that_came_late_before_the_invoice_counts_in_the_month_after(tmp_path: Path) -> None:
    rows = [line(UsageDate=day, InvoiceNumber="", BillingPreTaxTotal="2") for day in ("9/30/2026", "10/1/2026")]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts", basis="billed", partner="601")
    assert amounts(tmp_path / "facts", "month") == {("2026-10-01",): "4.0000"}
    assert report.warnings == (
        "rows of f.csv name no invoice and are of 2 months: they count in 2026-10, as usage that came late; "
        "give each month by itself where it is not",
    )


def test_the_lines_of_the_api_say_the_same(tmp_path: Path) -> None:
    numbers = {"UnitPrice", "Quantity", "BillingPreTaxTotal", "PricingPreTaxTotal", "EffectiveUnitPrice", "PCToBCExchangeRate"}
    dates = {"ChargeStartDate", "ChargeEndDate", "UsageDate", "PCToBCExchangeRateDate"}

    def written(name: str, cell: str) -> str:
        if name in dates:
            month, day, year = cell.split("/")
            return f'"{year}-{month:>02}-{day:>02}T00:00:00Z"'
        return cell if name in numbers else json.dumps(cell or None)

    lines = ["{" + ", ".join(f'"{name}": {written(name, cell)}' for name, cell in row.items()) + "}" for row in sample_rows()]
    path = tmp_path / "part-00000.json.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    report = import_one(path, tmp_path / "api")
    import_one(SAMPLE, tmp_path / "csv")
    assert report.source == "daily_rated_usage"
    for name in ("azure_usage", "partners", "customers", "associations"):
        assert table(tmp_path / "api", name) == table(tmp_path / "csv", name)


def test_the_line_items_of_the_older_api_say_the_same_in_camel_case(tmp_path: Path) -> None:
    def camel(name: str) -> str:
        return name[0].lower() + name[1:]

    renamed = {"ResellerMpnId": "tier2MpnId"}
    items = [{renamed.get(name, camel(name)): cell for name, cell in row.items()} for row in sample_rows()]
    items[2]["tier2MpnId"] = "0"
    path = tmp_path / "lineitems.json"
    path.write_text(json.dumps({"totalCount": 4, "items": items, "links": {"self": {"uri": "/invoices"}}}), encoding="utf-8")
    report = import_one(path, tmp_path / "api")
    import_one(SAMPLE, tmp_path / "csv")
    assert report.source == "daily_rated_usage"
    assert table(tmp_path / "api", "azure_usage") == table(tmp_path / "csv", "azure_usage")


def test_the_basic_attributes_of_the_api_are_not_enough(tmp_path: Path) -> None:
    rows = [{name: cell for name, cell in line().items() if not name.startswith("Meter")}]
    with pytest.raises(AttainError, match="nearest to CSP billing, daily-rated usage of Azure plans, but lacks MeterCategory"):
        import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from attain.facts.facts import load
from attain.rulebook.load import load_book
from attain.sources.documents import open_document
from attain.sources.files import rows_of
from attain.sources.importing import import_files
from attain.sources.intake import Options, Tally, parse_rate
from attain.sources.products import Products
from attain.sources.registry import recognize
from tests.sources.folders import T1, T2, amounts, import_one, rejects, table, write_csv

SAMPLES = Path(__file__).parent / "samples"
NEW = SAMPLES / "new_commerce_invoice.csv"
LICENSE = SAMPLES / "legacy_license_invoice.csv"
USAGE = SAMPLES / "legacy_usage_invoice.csv"
D1 = "dddddddd-1111-4111-8111-111111111111"


def line(**cells: str) -> dict[str, str]:
    """Give one new-commerce line: 20 seats of Dynamics 365 Sales from 15 October to 14 November."""
    with NEW.open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream)) | cells


def seats(facts: Path) -> dict[tuple[str, ...], str]:
    rows = table(facts, "workload_usage")
    found = {(row["month"][:7], row["partner_id"], row["tenant_id"], row["workload"]): row["paid_licenses"] for row in rows}
    assert len(found) == len(rows)
    return found


def revenue(facts: Path) -> dict[tuple[str, ...], str]:
    rows = table(facts, "workload_revenue")
    found = {(row["month"][:7], row["partner_id"], row["tenant_id"], row["workload"]): row["revenue_usd"] for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("path", [NEW, LICENSE, USAGE], ids=lambda path: path.stem)
def test_the_samples_are_known_by_their_headers(path: Path) -> None:
    assert recognize(next(rows_of(open_document(path)))[1], "").name == path.stem


def test_seats_and_revenue_of_a_new_commerce_invoice(tmp_path: Path) -> None:
    report = import_one(NEW, tmp_path / "facts")
    assert seats(tmp_path / "facts") == {
        ("2026-10", "601", T1, "sales"): "22",
        ("2026-10", "500", T2, "power-bi"): "300",
        ("2026-10", "601", T1, "Microsoft 365 Business Premium"): "40",
    }
    assert revenue(tmp_path / "facts") == {
        ("2026-10", "601", T1, "sales"): "2117.7500",
        ("2026-10", "500", T2, "power-bi"): "3000.0000",
        ("2026-10", "601", T1, "Microsoft 365 Business Premium"): "880.0000",
    }
    assert (report.kept, report.rejected, report.sums) == (6, 0, {"billed": "5997.75"})
    assert report.left_out == {
        "Azure: the usage file tells it by subscription and service": 1,
        "sold through the marketplace by others: no Azure consumption": 1,
        "taxes, credits and adjustments: no consumption of a service": 1,
        "trials: no paid seats": 1,
    }


@pytest.mark.parametrize(
    ("qualifiers", "trials"),
    [("Trial", 1), ("Add-on, Trial", 1), ('["Add-on","Trial"]', 1), ("trial;addon", 1), ("Add-on", 0), ("Trialware", 0), ("", 0)],
)
def test_a_product_with_several_qualifiers_may_be_a_trial(tmp_path: Path, qualifiers: str, trials: int) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [line(), line(ProductQualifiers=qualifiers)]), tmp_path / "facts")
    assert (report.kept, report.left_out.get("trials: no paid seats", 0)) == (2 - trials, trials)


def test_the_links_of_an_invoice_name_subscriptions_and_workloads(tmp_path: Path) -> None:
    import_one(NEW, tmp_path / "facts")
    links = {(row["partner_id"], row["association"], row["scope"], row["started_on"]) for row in table(tmp_path / "facts", "associations")}
    assert {link for link in links if link[0] == "500"} == {
        ("500", "csp1", "dddddddd-2222-4222-8222-222222222222", "2026-10-01"),
        ("500", "csp1", "power-bi", "2026-10-01"),
    }
    assert {("601", "csp2", D1, "2026-10-01"), ("601", "csp2", "sales", "2026-10-01"), ("601", "csp2", D1, "2026-09-01")} <= links


def test_the_facts_of_an_invoice_can_be_loaded_and_are_recognized(tmp_path: Path) -> None:
    import_one(NEW, tmp_path / "facts")
    facts = load(tmp_path / "facts")
    assert not facts.report.rejects
    by_partner = {row["partner_id"]: row["associations"] for row in facts.scan("workload_revenue").collect().to_dicts()}
    assert by_partner == {"500": 1 << 2, "601": 1 << 3}


def test_a_correction_of_an_earlier_month_takes_nothing_from_that_month(tmp_path: Path) -> None:
    september = line(InvoiceNumber="G1", ChargeStartDate="9/15/2026", ChargeEndDate="10/14/2026")
    import_one(write_csv(tmp_path / "sep.csv", [september]), tmp_path / "facts")
    import_one(NEW, tmp_path / "facts")
    assert revenue(tmp_path / "facts")["2026-09", "601", T1, "sales"] == "1900.0000"


def monthly(months: list[int], number: str = "") -> list[dict[str, str]]:
    """Give a line of 100 dollars and 20 seats for each of some months of 2026 that have 31 days."""
    return [
        line(ChargeStartDate=f"{month}/1/2026", ChargeEndDate=f"{month}/31/2026", Subtotal="100", InvoiceNumber=number) for month in months
    ]


@pytest.mark.parametrize("is_there", [True, False])
def test_lines_of_many_months_that_name_no_invoice_count_each_in_its_own(tmp_path: Path, is_there: bool) -> None:
    lines = monthly([5, 7, 8, 10])
    if not is_there:
        lines = [{name: cell for name, cell in one.items() if name != "InvoiceNumber"} for one in lines]
    report = import_one(write_csv(tmp_path / "f.csv", lines), tmp_path / "facts")
    assert {month: amount for (month, *_), amount in revenue(tmp_path / "facts").items()} == dict.fromkeys(
        ("2026-05", "2026-07", "2026-08", "2026-10"), "100.0000"
    )
    assert report.warnings == ("lines of f.csv name no invoice and begin in 4 months: each counts in its own",)


def test_lines_that_name_no_invoice_are_one_where_most_begin_in_one_month(tmp_path: Path) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", monthly([10, 10, 10, 8, 7])), tmp_path / "facts")
    assert {month: amount for (month, *_), amount in revenue(tmp_path / "facts").items()} == {"2026-10": "500.0000"}
    assert report.warnings == (
        "2 of 5 lines of f.csv name no invoice and do not begin in 2026-10, as most do: they count in it, as corrections do; "
        "keep InvoiceNumber, or give each month by itself",
    )


def test_half_of_the_lines_are_not_most(tmp_path: Path) -> None:
    import_one(write_csv(tmp_path / "f.csv", monthly([8, 10])), tmp_path / "facts")
    assert {month: amount for (month, *_), amount in revenue(tmp_path / "facts").items()} == {"2026-08": "100.0000", "2026-10": "100.0000"}


def test_lines_of_an_invoice_count_in_its_month_beside_lines_that_name_none(tmp_path: Path) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [*monthly([10, 10, 7], "G1"), *monthly([5])]), tmp_path / "facts")
    assert {month: amount for (month, *_), amount in revenue(tmp_path / "facts").items()} == {"2026-10": "300.0000", "2026-05": "100.0000"}
    assert report.warnings == ()


def test_seats_over_a_year_need_all_invoices_together(tmp_path: Path) -> None:
    year = line(Quantity="10", ChargeStartDate="1/10/2026", ChargeEndDate="1/9/2027", InvoiceNumber="G1")
    more = line(ChargeType="addQuantity", Quantity="2", ChargeStartDate="3/5/2026", ChargeEndDate="1/9/2027", InvoiceNumber="G3")
    gone = line(ChargeType="cancelImmediate", Quantity="12", Subtotal="-1", ChargeStartDate="5/6/2026", ChargeEndDate="1/9/2027")
    other = line(CustomerId=T2, ChargeStartDate="2/1/2026", ChargeEndDate="2/28/2026", InvoiceNumber="G2")
    files = [write_csv(tmp_path / f"{place}.csv", [row]) for place, row in enumerate((year, more, gone, other))]
    [report] = import_files(files, tmp_path / "facts", Options(parts=True))
    found = {month: level for (month, _, tenant, _), level in seats(tmp_path / "facts").items() if tenant == T1}
    assert found == {"2026-01": "10", "2026-02": "10", "2026-03": "12"}
    assert any("billed for more than a month at once" in warning for warning in report.warnings)


def test_a_removal_without_its_purchase_leaves_no_seats_below_nothing(tmp_path: Path) -> None:
    import_one(write_csv(tmp_path / "f.csv", [line(ChargeType="removeQuantity", Subtotal="-5")]), tmp_path / "facts")
    assert not (tmp_path / "facts" / "workload_usage").exists()


def test_another_currency_needs_a_dollar_price_or_a_rate(tmp_path: Path) -> None:
    euro = line(Currency="EUR", PricingCurrency="EUR")
    path = write_csv(tmp_path / "f.csv", [euro, line(), line()])
    report = import_one(path, tmp_path / "facts")
    assert rejects(report)[0]["reason"] == "not in US dollars, and no rate for 2026-10: say --rate EUR=RATE@2026-10"
    report = import_one(path, tmp_path / "other", rates=dict([parse_rate("EUR=1.1@2026-10")]))
    assert report.sums == {"billed": "5890"}


def test_a_credit_in_another_currency_stays_a_credit(tmp_path: Path) -> None:
    back = line(ChargeType="removeQuantity", Currency="EUR", Subtotal="-90", EffectiveUnitPrice="50", BillableQuantity="2")
    report = import_one(write_csv(tmp_path / "f.csv", [back]), tmp_path / "facts")
    assert report.sums == {"billed": "-100"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"ChargeStartDate": "1/1/0001", "ChargeEndDate": "1/15/0001"}, "is a month outside 2000 to 2099: check the year"),
        ({"ChargeStartDate": "12/31/1999", "ChargeEndDate": "1/31/2000"}, "is a month outside 2000 to 2099: check the year"),
        ({"ChargeStartDate": "1/1/2100", "ChargeEndDate": "1/31/2100"}, "is a month outside 2000 to 2099: check the year"),
        ({"Quantity": "1.5"}, "not a whole number of seats"),
        ({"Subtotal": ""}, "empty"),
        ({"ChargeEndDate": "10/1/2026"}, "lies before the start, 2026-10-15"),
        ({"CustomerId": "nobody"}, "not a GUID"),
        ({"MpnId": "0", "ResellerMpnId": "-1"}, "no reseller is named: --partner fills it"),
    ],
)
def test_lines_that_are_set_aside(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [line(), line(), line(**cells)]), tmp_path / "facts")
    assert [row["reason"] for row in rejects(report)] == [reason]


@pytest.mark.parametrize(
    ("product", "workload"),
    [
        ("Dynamics 365 Business Central Essentials", "business-central"),
        ("Power Apps per app plan", "power-apps"),
        ("Microsoft Teams Premium Introductory Pricing", "teams-premium"),
        ("Microsoft Teams Premium", "teams-premium"),
        ("Microsoft Teams Enterprise (NCE)", "teams"),
        ("Microsoft Defender for Endpoint P1", "Microsoft Defender for Endpoint P1"),
        ("Microsoft 365 E5", "Microsoft 365 E5"),
    ],
)
def test_products_by_their_names(product: str, workload: str) -> None:
    assert Products(load_book().catalog, Tally()).workload(product) == workload


def test_a_legacy_license_invoice(tmp_path: Path) -> None:
    report = import_one(LICENSE, tmp_path / "facts")
    assert seats(tmp_path / "facts") == {("2020-09", "601", T1, "power-bi"): "10", ("2020-09", "500", T2, "exchange-online"): "7"}
    assert revenue(tmp_path / "facts") == {
        ("2020-09", "601", T1, "power-bi"): "99.0000",
        ("2020-09", "500", T2, "exchange-online"): "28.0000",
    }
    assert report.rejected == 0
    scopes = {row["scope"] for row in table(tmp_path / "facts", "associations")}
    assert "eeeeeeee-1111-4111-8111-111111111111" in scopes
    assert "usCBMgAAAAAAAAIA" not in scopes


def test_a_legacy_usage_invoice(tmp_path: Path) -> None:
    report = import_one(USAGE, tmp_path / "facts")
    assert amounts(tmp_path / "facts", "month", "partner_id", "service", "basis") == {
        ("2019-02-01", "601", "Key Vault", "billed"): "2.5500",
        ("2019-02-01", "601", "Key Vault", "list"): "3.0000",
        ("2019-02-01", "601", "Storage", "billed"): "0.8500",
        ("2019-02-01", "601", "Storage", "list"): "1.0000",
    }
    assert (report.kept, report.unassigned) == (2, 0)

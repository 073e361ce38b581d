from __future__ import annotations

from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources.importing import import_files
from attain.sources.intake import Options, parse_rate
from tests.sources.folders import S1, S2, T1, T2, amounts, ea, focus, import_one, mca, rejects, table, write_csv


def taken(tmp_path: Path, rows: list[dict[str, str]], **options: object) -> dict[tuple[str, ...], str]:
    write_csv(tmp_path / "f.csv", rows)
    import_one(tmp_path / "f.csv", tmp_path / "facts", **options)
    return amounts(tmp_path / "facts", "service", "basis")


# FOCUS


def test_each_cost_column_of_focus_is_a_basis_of_its_own(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [focus()])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    rows = table(tmp_path / "facts", "azure_usage")
    assert {row["basis"]: row["acr_usd"] for row in rows} == {"billed": "3.0000", "amortized": "4.0000", "list": "5.0000"}
    assert {(row["month"], row["partner_id"], row["tenant_id"], row["subscription_id"], row["offer"]) for row in rows} == {
        ("2024-09-01", "", "", S1, "")
    }
    assert (report.rows_in, report.kept, report.unassigned, report.months) == (1, 1, 1, ("2024-09",))


def test_focus_prefers_the_columns_of_microsoft(tmp_path: Path) -> None:
    own = {"x_SkuMeterCategory": "Key Vault", "x_SkuOfferId": "MS-AZR-0148P", "x_CustomerId": T1, "x_ResellerId": "4711"}
    dollars = {"x_BilledCostInUsd": "30", "x_EffectiveCostInUsd": "40", "x_ListCostInUsd": "50", "BillingCurrency": "EUR"}
    write_csv(tmp_path / "f.csv", [focus(**own, **dollars)])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    rows = table(tmp_path / "facts", "azure_usage")
    assert {(row["partner_id"], row["tenant_id"], row["service"], row["offer"]) for row in rows} == {
        ("4711", T1, "Key Vault", "MS-AZR-0148P")
    }
    assert {row["basis"]: row["acr_usd"] for row in rows} == {"billed": "30.0000", "amortized": "40.0000", "list": "50.0000"}
    assert report.unassigned == 0


def test_other_providers_the_marketplace_and_taxes_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [
        focus(),
        focus(ProviderName="AWS"),
        focus(ProviderName="AWS"),
        focus(ProviderName="NULL"),
        focus(PublisherName="Red Hat"),
        focus(ChargeCategory="Tax"),
        focus(ChargeCategory="Credit"),
        focus(ChargeCategory="Adjustment"),
    ]
    write_csv(tmp_path / "f.csv", rows)
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert (report.rows_in, report.kept, report.rejected) == (8, 1, 0)
    assert report.left_out == {
        "other provider: AWS": 2,
        "other provider: none named": 1,
        "sold through the marketplace by others: no Azure consumption": 1,
        "taxes, credits and adjustments: no consumption of a service": 3,
    }


def test_a_purchase_has_no_list_price_of_consumption(tmp_path: Path) -> None:
    rows = [focus(), focus(ChargeCategory="Purchase", BilledCost="100", EffectiveCost="0", ListCost="100")]
    found = taken(tmp_path, rows)
    assert found == {
        ("Storage Accounts", "billed"): "103.0000",
        ("Storage Accounts", "amortized"): "4.0000",
        ("Storage Accounts", "list"): "5.0000",
    }


def test_list_is_left_out_where_a_row_lacks_its_list_price(tmp_path: Path) -> None:
    rows = [focus(), focus(ListCost="0"), focus(ListCost="0", BilledCost="0", EffectiveCost="0")]
    write_csv(tmp_path / "f.csv", rows)
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert set(report.sums) == {"billed", "amortized"}
    assert report.warnings[-1] == "basis list is left out: 1 row carries a cost but no list price (--basis list takes the others)"
    assert taken(tmp_path, rows, basis="list") == {("Storage Accounts", "list"): "5.0000"}


def test_one_basis_alone(tmp_path: Path) -> None:
    assert taken(tmp_path, [focus()], basis="billed") == {("Storage Accounts", "billed"): "3.0000"}


def test_a_basis_that_the_file_does_not_state(tmp_path: Path) -> None:
    rows = [{column: cell for column, cell in focus().items() if column != "ListCost"}]
    with pytest.raises(AttainError, match=r"f.csv: the file states no amounts on basis list \(it states billed, amortized\)"):
        taken(tmp_path, rows, basis="list")


# Currencies


def test_another_currency_needs_a_rate_of_its_month(tmp_path: Path) -> None:
    rows = [focus(), focus(), focus(BillingCurrency="EUR", ChargePeriodStart="2024-10-01 00:00:00")]
    write_csv(tmp_path / "f.csv", rows)
    report = import_one(tmp_path / "f.csv", tmp_path / "facts", rates=dict([parse_rate("EUR=1.08@2024-09")]))
    assert (report.kept, report.rejected) == (2, 1)
    [reject] = rejects(report)
    assert "2024-10-01 00:00:00" in reject.pop("given")
    assert [reject] == [
        {
            "file": "f.csv",
            "row": "4",
            "column": "BillingCurrency",
            "value": "EUR",
            "reason": "not in US dollars, and no rate for 2024-10: say --rate EUR=RATE@2024-10",
        }
    ]


def test_a_dated_rate_is_used_exactly_and_recorded(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [focus(BillingCurrency="EUR", BilledCost="0.333")])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts", rates=dict([parse_rate("eur=1.0815@2024-09")]), basis="billed")
    assert report.sums == {"billed": "0.3601395"}
    assert report.rates == {"EUR@2024-09": "1.0815"}
    assert report.currencies == ("EUR",)
    assert '"EUR@2024-09": "1.0815"' in (tmp_path / "facts" / ".attain-imports.json").read_text(encoding="utf-8")


def test_a_file_all_in_another_currency_is_stopped_with_the_reason(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [focus(BillingCurrency="EUR")])
    with pytest.raises(AttainError, match="say --rate EUR=RATE@2024-09"):
        import_files([tmp_path / "f.csv"], tmp_path / "facts", Options())
    assert not (tmp_path / "facts" / "azure_usage").exists()


@pytest.mark.parametrize(
    "text", ["EUR", "EUR=1.08", "EUR=0@2024-09", "EUR=-1@2024-09", "EURO=1@2024-09", "EUR=1,08@2024-09", "EUR=1.08@soon", "=1@2024-09"]
)
def test_a_rate_that_is_none(text: str) -> None:
    with pytest.raises(AttainError) as caught:
        parse_rate(text)
    assert caught.value.code == "rate-unclear"


# Enterprise Agreement


def test_an_export_without_commitments_is_billed_and_retail(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [ea(), ea(MeterCategory="Sentinel", Cost="0.00004", Quantity="0.0004", PayGPrice="0.1")])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert amounts(tmp_path / "facts", "service", "basis") == {
        ("Key Vault", "billed"): "3.0000",
        ("Key Vault", "list"): "4.0000",
        ("Sentinel", "billed"): "0.0000",
        ("Sentinel", "list"): "0.0000",
    }
    assert report.sums == {"billed": "3.00004", "list": "4.00004"}
    assert report.warnings == (
        "no reservation or savings plan in it, so actual and amortized cost are equal: taken as billed (or say --basis amortized)",
    )
    assert {row["offer"] for row in table(tmp_path / "facts", "azure_usage")} == {"MS-AZR-0017P"}


PURCHASE = ea(ChargeType="Purchase", PricingModel="Reservation", Cost="100", Quantity="1", PayGPrice="0")
COVERED_ACTUAL = ea(PricingModel="Reservation", Cost="0", EffectivePrice="0", PayGPrice="2")
COVERED_AMORTIZED = ea(PricingModel="SavingsPlan", Cost="1", PayGPrice="2")
UNUSED = ea(ChargeType="UnusedReservation", PricingModel="Reservation", Cost="5", PayGPrice="0")


@pytest.mark.parametrize("rows", [[ea(), PURCHASE], [ea(), COVERED_ACTUAL], [ea(), PURCHASE, COVERED_ACTUAL]])
def test_an_actual_export_is_told_by_its_rows(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    assert {basis for _, basis in taken(tmp_path, rows)} == {"billed", "list"}


@pytest.mark.parametrize("rows", [[ea(), COVERED_AMORTIZED], [ea(), UNUSED], [ea(), UNUSED, COVERED_AMORTIZED]])
def test_an_amortized_export_is_told_by_its_rows(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    assert {basis for _, basis in taken(tmp_path, rows)} == {"amortized", "list"}


def test_an_export_that_looks_like_both_needs_a_word(tmp_path: Path) -> None:
    rows = [PURCHASE, COVERED_AMORTIZED]
    with pytest.raises(AttainError) as caught:
        taken(tmp_path, rows)
    assert caught.value.code == "basis-unclear"
    assert taken(tmp_path, rows, basis="amortized") == {("Key Vault", "amortized"): "101.0000"}


def test_a_word_against_the_rows_is_heard_with_a_warning(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [UNUSED])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts", basis="billed")
    assert list(report.sums) == ["billed"]
    assert report.warnings[0] == "taken as billed because you say so, though rows look like the other kind of export"


def test_unused_commitments_and_refunds_count_on_cost_alone(tmp_path: Path) -> None:
    refund = ea(ChargeType="Refund", Cost="-1", PayGPrice="9")
    assert taken(tmp_path, [ea(), refund, UNUSED]) == {("Key Vault", "amortized"): "7.0000", ("Key Vault", "list"): "4.0000"}


def test_a_retail_price_of_zero_on_usage_that_costs_is_no_price(tmp_path: Path) -> None:
    rows = [ea(), ea(PayGPrice="0"), ea(PayGPrice="0", UnitPrice="0", Cost="0")]
    assert taken(tmp_path, rows) == {("Key Vault", "billed"): "6.0000"}
    assert taken(tmp_path, rows, basis="list") == {("Key Vault", "list"): "4.0000"}


def test_other_clouds_the_marketplace_and_rounding_are_left_out(tmp_path: Path) -> None:
    rows = [ea(), ea(PublisherType="AWS"), ea(PublisherType="Marketplace"), ea(ChargeType="RoundingAdjustment"), ea(ChargeType="Tax")]
    write_csv(tmp_path / "f.csv", rows)
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert (report.kept, sum(report.left_out.values())) == (1, 4)


def test_sums_are_exact_and_rounded_once_half_to_even(tmp_path: Path) -> None:
    halves = [ea(MeterCategory="even", Cost="0.00001") for _ in range(25)]
    odd = [ea(MeterCategory="odd", Cost="0.00005"), ea(MeterCategory="odd", Cost="0.0001")]
    long = [ea(MeterCategory="long", Cost="123456789.00005"), ea(MeterCategory="long", Cost="0.0000000000000000000000000000000001")]
    found = taken(tmp_path, [*halves, *odd, *long])
    assert found["even", "billed"] == "0.0002"
    assert found["odd", "billed"] == "0.0002"
    assert found["long", "billed"] == "123456789.0001"


def test_the_month_is_told_by_other_dates_of_the_file(tmp_path: Path) -> None:
    row = {"BillingPeriodEndDate": "09/30/2023"} | ea(Date="09/04/2023")
    write_csv(tmp_path / "f.csv", [row])
    assert import_one(tmp_path / "f.csv", tmp_path / "facts").months == ("2023-09",)


def test_an_ambiguous_date_sets_the_row_aside_unless_the_user_decides(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [ea(Date="09/04/2023"), ea(Date="2023-09-04"), ea(Date="7/7/2023")])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    [reject] = rejects(report)
    assert (reject["row"], reject["column"], reject["value"]) == ("2", "Date", "09/04/2023")
    assert report.months == ("2023-07", "2023-09")
    assert import_one(tmp_path / "f.csv", tmp_path / "other", dates="dmy").months == ("2023-04", "2023-07", "2023-09")


def test_dates_of_both_orders_refuse_the_file_with_the_row(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [ea(Date="09/21/2023"), ea(Date="21/09/2023")])
    with pytest.raises(AttainError, match=r"f.csv, row 3: 21/9/2023 has the day first"):
        import_one(tmp_path / "f.csv", tmp_path / "facts")


def test_a_semicolon_file_with_decimal_commas(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "f.csv", [ea(Cost="1.234,5", PayGPrice="0,5"), ea(Cost="1,250", PayGPrice="0,5")], delimiter=";", encoding="utf-8-sig"
    )
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert report.sums["billed"] == "1235.75"


@pytest.mark.parametrize(("delimiter", "amount"), [(";", []), (",", ["1.204"]), ("\t", ["1.204"])])
def test_between_semicolons_a_point_that_nothing_decides_is_set_aside(tmp_path: Path, delimiter: str, amount: list[str]) -> None:
    whole = {"Cost": "310", "PayGPrice": "2", "UnitPrice": "1", "Quantity": "1"}
    rows = [*[ea(**whole, EffectivePrice="1")] * 4, ea(**whole | {"Cost": "1.204"}, EffectivePrice="1")]
    report = import_one(write_csv(tmp_path / "f.csv", rows, delimiter=delimiter), tmp_path / "facts")
    assert report.kept == 4 + len(amount)
    assert amount or [row["reason"][:29] for row in rejects(report)] == ["the point may mark decimals o"]


def test_rows_of_another_width_and_bad_cells_are_set_aside_with_their_place(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [ea(), ea(Cost="three"), ea(MeterCategory="NULL"), ea(), ea(), ea(), ea(), ea(), ea()])
    with (tmp_path / "f.csv").open("a", encoding="utf-8") as stream:
        stream.write("a,b\n")
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert [(row["row"], row["column"], row["value"], row["reason"]) for row in rejects(report)] == [
        ("3", "Cost", "three", "not a number"),
        ("4", "MeterCategory", "", "empty"),
        (
            "11",
            "",
            "",
            f"2 cells, where the header has {len(ea())}: delete the row where it is a total or a note, else give it all its cells",
        ),
    ]
    assert (report.rows_in, report.kept, report.rejected) == (10, 7, 3)


# Partner Agreement


def test_a_partner_agreement_knows_tenant_reseller_and_dollars(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [mca()])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert amounts(tmp_path / "facts", "month", "partner_id", "tenant_id", "basis") == {
        ("2026-10-01", "4711", T1, "billed"): "10.0000",
        ("2026-10-01", "4711", T1, "list"): "12.0000",
    }
    assert report.unassigned == 0


def test_a_partner_agreement_names_its_customers(tmp_path: Path) -> None:
    taken(tmp_path, [mca(customerName="Adatum")])
    assert table(tmp_path / "facts", "customers") == [{"tenant_id": T1, "name": "Adatum"}]


def test_a_partner_agreement_without_dollars_uses_the_rate(tmp_path: Path) -> None:
    rows = [{column: cell for column, cell in mca().items() if column not in {"costInUsd", "paygCostInUsd"}}]
    assert taken(tmp_path, rows, rates=dict([parse_rate("EUR=1.1@2026-10")])) == {("Azure Bastion", "billed"): "9.9000"}


def test_a_tenant_that_is_no_guid_sets_the_row_aside(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [mca(), mca(), mca(customerTenantId="contoso.example")])
    [reject] = rejects(import_one(tmp_path / "f.csv", tmp_path / "facts"))
    assert (reject["column"], reject["value"], reject["reason"]) == ("customerTenantId", "contoso.example", "not a GUID")


# Partner and tenant for a whole file


def test_partner_and_tenant_fill_what_the_file_leaves_empty(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [mca(), mca(customerTenantId="", resellerMpnId="-1", subscriptionId=S2.upper())])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts", partner="900", tenant=T2.replace("-", "").upper())
    assert {(row["partner_id"], row["tenant_id"], row["subscription_id"]) for row in table(tmp_path / "facts", "azure_usage")} == {
        ("4711", T1, S1),
        ("900", T2, S2),
    }
    assert report.unassigned == 0


def test_a_tenant_given_for_the_file_must_be_a_guid(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [ea()])
    with pytest.raises(AttainError, match="--tenant: 'contoso' is no GUID"):
        import_one(tmp_path / "f.csv", tmp_path / "facts", tenant="contoso")


def test_what_a_file_can_feed_and_what_its_columns_lack(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [focus()])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts", partner="900")
    missing = {feed.metrics: feed.missing for feed in report.feeds if feed.missing}
    assert missing == {
        "the Azure half of Security, on this basis (--basis)": ("x_SkuMeterCategory",),
        "every metric, for rows that know their tenant": ("x_CustomerId",),
        "leaving out support, internal, benefit and trial offers": ("x_SkuOfferId",),
    }

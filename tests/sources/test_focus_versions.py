"""FOCUS 1.1 and 1.2: the same rows under headers that grew, and the pricing currency of 1.2."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.sources.registry import recognize
from tests.sources.folders import S1, T1, amounts, focus, import_one, rejects, table, write_csv

NEW_IN_1_1 = {
    "CapacityReservationId": "",
    "CapacityReservationStatus": "Unused",
    "CommitmentDiscountQuantity": "",
    "CommitmentDiscountUnit": "",
    "ServiceSubcategory": "Object Storage",
    "SkuMeter": "LRS Data Stored",
    "SkuPriceDetails": '{"Tier": "Hot"}',
}
NEW_IN_1_2 = {
    "InvoiceId": "G000000101",
    "PricingCurrency": "USD",
    "PricingCurrencyContractedUnitPrice": "0.018",
    "PricingCurrencyEffectiveCost": "44",
    "PricingCurrencyListUnitPrice": "0.02",
    "PricingQuantity": "2750",
    "x_SkuMeterCategory": "Storage",
    "x_CustomerId": T1,
    "x_ResellerId": "601",
}


def euro(**cells: str) -> dict[str, str]:
    return focus(BillingCurrency="EUR", **NEW_IN_1_1, **NEW_IN_1_2) | cells


@pytest.mark.parametrize("more", [NEW_IN_1_1, {**NEW_IN_1_1, **NEW_IN_1_2}], ids=["1.1", "1.2"])
def test_the_longer_headers_are_known(more: dict[str, str]) -> None:
    assert recognize([*focus(), *more], "").name == "focus"


def test_unused_capacity_is_consumption_that_is_paid_for(tmp_path: Path) -> None:
    import_one(write_csv(tmp_path / "f.csv", [focus(**NEW_IN_1_1)]), tmp_path / "facts")
    assert amounts(tmp_path / "facts", "basis") == {("billed",): "3.0000", ("amortized",): "4.0000", ("list",): "5.0000"}


def test_the_pricing_currency_gives_dollars_for_list_and_amortized(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [euro()])
    import_one(path, tmp_path / "amortized", basis="amortized")
    assert amounts(tmp_path / "amortized", "partner_id", "tenant_id", "subscription_id", "service", "basis") == {
        ("601", T1, S1, "Storage", "amortized"): "44.0000"
    }
    report = import_one(path, tmp_path / "list", basis="list")
    assert amounts(tmp_path / "list", "basis") == {("list",): "55.0000"}
    assert report.currencies == ("USD",)


def test_what_was_billed_in_another_currency_still_needs_a_rate(tmp_path: Path) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [euro(), focus(**NEW_IN_1_1, **NEW_IN_1_2), focus()]), tmp_path / "facts")
    assert [row["reason"] for row in rejects(report)] == ["not in US dollars, and no rate for 2024-09: say --rate EUR=RATE@2024-09"]


def test_the_dollar_columns_of_microsoft_come_first(tmp_path: Path) -> None:
    own = euro(x_EffectiveCostInUsd="43", x_ListCostInUsd="54", x_BilledCostInUsd="42")
    import_one(write_csv(tmp_path / "f.csv", [own]), tmp_path / "facts")
    rows = table(tmp_path / "facts", "azure_usage")
    assert {row["basis"]: row["acr_usd"] for row in rows} == {"billed": "42.0000", "amortized": "43.0000", "list": "54.0000"}


def test_a_pricing_currency_that_is_no_dollar_gives_nothing(tmp_path: Path) -> None:
    report = import_one(
        write_csv(tmp_path / "f.csv", [euro(PricingCurrency="EUR"), focus(), focus()]), tmp_path / "facts", basis="amortized"
    )
    assert report.rejected == 1
    assert amounts(tmp_path / "facts", "basis") == {("amortized",): "8.0000"}

"""Cost rows that differ in day and amounts alone, taken in together, give the same tables, rejects and words as each by itself."""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.sources import alike, blocks
from attain.sources.costs import CostReader
from attain.sources.intake import Options
from attain.sources.registry import SOURCES
from attain.sources.source import fold
from tests.sources.both_ways import read_either_way

GUIDS = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(3)]
AMOUNTS = [
    "12.5",
    "3",
    "-3.25",
    "0",
    "0.00005",
    "1.5E-05",
    "1.23456789012345678901",
    "0.123456789012345678901234",
    "",
    "null",
    "1,234.5",
    "x",
]
LARGE = "900000000.5"
"""One may be read, two together may not."""
DAYS = ["10/30/2026", "10/31/2026", "2026-10-02", "2026-10-02T23:00:00Z", "11/13/2026", "", "31/31/2026"]
COMMON: dict[str, list[str]] = {
    "MeterCategory": ["Key Vault", "Storage", "", " Storage "],
    "ChargeType": ["Usage", "Usage", "Purchase", "Tax", "UnusedReservation"],
    "UnitPrice": ["2", "1.5", "0", "", "x"],
    "Quantity": AMOUNTS,
}
EXPORT = COMMON | {
    "Date": DAYS,
    "SubscriptionId": [*GUIDS, f"/subscriptions/{GUIDS[0].upper()}/resourceGroups/x", ""],
    "CostInBillingCurrency": [*AMOUNTS, LARGE],
    "BillingCurrency": ["USD", "USD", "EUR", "SEK", ""],
    "CostInUsd": ["", "", *AMOUNTS],
    "PricingModel": ["OnDemand", "Reservation", "SavingsPlan", ""],
    "ReservationId": ["", "r-1"],
    "PublisherType": ["Azure", "Marketplace", "AWS"],
    "PayGPrice": ["2", "0", "", "x"],
    "BillingPeriodEndDate": ["10/31/2026", "10/31/2026", ""],
    "Tags": ["", '"env": "prod","app": "a, b"'],
}
CELLS: dict[str, dict[str, list[str]]] = {
    "azure_ea_cost": EXPORT | {"OfferId": ["MS-AZR-0017P", "MS-AZR-0148P", ""], "EffectivePrice": ["1"]},
    "azure_mca_cost": EXPORT
    | {
        "customerTenantId": [*GUIDS, GUIDS[0].upper(), "no guid", ""],
        "resellerMpnId": ["4711", "0", "", "1.00E+02"],
        "customerName": ["Adatum", "", "Zo\u00eb"],
        "paygCostInUsd": AMOUNTS,
        "pricingCurrency": ["USD", "EUR"],
    },
    "daily_rated_usage": COMMON
    | {
        "UsageDate": [day for day in DAYS if not day.startswith("20")],
        "ChargeStartDate": ["10/1/2026"],
        "EntitlementId": [*GUIDS, ""],
        "BillingPreTaxTotal": [*AMOUNTS, LARGE],
        "BillingCurrency": ["USD", "EUR", "SEK"],
        "PricingPreTaxTotal": AMOUNTS,
        "PricingCurrency": ["USD", "EUR", ""],
        "PublisherName": ["Microsoft Corporation", "Contoso", ""],
        "CustomerId": [*GUIDS, "no guid", ""],
        "CustomerName": ["Adatum", "Fabrikam", ""],
        "MpnId": ["500", "500", "0", ""],
        "ResellerMpnId": ["601", "602", "", "1.00E+02"],
        "InvoiceNumber": ["G1", "G2", ""],
        "ChargeType": ["New", "customerCredit", ""],
        "PCToBCExchangeRate": ["0.9"],
    },
    "focus": {
        "ChargePeriodStart": ["2026-10-01 22:00:00", "2026-10-02 22:00:00", "2026-11-02 01:00:00", "", "x"],
        "ServiceName": ["Key Vault", "Storage", ""],
        "SubAccountId": [*GUIDS, "s-1", ""],
        "ProviderName": ["Microsoft", "Microsoft", "AWS"],
        "PublisherName": ["Microsoft", "Contoso", ""],
        "ChargeCategory": ["Usage", "Purchase", "Tax", ""],
        "BilledCost": [*AMOUNTS, LARGE],
        "EffectiveCost": AMOUNTS,
        "ListCost": AMOUNTS,
        "BillingCurrency": ["USD", "EUR", "SEK"],
        "PricingCurrency": ["USD", "EUR", ""],
        "PricingCurrencyListUnitPrice": ["2", "0", ""],
        "PricingCurrencyEffectiveCost": AMOUNTS,
        "PricingQuantity": AMOUNTS,
        "BillingPeriodStart": ["2026-10-01 00:00:00"],
        "ChargePeriodEnd": ["2026-10-02 00:00:00"],
    },
}
EA_HEADER = "Date,MeterCategory,SubscriptionId,Cost,BillingCurrency,Quantity,EffectivePrice,ChargeType"
RATES = {("EUR", month): Decimal("1.0825") for month in ("2026-10", "2026-11")}
CHOICES = [
    Options(rates=RATES),
    Options(partner="900", tenant=GUIDS[2], basis="billed"),
    Options(partner="900", rates=RATES, basis="list"),
    Options(tenant=GUIDS[2], basis="amortized"),
]


def _write(path: Path, name: str, seed: int, usual: int, *, mark: str = ".", quoting: Any = csv.QUOTE_MINIMAL) -> Path:
    """Write a file of a source; of its cells but days and amounts one of `usual` is anything but the first of its list."""
    chance = random.Random(seed)
    cells = CELLS[name]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="," if mark == "." else ";", quoting=quoting)
        writer.writerow(cells)
        for _ in range(300):
            row = [chance.choice(drawn if not chance.randrange(usual) else drawn[: _usual(drawn)]) for drawn in cells.values()]
            writer.writerow(row if mark == "." else [cell.replace(".", mark) if cell in {*AMOUNTS, LARGE} else cell for cell in row])
    return path


def _usual(drawn: list[str]) -> int:
    return 3 if drawn[0] in {AMOUNTS[0], DAYS[0]} else 1


def _taken_together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note of each row that a reader is asked about together with others for how many it stands."""
    counts: list[int] = []
    take_each = alike._take_each

    def noted(reader: Any, tally: Any, width: int, told: pl.DataFrame, given: pl.Series) -> pl.Series:
        took = take_each(reader, tally, width, told, given)
        counts.extend(given.filter(took).to_list())
        return took

    monkeypatch.setattr(alike, "_take_each", noted)
    return counts


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("usual", [40, 8, 2])
def test_both_ways_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, usual: int) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 2_000)
    together = _taken_together(monkeypatch)
    taken = 0
    for seed, options in enumerate(CHOICES):
        path = _write(tmp_path / f"{seed}.csv", name, seed, usual, quoting=csv.QUOTE_ALL if seed == 1 else csv.QUOTE_MINIMAL)
        found = read_either_way(path, tmp_path / "columns", options, by_row=False)
        assert found == read_either_way(path, tmp_path / "rows", options, by_row=True)
        assert "refused" in found or found["report"].rows_in == 300
        taken += "refused" not in found
    assert taken > 1
    if usual == 40:
        assert sum(together) > len(together) + 100


@pytest.mark.parametrize("name", ["azure_ea_cost", "daily_rated_usage"])
def test_files_with_decimal_commas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 2_000)
    together = _taken_together(monkeypatch)
    path = _write(tmp_path / "f.csv", name, 5, 20, mark=",")
    found = read_either_way(path, tmp_path / "columns", CHOICES[0], by_row=False)
    assert found == read_either_way(path, tmp_path / "rows", CHOICES[0], by_row=True)
    assert found["conventions"] == ","
    assert sum(together) > len(together)


def test_amounts_that_fit_alone_and_not_together_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 200)
    row = f"10/31/2026,Key Vault,{GUIDS[0]},999999999.99,USD,1,1,Usage"
    path = tmp_path / "f.csv"
    path.write_text("\n".join([EA_HEADER, *[row] * 40]) + "\n")
    found = read_either_way(path, tmp_path / "columns", CHOICES[1], by_row=False)
    assert found["report"].sums == {"billed": "39999999999.6"}
    assert found == read_either_way(path, tmp_path / "rows", CHOICES[1], by_row=True)


def test_each_row_that_is_alike_is_set_aside_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 200)
    rows = [f"10/31/2026,Key Vault,{GUIDS[0]},1.5,{currency},1,1,Usage" for currency in (["USD"] * 5 + ["SEK"] * 5) * 3]
    path = tmp_path / "f.csv"
    path.write_text("\n".join([EA_HEADER, *rows]) + "\n")
    found = read_either_way(path, tmp_path / "columns", CHOICES[1], by_row=False)
    assert (found["report"].kept, found["report"].rejected) == (15, 15)
    numbers = [line.split(",")[1] for line in found["rejects"].decode("utf-8-sig").splitlines()[1:]]
    assert numbers == [str(number) for number, row in enumerate(rows, 2) if "SEK" in row]


def test_a_row_that_is_set_aside_does_not_cost_the_file_its_list_prices(tmp_path: Path) -> None:
    header = "UsageDate,MeterCategory,EntitlementId,BillingPreTaxTotal,BillingCurrency,UnitPrice,Quantity,CustomerId,ResellerMpnId"
    path = tmp_path / "f.csv"
    path.write_text(
        f"{header}\n10/31/2026,Key Vault,{GUIDS[0]},1.5,USD,1,1.5,{GUIDS[1]},601\n10/31/2026,Key Vault,{GUIDS[0]},2.5,USD,,1,no guid,601\n"
    )
    found = read_either_way(path, tmp_path / "columns", CHOICES[0], by_row=False)
    assert found["report"].rejected == 1
    assert found["report"].sums == {"billed": "1.5", "list": "1.5"}
    assert not any("list price" in warning for warning in found["report"].warnings)


@pytest.mark.parametrize("name", CELLS)
def test_what_adds_up_is_read_for_nothing_else_and_of_dates_the_day_alone_is_read(name: str) -> None:
    fields = {field.name: {fold(alias) for alias in field.aliases} for field in SOURCES[name].fields}
    reader = SOURCES[name].reader
    assert isinstance(reader, type)
    assert issubclass(reader, CostReader)
    named = [alias for field in reader.SUMMED if field in fields for alias in fields[field]]
    assert named
    assert len(named) == len(set(named))
    shared = {field for field, aliases in fields.items() if field not in reader.SUMMED and aliases & set(named)}
    assert shared <= {"any_cost", "agreement"}, "fields that no reader reads: a file is recognized by them"
    assert {field.kind for field in SOURCES[name].fields if field.name in reader.SUMMED} == {"number"}
    dates = {field.name for field in SOURCES[name].fields if field.kind == "date"}
    assert {"date"} <= dates <= {"date", "charge_period", "billing_period"}

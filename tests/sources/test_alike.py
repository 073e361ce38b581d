"""Cost rows that differ in day and amounts alone, taken in together, give the same tables, rejects and words as each by itself."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from attain.errors import AttainError
from attain.rulebook.load import load_book
from attain.sources import alike, blocks, reading
from attain.sources.intake import Options
from attain.sources.receiving import deliveries_of, report_of
from attain.sources.registry import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from attain.sources.intake import Intake, RowReader

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


class ByRow:
    """A reader of costs without its way by what rows have alike."""

    def __init__(self, reader: Callable[[Intake], RowReader], intake: Intake) -> None:
        reading_one: RowReader = reader(intake)
        self.open, self.take, self.outputs = reading_one.open, reading_one.take, reading_one.outputs


def _read(path: Path, staging: Path, options: Options, *, by_row: bool) -> dict[str, Any]:
    [delivery] = deliveries_of([path], options)
    if by_row:
        delivery = replace(delivery, source=replace(delivery.source, reader=partial(ByRow, delivery.source.reader)))
    try:
        taken = reading.read_delivery(delivery, options, load_book().catalog, b"", staging, (1, 1), lambda _name, _rows: None)
        report = report_of(taken, options, {}, "")
    except AttainError as error:
        return {"refused": str(error)}
    rejects = taken.rejects.read_bytes() if taken.rejects else b""
    tables = {table: pl.read_parquet(file).sort(pl.all()).rows() for table, (file, _) in taken.tables.items()}
    warnings = sorted(report.warnings)
    return {"report": replace(report, warnings=()), "warnings": warnings, "rejects": rejects, "mark": taken.conventions[0].mark} | tables


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
    for seed, options in enumerate(CHOICES):
        path = _write(tmp_path / f"{seed}.csv", name, seed, usual, quoting=csv.QUOTE_ALL if seed == 1 else csv.QUOTE_MINIMAL)
        found = _read(path, tmp_path / "columns", options, by_row=False)
        assert found == _read(path, tmp_path / "rows", options, by_row=True)
        assert "refused" in found or found["report"].rows_in == 300
    if usual == 40:
        assert sum(together) > len(together) + 100


@pytest.mark.parametrize("name", ["azure_ea_cost", "daily_rated_usage"])
def test_files_with_decimal_commas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 2_000)
    together = _taken_together(monkeypatch)
    path = _write(tmp_path / "f.csv", name, 5, 20, mark=",")
    found = _read(path, tmp_path / "columns", CHOICES[0], by_row=False)
    assert found == _read(path, tmp_path / "rows", CHOICES[0], by_row=True)
    assert found["mark"] == ","
    assert sum(together) > len(together)


def test_amounts_that_fit_alone_and_not_together_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 200)
    row = f"10/31/2026,Key Vault,{GUIDS[0]},999999999.99,USD,1,1,Usage"
    path = tmp_path / "f.csv"
    path.write_text(
        "\n".join(["Date,MeterCategory,SubscriptionId,Cost,BillingCurrency,Quantity,EffectivePrice,ChargeType", *[row] * 40]) + "\n"
    )
    found = _read(path, tmp_path / "columns", CHOICES[1], by_row=False)
    assert found["report"].sums == {"billed": "39999999999.6"}
    assert found == _read(path, tmp_path / "rows", CHOICES[1], by_row=True)


def test_each_row_that_is_alike_is_set_aside_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 200)
    rows = [f"10/31/2026,Key Vault,{GUIDS[0]},1.5,{currency},1,1,Usage" for currency in (["USD"] * 5 + ["SEK"] * 5) * 3]
    path = tmp_path / "f.csv"
    path.write_text("\n".join([EA_HEADER, *rows]) + "\n")
    found = _read(path, tmp_path / "columns", CHOICES[1], by_row=False)
    assert (found["report"].kept, found["report"].rejected) == (15, 15)
    numbers = [line.split(",")[1] for line in found["rejects"].decode("utf-8-sig").splitlines()[1:]]
    assert numbers == [str(number) for number, row in enumerate(rows, 2) if "SEK" in row]


def test_a_row_that_is_set_aside_does_not_cost_the_file_its_list_prices(tmp_path: Path) -> None:
    header = "UsageDate,MeterCategory,EntitlementId,BillingPreTaxTotal,BillingCurrency,UnitPrice,Quantity,CustomerId,ResellerMpnId"
    path = tmp_path / "f.csv"
    path.write_text(
        f"{header}\n10/31/2026,Key Vault,{GUIDS[0]},1.5,USD,1,1.5,{GUIDS[1]},601\n10/31/2026,Key Vault,{GUIDS[0]},2.5,USD,,1,no guid,601\n"
    )
    found = _read(path, tmp_path / "columns", CHOICES[0], by_row=False)
    assert found["report"].rejected == 1
    assert found["report"].sums == {"billed": "1.5", "list": "1.5"}
    assert not any("list price" in warning for warning in found["warnings"])


def test_the_reader_looks_at_no_other_dates_than_the_day_of_a_row() -> None:
    for name in CELLS:
        dates = {field.name for field in SOURCES[name].fields if field.kind == "date"}
        assert "date" in dates
        assert dates - {"date"} <= {"charge_period", "billing_period"}

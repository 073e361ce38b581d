"""Invoices read by column and read row by row give the same tables, the same rows set aside, and the same words."""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from attain.facts import staging
from attain.sources import blocks, dollar_columns, invoice_sums
from attain.sources.cells import NIL_TENANT
from attain.sources.intake import Options
from attain.sources.invoices import InvoiceReader
from attain.sources.registry import SOURCES
from tests.sources.both_ways import counted_singly, read_either_way, stores_either_way
from tests.sources.reports import SAMPLES
from tests.sources.test_any_cells import ODD

if TYPE_CHECKING:
    from pathlib import Path


INVOICES = ("new_commerce_invoice", "legacy_license_invoice")
GUIDS = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(6)]
AMOUNTS = ["120.5", "12", "-3.25", "0", "0.00005", "1.5E-05", "7.", ".5", "1.234567890123456789012345", "1,234.5", "-0", "", "null", "x"]
QUANTITIES = ["20", "1", "0", "5.0", "-3", "", "7.", "1.5", "1,000", "+2", "1e2", "null", "x", "99999999999"]
PRODUCTS = [
    "Dynamics 365 Sales Enterprise Edition",
    "Power BI Pro",
    "Microsoft 365 E3, no Teams",
    "POWER BI PRO",
    "Power-BI Pro",
    "power bi  pro",
    "Contoso Suite",
    "CONTOSO SUITE",
    "Contoso-Suite (NCE)",
    "Teams Premium-Introductory Pricing",
    "Teams Premium Introductory Pricing",
    "",
    " Visio Plan 2 ",
    "NULL",
]
STARTS = ["10/1/2026", "10/15/2026", "9/15/2026", "2026-10-02", "11/1/2026 0:00", "1/1/2027", "31/31/2026", "2/30/2026", "1/1/2100", ""]
ENDS = ["10/31/2026", "11/14/2026", "10/14/2026", "", "9/30/2027", "12/31/2099", "1/1/2101", "2026-10-31T23:59:59Z", "10/1/2026", "x"]
COMMON: dict[str, list[str]] = {
    "CustomerId": [*GUIDS, GUIDS[0].upper(), "{" + GUIDS[1] + "}", "null", "", "no guid", NIL_TENANT],
    "CustomerName": ["Adatum", "Fabrikam, Inc.", 'The "Best"', "", "Zo\u00eb \u00a0", "NULL"],
    "MpnId": ["500", "500", "501", "0", "", "-1", "5.00E+02"],
    "ResellerMpnId": ["601", "602", "500", "", "-1", "6.01E+05", "6" * 201, "601.0", "-"],
    "ChargeStartDate": STARTS,
    "ChargeEndDate": ENDS,
    "ChargeType": ["new", "cycleCharge", "removeQuantity", "Cancel Immediate", "customerCredit", "credit", "", "Tax"],
    "Quantity": QUANTITIES,
    "Subtotal": [*AMOUNTS, "999999999.99", "1000000000"],
    "Currency": ["USD", "usd", "EUR", "SEK", ""],
    "PartnerName": ["Fourth Coffee", "", "Fourth Coffee, Ltd."],
}
CELLS: dict[str, dict[str, list[str]]] = {
    "new_commerce_invoice": COMMON
    | {
        "ProductName": PRODUCTS,
        "SkuName": ["", "Power BI Pro", "Contoso suite"],
        "SkuId": ["0001"],
        "SubscriptionId": [*GUIDS, GUIDS[2].upper(), f"/subscriptions/{GUIDS[3]}/x", "s-1", ""],
        "InvoiceNumber": ["G1", "G1", "G2", "", "G3"],
        "BillableQuantity": ["20", "1.5", "0", "", "-2", "0.123456789012", "x"],
        "EffectiveUnitPrice": ["9.4", "12.123456789012", "", "0", "-1", "900000000", "x"],
        "PricingCurrency": ["USD", "USD", "EUR", "usd", ""],
        "PublisherName": ["Microsoft Corporation", "Microsoft", "", "Contoso"],
        "SubscriptionDescription": ["Power BI", "", "Azure plan", "Microsoft Azure"],
        "MeterDescription": ["", "", "", "a meter", "null"],
        "ReservationOrderId": ["", "", "", "r-1"],
        "ProductQualifiers": ["", "", "Trial", "trial ", "Add-on, Trial", "Add-on"],
        "CustomerDomainName": ["adatum.example", "", "Stra\u00dfe.example"],
        "CustomerCountry": ["DE", "us", "", "stra\u00dfe"],
        "OrderDate": ["10/15/2026", ""],
    },
    "legacy_license_invoice": COMMON
    | {
        "OfferName": PRODUCTS,
        "Amount": ["1", "", "2.5", "x"],
        "SyndicationPartnerSubscriptionNumber": [*GUIDS, "s-1", ""],
        "DomainName": ["adatum.example", ""],
        "SubscriptionStartDate": ["2/1/2026 0:00", ""],
    },
}  # fmt: skip
RATES = {("EUR", f"2026-{month:02d}"): Decimal("1.0825") for month in (9, 10)}
CHOICES = [
    Options(rates=RATES),
    Options(partner="900", rates={("SEK", "2026-10"): Decimal("0.0912345678901234567890123")}),
    Options(tenant=GUIDS[2], dates="mdy"),
    Options(partner="900", tenant=GUIDS[1], rates=RATES),
]


def _drawn(cells: dict[str, list[str]], seed: int, count: int, usual: int) -> list[list[str]]:
    """Draw rows: one of `usual` cells is any, the others are among the first of what a column may have."""
    chance = random.Random(seed)
    return [
        [chance.choice(drawn if not chance.randrange(usual) else drawn[: 3 if len(drawn) > 4 else 1]) for drawn in cells.values()]
        for _ in range(count)
    ]


def _written(path: Path, header: list[str], rows: list[list[str]], *, mark: str = "", delimiter: str = ",", quoting: Any = 0) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(mark)
        csv.writer(stream, lineterminator="\n", delimiter=delimiter, quoting=quoting).writerows([header, *rows])
    return path


@pytest.fixture
def singles(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count lines that are read singly, of files whose blocks are small."""
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 1_500)
    return counted_singly(monkeypatch, InvoiceReader)


def _both(path: Path | list[Path], folder: Path, options: Options, singles: list[int]) -> tuple[dict[str, Any], int]:
    """Give what is read by column, and how many lines of it singly, where reading row by row gives the same."""
    singles.clear()
    by_column = read_either_way(path, folder / "columns", options, by_row=False)
    singly = len(singles)
    by_row = read_either_way(path, folder / "rows", options, by_row=True)
    assert by_column == by_row
    return by_column, singly


@pytest.mark.parametrize("name", INVOICES)
@pytest.mark.parametrize(("seed", "usual"), [(0, 120), (1, 20), (2, 8), (3, 20), (4, 120), (5, 20), (6, 120), (7, 20), (8, 3), (9, 120)])
def test_both_ways_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int], name: str, seed: int, usual: int
) -> None:
    cells = CELLS[name]
    chance = random.Random(seed)
    if seed == 2:
        cells = {column: [*drawn, *chance.sample(ODD, 3)] for column, drawn in cells.items()}
    if seed == 3:
        # as where a file has more lines than there is memory for
        monkeypatch.setattr(staging, "SPILL_ROWS", 60)
        monkeypatch.setattr(staging, "BUCKET_ROWS", 30)
    if seed == 4:
        cells = {column: drawn for column, drawn in cells.items() if column not in {"MpnId", "ChargeType", "InvoiceNumber", "PartnerName"}}
    if seed == 5:
        cells = {column: drawn for column, drawn in cells.items() if column not in {"ResellerMpnId", "CustomerCountry", "CustomerName"}}
    columns = chance.sample(list(cells), len(cells))
    cells = {column: cells[column] for column in columns}
    rows = _drawn(cells, seed, 300, usual)
    if seed == 9:
        # late in the file a date contradicts the order that the others show
        rows += _drawn(cells | {"ChargeEndDate": ["31/10/2026"]}, seed, 20, 1_000)
    if seed == 6:
        rows += [[*row, "", ""] for row in rows[:20]] + [rows[0][:2], [""] * len(cells), [*rows[1], "more"]]
    path = _written(
        tmp_path / "f.csv", columns, rows, mark="\ufeff" * (seed % 2), quoting=csv.QUOTE_ALL if seed == 7 else csv.QUOTE_MINIMAL
    )
    found, singly = _both(path, tmp_path, CHOICES[seed % len(CHOICES)], singles)
    assert ("refused" in found) == (seed == 9)
    if seed != 9:
        assert found["report"].kept > (20 if usual > 3 else 0)
        assert found["rejects"]
        assert usual < 120 or singly < 250


@pytest.mark.parametrize("name", INVOICES)
def test_usual_lines_are_read_by_column(tmp_path: Path, singles: list[int], name: str) -> None:
    with (SAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    path = _written(tmp_path / "f.csv", header, [row for row in rows if len(row) == len(header)] * 200)
    found, singly = _both(path, tmp_path, Options(), singles)
    assert not found["rejects"]
    assert singly < 40
    assert len(found["report"].tables) == 5


@pytest.mark.parametrize("name", INVOICES)
@pytest.mark.parametrize("dates", ["mdy", "dmy"])
def test_files_with_decimal_commas(tmp_path: Path, singles: list[int], name: str, dates: str) -> None:
    cells = CELLS[name] | {"Subtotal": ["120,5", "12", "-3,25", "1.234,5", "1,234", "2.5"], "EffectiveUnitPrice": ["9,4", "2,25", ""]}
    if dates == "dmy":
        days = {"ChargeStartDate": ["1.10.2026", "15/10/2026", "2/10/2026"], "ChargeEndDate": ["31/10/2026", "14/11/2026", "1/10/2027"]}
        cells = cells | days
    path = _written(tmp_path / "f.csv", list(cells), _drawn(cells, 5, 300, 40), delimiter=";")
    found, singly = _both(path, tmp_path, CHOICES[3], singles)
    assert found["conventions"] == ","
    assert found["report"].kept > 100
    assert singly < 250


@pytest.mark.parametrize("wide", range(3))
def test_parts_say_the_same_whichever_way_each_is_read(tmp_path: Path, singles: list[int], wide: int) -> None:
    """Of three parts one is in UTF-16, which is read row by row: its keys meet those of the others."""
    cells = CELLS["new_commerce_invoice"]
    paths = [_written(tmp_path / f"part-{seed}.csv", list(cells), _drawn(cells, seed, 150, 60)) for seed in range(3)]
    paths[wide].write_bytes(paths[wide].read_text("utf-8").encode("utf-16"))
    found, singly = _both(paths, tmp_path, Options(parts=True, rates=RATES), singles)
    assert found["report"].kept > 150
    assert 150 < singly < 400


def test_sums_that_have_no_room_are_left_to_the_reader_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int]) -> None:
    cells = CELLS["new_commerce_invoice"]
    path = _written(tmp_path / "f.csv", list(cells), _drawn(cells, 9, 300, 120))
    usual, few = _both(path, tmp_path / "usual", Options(rates=RATES), singles)
    monkeypatch.setattr(invoice_sums, "SUM_LIMIT", Decimal(900))
    limited, more = _both(path, tmp_path / "limited", Options(rates=RATES), singles)
    assert limited == usual
    assert more > few + 50


def test_a_partner_with_blanks_around_fills_lines_singly(tmp_path: Path, singles: list[int]) -> None:
    cells = CELLS["new_commerce_invoice"] | {"ResellerMpnId": [""]}
    path = _written(tmp_path / "f.csv", list(cells), _drawn(cells, 1, 100, 1_000))
    _, few = _both(path, tmp_path / "usual", Options(partner="900"), singles)
    _, all_of_them = _both(path, tmp_path / "other", Options(partner=" 900 "), singles)
    assert few < 60
    assert all_of_them == 100


def test_amounts_of_prices_and_rates_are_exact() -> None:
    price, quantity = Decimal("12.12345678901"), Decimal("0.12345678901")
    assert dollar_columns._fitting(price * quantity) == price * quantity
    assert dollar_columns._fitting(Decimal("1E-23")) is None
    assert dollar_columns._fitting(Decimal("-1E-22")) == Decimal("-1E-22")
    assert dollar_columns._fitting(Decimal(10**9)) is None
    assert dollar_columns._fitting(Decimal(10**9) - Decimal("0.0001")) == Decimal(10**9) - Decimal("0.0001")


@pytest.mark.parametrize("name", INVOICES)
def test_a_store_is_the_same_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, singles: list[int], name: str) -> None:
    cells = CELLS[name]
    path = _written(tmp_path / "f.csv", list(cells), _drawn(cells, 7, 300, 40))
    by_column, by_rows, singly = stores_either_way(path, tmp_path, monkeypatch, singles)
    assert by_column == by_rows
    assert {"conformed/workload_usage", "associations"} <= set(by_column)
    assert singly < 200 < len(singles) - singly


@pytest.mark.parametrize("name", INVOICES)
def test_of_dates_those_of_the_charge_alone_are_read(name: str) -> None:
    dates = {field.name for field in SOURCES[name].fields if field.kind == "date"}
    assert dates == {"start", "end", "other_dates"}

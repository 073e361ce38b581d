"""A service, offer or workload that a file spells in several ways is one: its rows add up, and none is taken for another's double."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.facts.text_rows import Repeated
from attain.rulebook.load import load_book
from attain.sources.importing import ImportReport, import_files
from attain.sources.intake import Options
from attain.sources.spelled import Spelled
from attain.store.store import Store
from tests.sources.both_ways import read_either_way
from tests.sources.folders import amounts, ea, focus, import_one, mca, table, usage, write_csv
from tests.sources.reports import row

OPTIONS: dict[str, Any] = {"partner": "900", "tenant": "11111111-1111-4111-8111-111111111111"}
SPELLINGS = ["Key Vault", "key vault", "KEY-VAULT", "Key  Vault"]
UNKNOWN = ["Time Machine", "time machine"]


def _daily(**cells: str) -> dict[str, str]:
    return row("daily_rated_usage", 0, **cells)


COSTS: dict[str, tuple[Callable[..., dict[str, str]], str, str]] = {
    "azure_ea_cost": (ea, "MeterCategory", "Cost"),
    "azure_mca_cost": (mca, "meterCategory", "costInUsd"),
    "focus": (focus, "x_SkuMeterCategory", "BilledCost"),
    "daily_rated_usage": (_daily, "MeterCategory", "PricingPreTaxTotal"),
    "insights_azure_usage": (usage, "ServiceLevel2", "ACR_USD"),
}


def _stored(path: Path, store: Path) -> ImportReport:
    Store.create(store)
    [report] = import_files([path], store, Options(**OPTIONS), max_rejects=(1, 1))
    return report


@pytest.mark.parametrize("names", [SPELLINGS, UNKNOWN])
@pytest.mark.parametrize("source", COSTS)
@pytest.mark.parametrize("times", [1, 40])
def test_a_service_spelled_in_several_ways_adds_up(tmp_path: Path, source: str, names: list[str], times: int) -> None:
    make, service, amount = COSTS[source]
    rows = [make(**{service: name, amount: "3"}) for name in names] * times
    path = write_csv(tmp_path / "f.csv", rows)
    report = import_one(path, tmp_path / "facts", **OPTIONS)
    assert (report.source, report.kept, report.rejected) == (source, len(rows), 0)
    found = {one["service"]: one for one in table(tmp_path / "facts", "azure_usage") if one["basis"] in {"acr", "billed"}}
    assert list(found) == [names[0]]
    assert found[names[0]]["acr_usd"] == f"{3 * len(rows)}.0000"
    stored = _stored(path, tmp_path / "store")
    assert (stored.kept, stored.rejected, stored.left_out) == (len(rows), 0, {})


@pytest.mark.parametrize("attributions", [("Partner Admin Link", "CSP Tier 1"), ("Partner Admin Link", "Moon")])
def test_spellings_of_several_attributions_are_united_whichever_way_they_are_read(tmp_path: Path, attributions: tuple[str, str]) -> None:
    rows = [usage(ServiceLevel2=name, PartnerAttributionType=label) for name in SPELLINGS for label in attributions] * 3
    path = write_csv(tmp_path / "f.csv", [*rows, usage(ServiceLevel2="key vault", Month="13/13/2026")])
    by_column, by_row = (read_either_way(path, tmp_path / str(way), Options(), by_row=way) for way in (False, True))
    assert by_column == by_row
    [found] = by_column["insights azure_usage" if "insights azure_usage" in by_column else " azure_usage"][1]
    assert str(found[-2]) == "150.0000"


def test_an_offer_spelled_in_two_ways_adds_up(tmp_path: Path) -> None:
    rows = [ea(OfferId=name) for name in ("MS-AZR-0017P", "ms-azr-0017p")]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts", **OPTIONS)
    assert report.kept == 2
    assert set(amounts(tmp_path / "facts", "offer", "basis")) == {("MS-AZR-0017P", "billed"), ("MS-AZR-0017P", "list")}


@pytest.mark.parametrize("names", [["Time Machine", "time-machine", "TIME MACHINE"], ["Exchange Online", "exchange online"]])
def test_a_workload_spelled_in_several_ways_adds_up(tmp_path: Path, names: list[str]) -> None:
    rows = [row("insights_office_usage", WorkloadName=name, PaidAvailableUnits="10", MonthlyActiveUsers="4") for name in names] * 5
    path = write_csv(tmp_path / "f.csv", rows)
    by_column, by_row = (read_either_way(path, tmp_path / str(way), Options(), by_row=way) for way in (False, True))
    assert by_column == by_row
    report = _stored(path, tmp_path / "store")
    assert (report.kept, report.rejected) == (len(rows), 0)
    assert len([warning for warning in report.warnings if "in no list of the programme" in warning]) == (names[0] == "Time Machine")
    [found] = import_one_table(path, tmp_path)
    assert (found["paid_licenses"], found["active_users"]) == (str(10 * len(rows)), str(4 * len(rows)))


def import_one_table(path: Path, tmp_path: Path) -> list[dict[str, str]]:
    import_one(path, tmp_path / "facts", **OPTIONS)
    return table(tmp_path / "facts", "workload_usage")


def test_a_product_on_an_invoice_spelled_in_two_ways_adds_up(tmp_path: Path) -> None:
    rows = [row("new_commerce_invoice", ProductName=name) for name in ("Time Machine Plan", "time machine plan")]
    report = _stored(write_csv(tmp_path / "f.csv", rows), tmp_path / "store")
    assert (report.kept, report.rejected) == (2, 0)


def test_resellers_products_spelled_in_two_ways_add_up(tmp_path: Path) -> None:
    rows = [row("reseller_performance", Product=name, BilledRevenueUSD="5") for name in ("Azure", "azure")]
    import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert list(amounts(tmp_path / "facts", "service").values()) == ["10.0000"]


def test_the_first_spelling_stands() -> None:
    spelled = Spelled(load_book().catalog.services)
    assert spelled.one("key vault") == "key vault"
    cells = Repeated(pl.Series(["Key Vault", "Zeta", "zeta", "", "--", "- -"]), pl.Series([5, 2, 1, 0, 3, 4, 2, 1], dtype=pl.UInt32))
    assert cells.as_met() == ["- -", "zeta", "Zeta", "Key Vault", "", "--"]
    assert spelled.each(cells).texts.to_list() == ["key vault", "zeta", "zeta", "", "--", "- -"]


def test_names_that_the_catalog_takes_for_one_are_one() -> None:
    workloads = load_book().catalog.workloads
    names = [name for name in ("Microsoft Teams", "Teams", "teams") if workloads.match(name) == "teams"]
    assert len(names) > 1
    assert {Spelled(workloads).one(names[0])} == {names[0]}
    spelled = Spelled(workloads)
    assert {spelled.one(name) for name in names} == {names[0]}

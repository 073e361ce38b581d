"""The real sample files, against sums made here with nothing but `csv` and `Decimal`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.facts.facts import check
from attain.sources.importing import ImportReport, import_files
from attain.sources.intake import Options
from tests.sources.folders import table

FOCUS = "focus_1.0_sample.csv"
ACTUAL = "azure_ea_actual_cost.csv"
AMORTIZED = "azure_ea_amortized_cost.csv"
Sums = dict[tuple[str, str, str, str], Decimal]


@pytest.fixture(autouse=True)
def _exact() -> Iterator[None]:
    with localcontext(prec=200):
        yield


def raw(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def taken(path: Path, facts: Path, **options: object) -> ImportReport:
    [report] = import_files([path], facts, Options(**options))  # pyright: ignore[reportArgumentType] -- options by name
    return report


def expected(
    rows: list[dict[str, str]],
    key: Callable[[dict[str, str]], tuple[str, str, str]],
    amount: Callable[[dict[str, str]], Decimal],
    basis: str,
) -> dict[tuple[str, ...], Decimal]:
    sums: dict[tuple[str, ...], Decimal] = {}
    for row in rows:
        place = (*key(row), basis)
        sums[place] = sums.get(place, Decimal(0)) + amount(row)
    return {place: total.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN) for place, total in sums.items()}


def written(facts: Path) -> dict[tuple[str, ...], Decimal]:
    return {
        (row["subscription_id"], row["service"], row["offer"], row["basis"]): Decimal(row["acr_usd"]) for row in table(facts, "azure_usage")
    }


def of_focus(row: dict[str, str]) -> tuple[str, str, str]:
    return row["SubAccountId"].split("/")[2], row["ServiceName"], ""


def of_export(row: dict[str, str]) -> tuple[str, str, str]:
    return row["SubscriptionId"], row["MeterCategory"], row["OfferId"]


def test_the_focus_sample_has_51_rows_of_microsoft(sample_data: Path, tmp_path: Path) -> None:
    report = taken(sample_data / FOCUS, tmp_path)
    ours = [row for row in raw(sample_data / FOCUS) if row["ProviderName"] == "Microsoft"]
    assert (report.rows_in, report.kept, report.rejected, report.unassigned) == (1000, 51, 0, 51)
    assert report.left_out == {"other provider: AWS": 942, "other provider: Oracle": 7}
    assert report.months == ("2024-09",)
    sums: dict[tuple[str, ...], Decimal] = {}
    for column, basis in (("ListCost", "list"), ("BilledCost", "billed"), ("EffectiveCost", "amortized")):
        sums |= expected(ours, of_focus, lambda row, column=column: Decimal(row[column]), basis)
    assert written(tmp_path) == sums
    assert len({subscription for subscription, *_ in sums}) == 4


def test_the_actual_export_is_billed_and_retail(sample_data: Path, tmp_path: Path) -> None:
    report = taken(sample_data / ACTUAL, tmp_path)
    rows = raw(sample_data / ACTUAL)
    assert (report.source, report.rows_in, report.kept, report.unassigned) == ("azure_ea_cost", 11, 11, 11)
    bought = expected(rows, of_export, lambda row: Decimal(row["Cost"]), "billed")
    usage = [row for row in rows if row["ChargeType"] == "Usage"]
    retail = expected(usage, of_export, lambda row: Decimal(row["PayGPrice"]) * Decimal(row["Quantity"]), "list")
    assert written(tmp_path) == bought | retail
    assert report.sums["billed"] == format(sum((Decimal(row["Cost"]) for row in rows), Decimal(0)), "f")


def test_the_amortized_export_is_told_by_its_rows(sample_data: Path, tmp_path: Path) -> None:
    report = taken(sample_data / AMORTIZED, tmp_path)
    rows = raw(sample_data / AMORTIZED)
    assert (report.source, report.rows_in, report.kept, report.unassigned) == ("azure_ea_cost", 28, 28, 28)
    assert written(tmp_path) == expected(rows, of_export, lambda row: Decimal(row["Cost"]), "amortized")
    assert report.warnings == ("basis list is left out: 1 usage row carries no retail price (--basis list takes the others)",)


def test_the_security_services_of_the_exports_are_there(sample_data: Path, tmp_path: Path) -> None:
    names = ("Advanced Data Security", "Advanced Threat Protection")
    found = {
        path: Counter(row["MeterCategory"] for row in raw(sample_data / path) if row["MeterCategory"] in names)
        for path in (ACTUAL, AMORTIZED)
    }
    assert found == {ACTUAL: {names[0]: 1, names[1]: 1}, AMORTIZED: {names[0]: 2, names[1]: 1}}
    import_files([sample_data / ACTUAL, sample_data / AMORTIZED], tmp_path, Options())
    kept = {(row["service"], row["basis"]): row["acr_usd"] for row in table(tmp_path, "azure_usage") if row["service"] in names}
    # 2 x 0.4838709677419368 amortized; 0.000002 rounds to nothing but stays a row
    assert kept == {
        (names[0], "amortized"): "0.9677",
        (names[0], "billed"): "0.4839",
        (names[0], "list"): "0.4839",
        (names[1], "amortized"): "0.0000",
        (names[1], "billed"): "0.0000",
        (names[1], "list"): "0.0000",
    }


def test_all_samples_together_make_a_folder_that_a_load_accepts(sample_data: Path, tmp_path: Path) -> None:
    import_files([sample_data / name for name in (FOCUS, ACTUAL, AMORTIZED)], tmp_path, Options())
    loaded, refusal = check(tmp_path)
    assert refusal is None
    assert [(report.rows, report.kept, report.unassigned) for report in loaded.report.files] == [(17, 17, 17), (20, 20, 20), (27, 27, 27)]


def test_an_associations_row_whose_scope_is_the_subscription_assigns_the_rows(sample_data: Path, tmp_path: Path) -> None:
    taken(sample_data / AMORTIZED, tmp_path)
    tenant, subscription = "11111111-1111-4111-8111-111111111111", "64e355d7-997c-491d-b0c1-8414dccfcf42"
    (tmp_path / "associations.csv").write_text(
        f"partner_id,tenant_id,association,scope,started_on\n900,{tenant},pal,{subscription},2020-01-01\n", encoding="utf-8"
    )
    loaded, refusal = check(tmp_path)
    assert refusal is None
    usage = next(report for report in loaded.report.files if report.table == "azure_usage")
    rows = pl.read_parquet(tmp_path / "azure_usage" / "*.parquet").filter(pl.col("subscription_id") == subscription).height
    assert usage.rows - usage.unassigned == rows > 0


def test_the_amortized_export_is_scored_once_an_associations_table_is_added(sample_data: Path, tmp_path: Path) -> None:
    tenant = "11111111-1111-4111-8111-111111111111"
    taken(sample_data / AMORTIZED, tmp_path, partner="900", tenant=tenant)
    (tmp_path / "associations.csv").write_text(
        f"partner_id,tenant_id,association,scope,started_on\n900,{tenant},pal,,2020-01-01\n", encoding="utf-8"
    )
    words = ["score", str(tmp_path), "--as-of", "2023-11-24", "--designation", "infrastructure", "--basis", "amortized", "--format", "csv"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    [deployments] = [row for row in csv.DictReader(result.stdout.splitlines()) if row["metric"] == "deployments"]
    sums = expected(raw(sample_data / AMORTIZED), of_export, lambda row: Decimal(row["Cost"]), "amortized")
    services = {service for (_, service, *_), amount in sums.items() if amount > 0} - {"Virtual Machines"}
    assert (deployments["partner_id"], deployments["value"], deployments["basis"]) == ("900", str(len(services)), "amortized")

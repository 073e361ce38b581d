"""A facts folder and a store take the same source's word where several tell of the same (I-10)."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from attain.facts.facts import Facts, load
from attain.facts.schema import ASSOCIATIONS, BASES
from attain.rulebook.load import load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from tests.sources.folders import T1, usage, write_csv
from tests.sources.reports import SAMPLES, row

Rows = list[dict[str, str]]
BUSINESS, DYNAMICS, POWER_BI = "insights_business_usage", "insights_dynamics_usage", "insights_power_bi_usage"
RESOLD = {"PGAMpnID": "500", "MPNID": "500", "Month": "2026-10-01", "PartnerAttributionType": "CSP Tier 1"}
SOLD = {"ResellerID": "601", "ResellerName": "Contoso"}
PAL, CSP1, CSP2 = (1 << ASSOCIATIONS.index(code) for code in ("pal", "csp1", "csp2"))
CASES: list[tuple[str, str, tuple[str, ...], list[Rows], set[tuple[object, ...]]]] = [
    (
        "a location's seats and its account's users",
        "workload_usage",
        ("partner_id", "workload", "paid_licenses", "active_users"),
        [[row(BUSINESS, GlobalPartnerID="100", PAMAU="7")], [row(DYNAMICS, PGAMpnID="100", MPNID="101")]],
        {("100", "business-central", 0, 7)},
    ),
    (
        "two reports of seats are as good as each other",
        "workload_usage",
        ("workload", "paid_licenses", "assigned_licenses", "active_users"),
        [[row(DYNAMICS, SKU="Power BI Pro", RevSumCategoryName="Power BI", AvailableSeats="4", ActiveSeats="900")], [row(POWER_BI)]],
        {("power-bi", 120, 110, 900)},
    ),
    (
        "revenue by product and of business applications",
        "workload_revenue",
        ("partner_id", "revenue"),
        [
            [row("insights_customers", 2, CustomerTenantId=T1, PartnerAttributionType="DPOR", BilledRevenueUSD="9")],
            [row("insights_business_revenue")],
        ],
        {("100", 15_000_000)},
    ),
    (
        "a reseller's own file and its distributor's",
        "azure_usage",
        ("partner_id", "service", "associations", "acr"),
        [
            [usage(PGAMpnID="601", MPNID="611", Month="2026-10-01", ACR_USD="10")],
            [
                usage(PGAMpnID="500", MPNID="500", Month="2026-10-01", PartnerAttributionType="CSP Tier 1") | SOLD,
                usage(PGAMpnID="500", MPNID="500", Month="2026-10-01", PartnerAttributionType="CSP Tier 1", ServiceLevel2="Azure DNS")
                | SOLD,
            ],
        ],
        {
            ("500", "key-vault", CSP1, 125_000),
            ("500", "azure-dns", CSP1, 125_000),
            ("601", "key-vault", PAL, 100_000),
            ("601", "azure-dns", CSP2, 125_000),
        },
    ),
]


def conformed(facts: Facts, table: str, columns: tuple[str, ...]) -> set[tuple[object, ...]]:
    rows = facts.scan(table).collect()
    for name in {"workload", "service"} & {*rows.columns}:
        rows = rows.with_columns(pl.Series(name, [facts.names[name][code] for code in rows[name]]))
    found = rows.select(columns).rows()
    assert len(set(found)) == len(found)
    return set(found)


def both(tmp_path: Path, files: list[Path]) -> list[Facts]:
    """Give the facts of a folder and of a store after the same imports."""
    name = "-".join(path.stem for path in files)
    folder, store = tmp_path / f"folder-{name}", Store.create(tmp_path / f"store-{name}")
    for into in (folder, store.place.local):
        for path in files:
            import_files([path], into, Options(), replace_all=True)
    return [load(folder), store.facts(load_book().catalog)]


@pytest.mark.parametrize(("table", "columns", "files", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_folder_and_store_agree_in_any_order(
    tmp_path: Path, table: str, columns: tuple[str, ...], files: list[Rows], expected: set[tuple[object, ...]]
) -> None:
    paths = [write_csv(tmp_path / f"{number}.csv", rows) for number, rows in enumerate(files)]
    for order in permutations(paths):
        for facts in both(tmp_path, list(order)):
            assert conformed(facts, table, columns) == expected


def test_what_resellers_were_billed_counts_once(tmp_path: Path) -> None:
    paths = [SAMPLES / "reseller_performance.csv", SAMPLES / "daily_rated_usage.csv"]
    for order in permutations(paths):
        for facts in both(tmp_path, list(order)):
            every = [month for months in facts.months["azure_usage"].values() for month in months]
            billed = facts.azure_detail("601", every).filter(pl.col("basis") == BASES.index("billed"))
            services = {facts.names["service"][code] for code in billed["service"]}
            assert "Azure" not in services
            assert services
            # of 602 no usage file tells: the report on resellers stands
            aside = facts.scan("unassigned").filter(pl.col("partner_id") == "602").collect()
            assert aside["acr"].to_list() == [50_000]

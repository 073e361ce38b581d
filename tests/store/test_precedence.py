"""The same usage told by several sources is counted once (I-10)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from attain.facts.schema import TABLES
from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.delivery import of_folder
from attain.store.precedence import best_rows, merged_cells
from attain.store.store import Store
from tests.sources.folders import S1, T1, T2, usage, write_csv

COLUMNS = [column.name for column in TABLES["azure_usage"].columns]


def azure(source: str, subscription: str | None, amount: int, service: str = "Key Vault") -> dict[str, object]:
    row: dict[str, object] = {}
    row.update(dict.fromkeys(COLUMNS))
    return (
        row
        | {"month": 1, "partner_id": "1", "tenant_id": T1, "subscription_id": subscription, "service": service, "acr_usd": amount}
        | {
            "basis": "acr",
            "source": source,
        }
    )


def left(*rows: dict[str, object]) -> list[tuple[object, object, object]]:
    best = best_rows(
        "azure_usage", pl.DataFrame(list(rows), infer_schema_length=None).with_columns(pl.col("subscription_id").cast(pl.String))
    )
    return sorted((row["source"], row["subscription_id"], row["acr_usd"]) for row in best.iter_rows(named=True))


def test_the_better_source_wins_the_row_and_other_rows_stay() -> None:
    assert left(azure("insights", S1, 10), azure("distributor", S1, 11), azure("distributor", "other", 5)) == [
        ("distributor", "other", 5),
        ("insights", S1, 10),
    ]


def test_a_row_without_subscription_yields_to_any_of_its_service_and_wins_over_any_worse_one() -> None:
    assert left(azure("insights", S1, 10), azure("distributor", None, 12)) == [("insights", S1, 10)]
    assert left(azure("insights", None, 10), azure("distributor", S1, 4), azure("distributor", "other", 6)) == [("insights", None, 10)]
    assert left(azure("insights", S1, 10), azure("distributor", None, 12, "Sentinel")) == [
        ("distributor", None, 12),
        ("insights", S1, 10),
    ]


def test_a_file_and_tables_of_one_s_own_are_not_added_up(tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    own = write_csv(tmp_path / "own.csv", [usage(Month="2026-10-01", ACR_USD="10")])
    import_files([own], store.place.local, Options())
    folder = tmp_path / "tables"
    folder.mkdir()
    header = "month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd\n"
    lines = f"2026-10,101,{T1},{S1},Key Vault,,,30\n2026-10,101,{T2},{S1},Key Vault,,,7\n"
    (folder / "azure_usage.csv").write_text(header + lines, encoding="utf-8")
    store.take([of_folder(folder)], book.catalog)
    rows = store.facts(book.catalog).scan("azure_usage").collect()
    assert sorted(rows.select("tenant_id", "acr").iter_rows()) == [(T1, 300_000), (T2, 70_000)]


def test_cells_of_a_key_that_comes_once_are_what_they_are_and_sorted_as_those_of_many() -> None:
    columns = [column.name for column in TABLES["customers"].columns]
    told: list[dict[str, object]] = [
        {**dict.fromkeys(columns), "tenant_id": tenant, "name": name, "country": country, "source": source, "load_id": load}
        for tenant, name, country, source, load in (
            (T2, "Second", None, "insights", 2),
            (T1, None, "DE", "contract", 1),
            (T1, "First", "US", "insights", 2),
        )
    ]
    rows = pl.DataFrame(told, schema_overrides=dict.fromkeys([*columns, "source"], pl.String()))
    twice, once = merged_cells("customers", rows), merged_cells("customers", rows.head(2))
    assert twice.select("tenant_id", "name", "country").rows() == [(T1, "First", "DE"), (T2, "Second", None)]
    assert once.select("tenant_id", "name", "country").rows() == [(T1, None, "DE"), (T2, "Second", None)]
    assert twice.schema == once.schema
    assert list(once.columns) == columns

"""License and user counts in a store: what a file leaves empty is unknown, and does not wipe what another file said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.delivery import of_folder
from attain.store.detail import read_detail
from attain.store.store import Store
from tests.sources.folders import T1, write_csv

SAMPLES = Path(__file__).parents[1] / "sources" / "samples"
TENANT = Options(partner="601", tenant=T1, as_of=dt.date(2026, 10, 31))


def exchange(store: Store, book: Book) -> dict[str, Any]:
    rows = store.facts(book.catalog).scan("workload_usage").collect()
    code = store.facts(book.catalog).names["workload"].index("exchange-online")
    [row] = rows.filter(rows["workload"] == code).to_dicts()
    return row


def test_a_report_of_users_leaves_the_seats_of_another_file_alone(tmp_path: Path, book: Book) -> None:
    for order in (("skus.json", "users.csv"), ("users.csv", "skus.json")):
        store = Store.create(tmp_path / f"store-{order[0]}")
        files = {
            "skus.json": SAMPLES / "graph_subscribed_skus.json",
            "users.csv": write_csv(tmp_path / "users.csv", [{"Report Refresh Date": "2026-10-31", "Exchange Active": "5"}]),
        }
        for name in order:
            import_files([files[name]], store.place.local, TENANT)
        row = exchange(store, book)
        assert row["paid_licenses"] > 0
        assert row["active_users"] == 5


def test_empty_counts_are_kept_empty_counted_as_0_and_listed(tmp_path: Path, book: Book) -> None:
    folder = tmp_path / "facts"
    folder.mkdir()
    header = "month,partner_id,tenant_id,workload,paid_licenses,active_users\n"
    lines = f"2026-10,601,{T1},exchange-online,,7\n2026-10,601,{T1},teams,0,3\n"
    (folder / "workload_usage.csv").write_text(header + lines, encoding="utf-8")
    store = Store.create(tmp_path / "store")
    store.take([of_folder(folder)], book.catalog)
    newest = store.loads.newest()
    assert newest is not None
    detail = read_detail(store.place, "workload_usage", newest[1].of("workload_usage"))
    assert detail.select("workload", "paid_licenses", "capacity").rows() == [("exchange-online", None, None), ("teams", 0, None)]
    assert exchange(store, book)["paid_licenses"] == 0
    assert "workload_usage: empty cells of paid_licenses count 0: 1" in store.facts(book.catalog).report.warnings

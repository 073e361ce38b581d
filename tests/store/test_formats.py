"""A store that an earlier version wrote is read as it was: what it counted in one number is told by its loads."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from attain.rulebook.load import Book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.state import FORMAT
from attain.store.store import Store
from tests.sources.folders import T1


def test_a_state_before_format_3_is_read_and_made_anew_by_the_next_import(tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    _deliver(store, tmp_path, "2026-09", f"2026-09,101,{T1},,Key Vault,,,30\n2026-09,,{T1},,Key Vault,,,5\n2026-09,,{T1},,Storage,,,6\n")
    before = store.facts(book.catalog)
    assert before.report.unassigned("azure_usage") == 2
    _written_before_format_3(tmp_path / "store")

    old = Store.open(tmp_path / "store")
    newest = old.loads.newest()
    assert newest is not None
    assert newest[1].format == 2
    after = old.facts(book.catalog)
    assert after.report.unassigned("azure_usage") == 2
    assert after.report.files == before.report.files

    _deliver(old, tmp_path, "2026-10", f"2026-10,101,{T1},,Key Vault,,,30\n2026-10,,{T1},,Key Vault,,,7\n")
    newest = old.loads.newest()
    assert newest is not None
    assert newest[1].format == FORMAT
    assert newest[1].unassigned == {1: 2, 2: 1}
    assert old.facts(book.catalog).report.unassigned("azure_usage") == 3


def _deliver(store: Store, tmp_path: Path, month: str, rows: str) -> None:
    folder = tmp_path / f"facts {month}"
    folder.mkdir()
    head = "month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd\n"
    (folder / "azure_usage.csv").write_text(head + rows, encoding="utf-8")
    import_files([folder], store.place.local, Options(), max_rejects=(1, 1))


def _written_before_format_3(store: Path) -> None:
    """Write the state of the only load as versions before wrote it: rows without an owner in one number a slice."""
    [path] = store.glob("loads/*.parquet")
    rows = pl.read_parquet(path)
    state = json.loads(rows["state"][0])
    state["format"] = 2
    for slices in state["slices"].values():
        for one in slices.values():
            one["unassigned"] = sum(one["unassigned"].values())
    rows.with_columns(pl.lit(json.dumps(state)).alias("state")).write_parquet(path)

"""An import that keeps its rows in memory leaves the same store as one that has no room and puts them down."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store import held
from attain.store.store import Store
from attain.store.tables import all_tables
from tests.sources.folders import T1, T2

HEAD = "month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd\n"
FIRST = (
    f"2026-09,102,{T2},,Key Vault,,acr,4\n2026-09,101,{T1},b,Storage,,acr,1.5\n2026-09,101,{T1},a,Storage,,acr,2\n"
    f"2026-09,101,{T1},a,storage,,list,7\n2026-10,,{T1},c,Key Vault,,acr,9\n2026-10,101,{T1},a,Key Vault,,acr,x\n"
)
SECOND = f"2026-09,101,{T1},a,Storage,,acr,3\n2026-09,101,{T1},b,Storage,,acr,1.5\n"


@pytest.mark.parametrize("room", [0, 3])
def test_a_store_is_the_same_whether_rows_are_kept_in_memory_or_put_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    whole = _imported(tmp_path / "whole")
    monkeypatch.setattr(held, "IN_MEMORY", room)
    assert held.Room().rows == room
    put_down = _imported(tmp_path / "put down")
    tables = [name for name in all_tables() if _rows(whole, name) is not None]
    assert {"azure_usage", "conformed/azure_usage", "conformed/azure_detail", "rejects", "restatements"} <= set(tables)
    for name in all_tables():
        one, other = _rows(whole, name), _rows(put_down, name)
        if one is None or other is None:
            assert one is None and other is None, name
        else:
            assert one.equals(other), name


def _imported(folder: Path) -> Store:
    store = Store.create(folder / "store")
    for name, rows in (("first", FIRST), ("second", SECOND)):
        given = folder / name
        given.mkdir()
        (given / "azure_usage.csv").write_text(HEAD + rows, encoding="utf-8")
        import_files([given], store.place.local, Options(), max_rejects=(1, 1), replace_all=True)
    return store


def _rows(store: Store, table: str) -> pl.DataFrame | None:
    newest = store.loads.newest()
    assert newest is not None
    files = newest[1].of(table)
    return pl.concat([pl.read_parquet(store.place.at(f"{table}/{file.path}")) for file in files]) if files else None

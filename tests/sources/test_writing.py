"""Staged tables: frames and rows come out alike whichever way they are written, and rows are asked for after all frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from attain.facts.batches import open_file
from attain.facts.folder import SourceFile
from attain.facts.schema import TABLES
from attain.sources.writing import write_rows

AZURE = TABLES["azure_usage"]
COLUMNS = ("month", "partner_id", "tenant_id", "subscription_id", "service", "offer", "acr_usd", "basis")
TENANT = "0f8fad5b-d9cb-469f-a165-70867728950e"
ROW = ("2026-10", "100", TENANT, "s1", "Key Vault", "", Decimal("-12.3400"), "acr")
CELLS = ("2026-10-01", "100", TENANT, "s1", "Key Vault", "", "-12.3400", "acr")


def _frame(partner: str = "100") -> pl.DataFrame:
    cells = {
        "month": [dt.date(2026, 10, 1)],
        "partner_id": [partner],
        "tenant_id": [TENANT],
        "subscription_id": ["s1"],
        "service": ["Key Vault"],
        "offer": [""],
    }
    return pl.DataFrame({**cells, "acr_usd": pl.Series([-123_400], dtype=pl.Int64), "basis": ["acr"]})


def _read(path: Path) -> list[tuple[object, ...]]:
    """Read a staged file as an import does."""
    for family in ("insights", ""):
        file = SourceFile("azure_usage", path, path.name, "parquet", path.stat().st_size, 0, family)
        found = [row for rows, _ in open_file(file).batches() for row in rows.frame().select(COLUMNS).rows()]
    return found


@pytest.mark.parametrize(("frames", "rows"), [(1, 0), (0, 1), (2, 0), (1, 1), (3, 2)])
def test_frames_and_rows_are_written_alike(tmp_path: Path, frames: int, rows: int) -> None:
    path = tmp_path / "azure_usage.parquet"
    assert write_rows(path, AZURE, COLUMNS, iter([ROW] * rows), iter([_frame()] * frames)) == frames + rows
    assert _read(path) == [CELLS] * (frames + rows)
    schema = pl.read_parquet_schema(path)
    assert schema == {name: {"month": pl.Date, "acr_usd": pl.Decimal(28, 4)}.get(name, pl.String) for name in COLUMNS}


@pytest.mark.parametrize("frames", [0, 1])
def test_nothing_is_left_where_there_is_no_row(tmp_path: Path, frames: int) -> None:
    path = tmp_path / "azure_usage.parquet"
    assert write_rows(path, AZURE, COLUMNS, iter(()), iter([_frame().clear()] * frames)) == 0
    assert not path.exists()


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_rows_are_asked_for_after_all_frames(tmp_path: Path, count: int) -> None:
    given: list[str] = []

    def frames() -> Iterator[pl.DataFrame]:
        for number in range(count):
            given.append("frame")
            yield _frame(f"{number}")

    def rows() -> Iterator[tuple[object, ...]]:
        given.append("row")
        yield ROW

    write_rows(tmp_path / "azure_usage.parquet", AZURE, COLUMNS, rows(), frames())
    assert given == ["frame"] * count + ["row"]

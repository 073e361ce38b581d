"""Security written by hand: in SQL for DuckDB (`security.sql`), and in plain pandas for a tenth of the partners' rows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from attain.rulebook.resolve import resolve
from attain.scoring.run import scores
from bench.data import DAY, Data
from bench.in_pandas import COLUMNS, TABLES, pandas_scores

SQL = Path(__file__).with_name("security.sql")
NAMES = {"services": "service", "offers": "offer", "workloads": "workload", "certificates": "certification"}


def duckdb_scores(data: Data) -> pl.DataFrame:
    """Score every partner with `security.sql`: partner_id, track, metric, value and points in millionths."""
    connection = duckdb.connect()
    for table in TABLES:
        connection.read_parquet(data.files(table)).create_view(table)
    for view, kind in NAMES.items():
        names = data.facts.names[kind]
        connection.register(view, pl.DataFrame({"code": range(len(names)), "name": names}).to_arrow())
    months = {f"{name}_month": data.windows[f"{name}_usage"].data_month for name in ("azure", "workload")}
    found = connection.sql(SQL.read_text(encoding="utf-8"), params={"day": DAY, **months})
    return pl.DataFrame(found.to_arrow_table())


def compared(data: Data) -> dict[str, Any]:
    """Compare all three, row by row, value and points: how many rows there are, and in how many they differ."""
    edition = resolve(data.book.designations["security"], DAY, None).edition.id
    ours = scores(data.book, data.facts, DAY, designations=["security"]).frame.filter(pl.col("metric") != "total")
    ours = ours.select(COLUMNS).sort(COLUMNS[:3])
    sql = duckdb_scores(data).select(COLUMNS).sort(COLUMNS[:3])
    folder = write_tenth(data, 10)
    frame = pl.from_pandas(pandas_scores(data, folder)).select(COLUMNS).sort(COLUMNS[:3])
    few = ours.filter(pl.col("partner_id").is_in(frame["partner_id"].unique().to_list()))
    shutil.rmtree(folder)
    return {
        "edition": edition,
        "rows": ours.height,
        "sql": _differing(ours, sql),
        "pandas_rows": few.height,
        "pandas": _differing(few, frame),
    }


def _differing(left: pl.DataFrame, right: pl.DataFrame) -> int:
    joined = left.join(right, on=COLUMNS[:3], how="full", coalesce=True)
    same = pl.col("value").eq_missing(pl.col("value_right")) & pl.col("points").eq_missing(pl.col("points_right"))
    return joined.filter(~same).height


def write_tenth(data: Data, share: int) -> Path:
    """Write the rows of every tenth partner to a folder beside the facts, for what cannot hold them all."""
    folder = data.folder / "tenth"
    chosen = data.accounts[::share]
    for table in TABLES:
        folder.mkdir(exist_ok=True)
        rows = pl.scan_parquet(data.files(table)).filter(pl.col("partner_id").is_in(chosen))
        rows.sink_parquet(folder / f"{table}.parquet")
    return folder

"""Read a written facts folder, as frames and as the rows that the naive scorer takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from attain.facts.schema import TABLES


def frame_of(folder: Path, table: str) -> pl.DataFrame:
    """Read one table, whatever its files."""
    whole = folder / f"{table}.parquet"
    return pl.read_parquet(whole if whole.exists() else sorted((folder / table).glob("*.parquet")))


def rows_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Read every table as rows of Python values: months as text, association sets as sets of codes."""
    facts: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        rows = frame_of(folder, table).to_dicts()
        for row in rows:
            if "month" in row:
                row["month"] = f"{row['month']:%Y-%m}"
            if "associations" in row:
                row["associations"] = frozenset(code for code in row["associations"].split("+") if code)
        facts[table] = rows
    return facts

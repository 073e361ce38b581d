"""Rows of the samples, changed cell by cell, and what an import makes of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from attain.sources.importing import ImportReport
from tests.sources.folders import import_one, table, write_csv

SAMPLES = Path(__file__).parent / "samples"


def row(source: str, number: int = 0, **cells: str) -> dict[str, str]:
    """Give a row of a source's sample (CSV or TSV), with other cells where they are named."""
    [path] = SAMPLES.glob(f"{source}.*")
    with path.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream, delimiter="\t" if path.suffix == ".tsv" else ","))[number]
    assert set(cells) <= set(found)
    return found | cells


def without(found: dict[str, str], *columns: str) -> dict[str, str]:
    """Leave columns out of a row."""
    assert set(columns) <= set(found)
    return {column: cell for column, cell in found.items() if column not in columns}


def imported(tmp_path: Path, rows: list[dict[str, str]], **options: Any) -> ImportReport:
    """Import rows as one file into `facts`."""
    return import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts", **options)


def taken(tmp_path: Path, name: str, rows: list[dict[str, str]], *columns: str, **options: Any) -> list[tuple[str, ...]]:
    """Import rows as one file and give the named columns of a table, rows in order; a missing table has no rows."""
    imported(tmp_path, rows, **options)
    return sorted(tuple(found[column] for column in columns) for found in table(tmp_path / "facts", name))

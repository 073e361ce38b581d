"""Facts as Python rows (as the oracle takes them), written as a facts folder of the contract."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from attain.facts.schema import TABLES

Row = dict[str, Any]


def cell(value: Any) -> str:
    """Write one cell as the contract says."""
    if value is None:
        return ""
    if isinstance(value, frozenset):
        return "+".join(sorted(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def write_facts(facts: dict[str, list[Row]], folder: Path) -> Path:
    """Write one CSV a table. A usage table whose rows carry no `associations` (all None) has no such column."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in facts.items():
        columns = [column.name for column in TABLES[name].columns]
        present = [column for column in columns if any(row.get(column) is not None for row in rows) or column in TABLES[name].key]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(present)
            writer.writerows([cell(row.get(column)) for column in present] for row in rows)
    return folder

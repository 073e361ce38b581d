"""Names gathered by column are those gathered cell by cell, in memory or put aside."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from attain.sources import latest
from attain.sources.dimensions import Dimension
from attain.sources.intake import Output

COLUMNS = ("name", "country")
NAMES = ("", "Adatum", "adatum", "Ångström", "Zoë", "中", "😀", "\uffff", "A")


def rows_of(output: Output) -> list[tuple[object, ...]]:
    return sorted([*output.rows, *(row for frame in output.frames for row in frame.select(output.columns).iter_rows())], key=str)


@pytest.mark.parametrize("held", [latest.HELD, 7])
@pytest.mark.parametrize("by_column", ["none", "half", "all"])
def test_the_latest_cell_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, by_column: str) -> None:
    monkeypatch.setattr(latest, "HELD", held)
    chance = random.Random(5)
    months = ("2025-12", "2026-01", "2026-10")
    rows = [(f"k{chance.randrange(40)}", chance.choice(months), chance.choice(NAMES), chance.choice(("", "US", "DE"))) for _ in range(400)]
    expected: dict[str, list[tuple[str, str] | None]] = {}
    for key, month, *cells in rows:
        known = expected.setdefault(key, [None, None])
        for place, cell in enumerate(cells):
            if cell:
                known[place] = max(known[place] or ("", ""), (month, cell))
    dimension = Dimension("customers", "tenant_id", COLUMNS, tmp_path)
    share = {"none": 0, "half": 200, "all": 400}[by_column]
    for start in range(0, share, 50):
        schema: dict[str, pl.DataType] = {name: pl.String() for name in ("tenant_id", "month", *COLUMNS)}
        dimension.add_columns(pl.DataFrame(rows[start : start + 50], schema=schema, orient="row"))
    for key, month, *cells in rows[share:]:
        dimension.add(key, month, *cells)
    found = rows_of(dimension.output())
    assert found == sorted(((key, *(cell and cell[1] for cell in cells)) for key, cells in expected.items()), key=str)
    assert any(tmp_path.glob("*.arrow")) == (held == 7 and by_column != "none")

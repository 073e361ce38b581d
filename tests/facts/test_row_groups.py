"""Files that scores read are cut so that one partner is found fast, whatever their size."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from pyarrow import parquet

from attain.facts.row_groups import LARGEST, SMALLEST, row_group
from attain.store.place import Place
from attain.store.writing import write_file


@pytest.mark.parametrize("rows", [0, 1, 62_499, 62_500, 1_000_000, 3_515_624, 3_515_625, 10**9])
def test_groups_grow_with_the_root_of_the_rows_between_two_bounds(rows: int) -> None:
    group = row_group(rows)
    assert SMALLEST <= group <= LARGEST
    assert (group == SMALLEST) == (rows < 63_001)
    assert (group == LARGEST) == (rows >= 3_515_625)
    if SMALLEST < group < LARGEST:
        assert (group // 16) ** 2 <= rows < (group // 16 + 1) ** 2


def test_a_table_is_written_in_such_groups(tmp_path: Path) -> None:
    rows = pl.DataFrame({"partner_id": [f"{number:06}" for number in range(9_000)], "account": "1"})
    file = write_file(Place(str(tmp_path)), tmp_path / "s", "conformed/locations", rows, {"slice": "all"})
    written = parquet.ParquetFile(tmp_path / "conformed/locations" / file.path).metadata
    assert [written.row_group(number).num_rows for number in range(written.num_row_groups)] == [4_000, 4_000, 1_000]

"""A query put together before its rows are known: compiled once, run on the few rows of one partner after another."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from attain.engine.rows import Rows


class Slot:
    """The place of a table in such a query. `rows` go into the query; `frame` is set before each run."""

    def __init__(self, files: Sequence[Path | str], columns: Sequence[str] | None = None) -> None:
        """Take `columns` (all, unless given) as they are in the first of the table's `files`."""
        schema = {name: kind for name, kind in pl.scan_parquet(files[0]).collect_schema().items() if columns is None or name in columns}
        self.frame = pl.DataFrame(schema=schema)
        self.rows: Rows = nw.from_native(pl.defer(self._get, schema=schema, validate_schema=False))

    def _get(self) -> pl.DataFrame:
        return self.frame


@contextmanager
def filled(slots: Iterable[tuple[Slot, pl.DataFrame]]) -> Generator[None]:
    """Put rows into slots while the block runs; a query that is kept holds none of them after it."""
    given = list(slots)
    for slot, frame in given:
        slot.frame = frame
    try:
        yield
    finally:
        for slot, _ in given:
            slot.frame = slot.frame.clear()


def run_small(query: Sequence[Rows]) -> list[pl.DataFrame]:
    """Run a query over slots that hold few rows; optimizing it would take longer than the rows do."""
    frames: list[pl.LazyFrame] = [frame.to_native() for frame in query]
    return pl.collect_all(frames, optimizations=pl.QueryOptFlags.none())

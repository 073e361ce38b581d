"""The latest cell of each key, by column: what `dimensions.Dimension` does cell by cell, for whole blocks of rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

HELD = 2_000_000
"""Keys held before they are put aside: a few hundred megabytes."""
PARTITIONS = 64
_MONTH = len("2026-10")
_RUN = "#run"


class Latest:
    """Cells by key and column; of two the one of the later month stands, then the later in the alphabet. An empty cell says nothing.

    A cell is held with its month before it, so that the larger text is the later cell. `scratch` is a folder that the caller removes.
    """

    def __init__(self, key: str, columns: Sequence[str], scratch: Path) -> None:
        self._key, self._columns, self._scratch = key, columns, scratch
        self._held: list[pl.DataFrame] = []
        self._rows = 0
        self._aside = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows of text: the key, `month` such as `2026-10`, and any of the columns, empty where a row says nothing."""
        said = [name for name in self._columns if name in rows.columns]
        cells = (pl.when(pl.col(name) != "").then(pl.concat_str("month", name)).alias(name) for name in said)
        self.add_dated(rows.select(self._key, *cells))

    def add_dated(self, rows: pl.DataFrame) -> None:
        """Take rows whose cells have their month before them, null where a row says nothing; columns that it lacks say nothing."""
        self._held.append(rows)
        self._rows += rows.height
        if self._rows >= HELD:
            whole = self._latest(self._held)
            if whole.height >= HELD // 2:
                self._put_aside(whole)
            else:
                self._held, self._rows = [whole], whole.height

    def frames(self) -> Iterator[pl.DataFrame]:
        """Give each key once with its cells: sorted where nothing was put aside, else within each partition."""
        if not self._held and not self._aside:
            return
        if not self._aside:
            yield self._told(self._held)
            return
        if self._held:
            self._put_aside(self._latest(self._held))
        for partition in range(PARTITIONS):
            paths = [path for number in range(self._aside) if (path := self._path(number, partition)).exists()]
            if paths:
                yield self._told([pl.read_ipc(path.read_bytes()) for path in paths])

    def _latest(self, parts: list[pl.DataFrame]) -> pl.DataFrame:
        """Give each key of some rows once, sorted. Most keys of most files come once, or in rows beside each other."""
        whole = pl.concat(parts, how="diagonal")
        said = [name for name in whole.columns if name != self._key and whole[name].null_count() < whole.height]
        rows = in_order(whole.select(self._key, *said), [self._key])
        again = (rows[self._key] == rows[self._key].shift(1)).fill_null(value=False)
        if again.any():
            several = again | again.shift(-1, fill_value=False) if said else again
            runs = rows.with_columns((~again).cum_sum().alias(_RUN))
            rows = runs.filter(~several)
            if said:
                together = runs.filter(several).group_by(_RUN).agg(pl.col(self._key).first(), pl.col(said).max())
                rows = pl.concat([rows, together.select(rows.columns)]).sort(_RUN)
        unsaid = (pl.lit(None, dtype=pl.String).alias(name) for name in self._columns if name not in said)
        return rows.with_columns(unsaid).select(self._key, *self._columns)

    def _told(self, parts: list[pl.DataFrame]) -> pl.DataFrame:
        return self._latest(parts).with_columns(pl.col(list(self._columns)).str.slice(_MONTH))

    def _put_aside(self, rows: pl.DataFrame) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        parted = rows.with_columns((pl.col(self._key).hash(seed=0) % PARTITIONS).alias("#partition"))
        for (partition,), part in parted.partition_by("#partition", as_dict=True, include_key=False).items():
            part.write_ipc(self._path(self._aside, int(partition)))
        self._aside += 1
        self._held, self._rows = [], 0

    def _path(self, number: int, partition: int) -> Path:
        return self._scratch / f"{id(self)}-{number}-{partition}.arrow"

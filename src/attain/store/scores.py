"""Scores that were kept: every run with what it was made from, so that it can be made again."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import polars as pl

from attain.errors import AttainError
from attain.facts.disk import writing_into
from attain.store.tables import SCORES, DeltaFiles, columns_of, files_held
from attain.store.writing import write_file

if TYPE_CHECKING:
    import datetime as dt

    from attain.store.place import Place

_OF_RUN = ("run", "at", "load", "rulebook", "facts", "engine")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of scores: its id, when it was kept, the load and digest of its facts, its rulebook's digest, engine, day and rows."""

    run: str
    at: str
    load: int
    rulebook: str
    facts: str
    engine: str
    as_of: dt.date
    rows: int


def keep_run(place: Place, scores: pl.DataFrame, *, load: int, rulebook: str, facts: str, engine: str) -> str:
    """Append a run of scores (columns of the data contract) in one commit; gives its id.

    Raises AttainError `nothing-scored` where there is no row.
    """
    if not scores.height:
        raise AttainError("nothing-scored", "there is no score to keep", place.root, "name a partner that the store has")
    run = uuid4().hex
    values = {"run": run, "at": datetime.now(UTC).isoformat(timespec="seconds"), "rulebook": rulebook, "facts": facts, "engine": engine}
    rows = scores.with_columns(*(pl.lit(value).alias(name) for name, value in values.items()), pl.lit(load, dtype=pl.Int64).alias("load"))
    with writing_into(Path(place.root)), tempfile.TemporaryDirectory(prefix="attain-") as scratch:
        file = write_file(place, Path(scratch), SCORES, rows)
    DeltaFiles(place, SCORES).add([file])
    return run


def runs(place: Place) -> list[Run]:
    """List the runs, oldest first."""
    found = _scan(place).group_by(*_OF_RUN, "as_of").agg(rows=pl.len().cast(pl.Int64)).sort("at", "run").collect()
    return [Run(**row) for row in found.select(*_OF_RUN, "as_of", "rows").iter_rows(named=True)]


def scores_of(place: Place, run: str) -> pl.DataFrame:
    """Give the rows of a run, in the columns of the data contract. Raises AttainError `no-such-run`."""
    rows = _scan(place).filter(pl.col("run") == run).drop(_OF_RUN).collect()
    if not rows.height:
        raise AttainError("no-such-run", f"no run {run!r} is kept", place.root, "attain loads lists the runs of each load")
    return rows


def _scan(place: Place) -> pl.LazyFrame:
    files = files_held(DeltaFiles(place, SCORES).open())
    types = columns_of(SCORES)
    return pl.scan_parquet([place.at(f"{SCORES}/{path}") for path in files]) if files else pl.LazyFrame(schema=types)

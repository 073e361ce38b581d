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

TOTAL = "total"
_OF_RUN = ("run", "at", "load", "rulebook", "facts", "engine", "refresh_day")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of scores: its id, when it was kept, the load and digest of its facts, its rulebook's digest, engine, day and rows.

    `refresh_day` is the day of the month that was asked for, from which the month before counts; None is the programme's own.
    """

    run: str
    at: str
    load: int
    rulebook: str
    facts: str
    engine: str
    refresh_day: int | None
    as_of: dt.date
    rows: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run says of one designation: how many partners were scored and qualify.

    Against the run before: how many qualify that did not (`gained`) and the other way round (`lost`), and whose total moved (`moved`), of
    the partners that both runs have; None where there was no run before.
    """

    designation: str
    partners: int
    qualified: int
    gained: int | None = None
    lost: int | None = None
    moved: int | None = None


def keep_run(
    place: Place, scores: pl.DataFrame, *, load: int, rulebook: str, facts: str, engine: str, refresh_day: int | None = None
) -> str:
    """Append a run of scores (columns of the data contract) in one commit; gives its id.

    Raises AttainError `nothing-scored` where there is no row.
    """
    if not scores.height:
        raise AttainError("nothing-scored", "there is no score to keep", place.root, "name a partner that the store has")
    run = uuid4().hex
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    values = {"run": run, "at": now, "rulebook": rulebook, "facts": facts, "engine": engine}
    numbers = {"load": load, "refresh_day": refresh_day}
    rows = scores.with_columns(
        *(pl.lit(value).alias(name) for name, value in values.items()),
        *(pl.lit(value, dtype=pl.Int64).alias(name) for name, value in numbers.items()),
    )
    table = DeltaFiles(place, SCORES)
    table.widen()
    with writing_into(Path(place.root)), tempfile.TemporaryDirectory(prefix="attain-") as scratch:
        file = write_file(place, Path(scratch), SCORES, rows)
    table.add([file])
    return run


def runs(place: Place) -> list[Run]:
    """List the runs, oldest first."""
    found = _scan(place).group_by(*_OF_RUN, "as_of").agg(rows=pl.len().cast(pl.Int64)).sort("at", "run").collect()
    return [Run(**row) for row in found.select(*_OF_RUN, "as_of", "rows").iter_rows(named=True)]


def outcomes(place: Place, run: str) -> list[Outcome]:
    """Count what a run says by designation, against the run kept before it. Raises AttainError `no-such-run`."""
    every = [one.run for one in runs(place)]
    now = _totals(scores_of(place, run))
    earlier = every[: every.index(run)]
    before = _totals(scores_of(place, earlier[-1])) if earlier else None
    counted = now.group_by("designation").agg(pl.len().alias("partners"), pl.col("qualified").sum())
    if before is not None:
        both = now.join(before, on=["partner_id", "designation", "basis"], suffix="_before")
        was, is_now = pl.col("qualified_before"), pl.col("qualified")
        changes = both.group_by("designation").agg(
            (is_now & ~was).sum().alias("gained"),
            (was & ~is_now).sum().alias("lost"),
            (pl.col("points") != pl.col("points_before")).sum().alias("moved"),
        )
        counted = counted.join(changes, on="designation", how="left")
    return [Outcome(**row) for row in counted.sort("designation").iter_rows(named=True)]


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the totals of the tracks that count; an undecided one does not qualify."""
    totals = rows.filter(pl.col("selected") & (pl.col("metric") == TOTAL))
    return totals.select("partner_id", "designation", "basis", "points", pl.col("qualified").fill_null(value=False))


def scores_of(place: Place, run: str) -> pl.DataFrame:
    """Give the rows of a run, in the columns of the data contract. Raises AttainError `no-such-run`."""
    rows = _scan(place).filter(pl.col("run") == run).drop(_OF_RUN).collect()
    if not rows.height:
        raise AttainError("no-such-run", f"no run {run!r} is kept", place.root, "attain loads lists the runs of each load")
    return rows


def _scan(place: Place) -> pl.LazyFrame:
    files = files_held(DeltaFiles(place, SCORES).open())
    types = columns_of(SCORES)
    if not files:
        return pl.LazyFrame(schema=types)
    return pl.scan_parquet([place.at(f"{SCORES}/{path}") for path in files], schema=types, missing_columns="insert")

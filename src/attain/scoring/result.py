"""What a score looks like: one row per partner, designation, track and metric, as the data contract says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pyarrow as pa

from attain.scoring.windows import month_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARROW: Any = pa  # PyArrow has no types
TOTAL = "total"
ASSIGNMENT = "assignment"
"""Stands for the metric in a gap of the months that assign a track."""
MICRO_PLACES = 6
COLUMNS = (
    "partner_id",
    "as_of",
    "data_month",
    "designation",
    "edition",
    "track",
    "selected",
    "metric",
    "value",
    "full_marks",
    "points",
    "max_points",
    "complete",
    "qualified",
    "basis",
)


@dataclass(frozen=True)
class ScoreRow:
    """One row of a score. `value`, `full_marks`, `points` and `max_points` are decimals cut at six places; None = empty.

    `earns` is decided on the exact points: of a metric, that it has more than a metric must exceed; of a total, that it reaches the
    qualifying total with every metric earning, whether or not its track counts and its data are complete.
    """

    partner_id: str
    as_of: dt.date
    data_month: str | None
    designation: str
    edition: str
    track: str
    selected: bool
    metric: str
    value: Decimal | None
    full_marks: Decimal | None
    points: Decimal
    max_points: Decimal
    complete: bool
    qualified: bool | None
    basis: str
    earns: bool


@dataclass(frozen=True)
class Gap:
    """Months that a metric's window needs and the facts do not cover (I-11), or a table that is missing altogether."""

    designation: str
    track: str
    metric: str
    table: str
    months: tuple[int, ...]
    table_missing: bool = False

    def __str__(self) -> str:
        """Say it in one line."""
        what = f"there is no {self.table} table" if self.table_missing else f"{self.table} has no rows for {_ranges(self.months)}"
        if self.metric == ASSIGNMENT:
            return f"{self.designation}, which track counts: undecided, {what}"
        return f"{self.designation}, {self.track} track, {self.metric}: incomplete, {what}"


def _ranges(months: tuple[int, ...]) -> str:
    parts: list[str] = []
    start = previous = months[0]
    for month in (*months[1:], None):
        if month is not None and month == previous + 1:
            previous = month
            continue
        parts.append(month_text(start) if start == previous else f"{month_text(start)} to {month_text(previous)}")
        if month is not None:
            start = previous = month
    return ", ".join(parts)


@dataclass(frozen=True)
class Scores:
    """All scores of one run.

    `frame` has the contract's columns with amounts (`value`, `full_marks`, `points`, `max_points`) as Int64 millionths and `data_month`
    as a month number, and the column `earns` of `ScoreRow`; `contract()` gives the public form. `rulebook` and `facts` are the digests that
    make the run reproducible, `refresh_day` is the one that was asked for (None: the programme's own). `undecided` holds the partners and
    designations of which the track that an enrollment keeps is not certain.
    """

    frame: pl.DataFrame
    as_of: dt.date
    basis: str
    engine: str
    rulebook: str
    facts: str
    gaps: tuple[Gap, ...] = field(default=())
    refresh_day: int | None = None
    undecided: frozenset[tuple[str, str]] = frozenset()

    def __len__(self) -> int:
        """Count the rows."""
        return self.frame.height

    def contract(self) -> pl.DataFrame:
        """Give the frame of the data contract: dates as dates, months as `2026-10`, amounts as decimals with six places."""
        frame = self.frame
        months = {month: month_text(month) for month in frame["data_month"].drop_nulls().unique()}
        return frame.with_columns(
            pl.col("data_month").replace_strict(months, default=None, return_dtype=pl.String),
            *(decimals(frame[name]) for name in ("value", "full_marks", "points", "max_points")),
            *(pl.col(name).cast(pl.String) for name in ("designation", "edition", "track", "metric")),
        ).select(COLUMNS)

    def rows(self) -> Iterator[ScoreRow]:
        """Give typed rows, in the order of the frame."""
        for row in self.contract().insert_column(len(COLUMNS), self.frame["earns"]).iter_rows(named=True):
            yield ScoreRow(**row)

    def total(self, partner_id: str, designation: str, track: str | None = None) -> ScoreRow:
        """Give one partner's total in a designation, on the selected track unless `track` names one; KeyError where there is none."""
        wanted = (pl.col("partner_id") == partner_id) & (pl.col("designation") == designation) & (pl.col("metric") == TOTAL)
        wanted = wanted & (pl.col("selected") if track is None else pl.col("track") == track)
        found = Scores(self.frame.filter(wanted), self.as_of, self.basis, self.engine, self.rulebook, self.facts)
        for row in found.rows():
            return row
        raise KeyError(partner_id, designation, track)

    def tracks(self) -> dict[str, str]:
        """Give the track that counts, by designation, where one partner alone was scored."""
        totals = self.frame.filter((pl.col("metric") == TOTAL) & pl.col("selected"))
        return {str(designation): str(track) for designation, track in totals.select("designation", "track").iter_rows()}


def decimals(micro: pl.Series) -> pl.Series:
    """Read integers of a millionth as decimals with six places, without arithmetic."""
    integers = cast("Any", micro.to_arrow())
    whole = integers.cast(_ARROW.decimal128(19, 0))
    scaled = _ARROW.Array.from_buffers(_ARROW.decimal128(38, MICRO_PLACES), len(whole), whole.buffers(), whole.null_count, whole.offset)
    return pl.Series(micro.name, scaled)

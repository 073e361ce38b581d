"""The compact lists that a published row keeps as JSON, and what they say: metrics of a track, months and days of a history.

Amounts are whole millionths, so that nothing is lost or rounded on the way through JSON.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attain.scoring.result import MICRO_PLACES, TOTAL
from attain.scoring.windows import month_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attain.lifecycle import DailyScore
    from attain.scoring.result import ScoreRow
    from attain.scoring.timeline import MonthOn

MICRO = 10**MICRO_PLACES


def micro(value: Decimal) -> int:
    """Give a decimal of at most six places in millionths."""
    return int(value.scaleb(MICRO_PLACES))


def exact(value: int) -> Decimal:
    """Give whole millionths as a decimal without needless zeros."""
    whole, rest = divmod(abs(value), MICRO)
    digits = f"{whole}.{rest:0{MICRO_PLACES}d}".rstrip("0").rstrip(".")
    return Decimal(f"-{digits}" if value < 0 else digits)


@dataclass(frozen=True, slots=True)
class MetricScore:
    """One metric of one track, amounts in millionths. `value` and `full_marks` are None where a metric adds unlike things."""

    metric: str
    value: int | None
    full_marks: int | None
    points: int
    max_points: int
    complete: bool
    earns: bool
    data_month: str


@dataclass(frozen=True, slots=True)
class TrackScore:
    """One track with its metrics; `reaches` says that it reaches what qualifies, whether or not it counts."""

    track: str
    total: int
    cap: int
    complete: bool
    reaches: bool
    data_month: str
    metrics: tuple[MetricScore, ...]


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """One month of a history: how it ended, on `day`, and its best day. `others` are the totals of tracks that did not count."""

    day: dt.date
    status: str
    track: str
    total: int
    complete: bool
    qualified: bool
    data_month: str
    best: int | None
    best_on: dt.date | None
    metrics: dict[str, int] = field(default_factory=dict[str, int])
    others: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def month(self) -> str:
        """Give the month as `2026-10`."""
        return f"{self.day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class DayPoint:
    """A total that holds from `day` until the next one."""

    day: dt.date
    total: int
    qualified: bool
    complete: bool


def pack_tracks(rows: Iterable[ScoreRow]) -> list[Any]:
    """Pack the rows of one designation, track by track in their order."""
    packed: dict[str, list[Any]] = {}
    metrics: dict[str, list[Any]] = {}
    for row in rows:
        month = row.data_month or ""
        if row.metric == TOTAL:
            packed[row.track] = [row.track, micro(row.points), micro(row.max_points), row.complete, row.earns, month]
        else:
            value, full = (None if amount is None else micro(amount) for amount in (row.value, row.full_marks))
            found = [row.metric, value, full, micro(row.points), micro(row.max_points), row.complete, row.earns, month]
            metrics.setdefault(row.track, []).append(found)
    return [[*head, metrics.get(track, [])] for track, head in packed.items()]


def unpack_tracks(packed: Iterable[Sequence[Any]]) -> tuple[TrackScore, ...]:
    """Read what `pack_tracks` packed."""
    return tuple(_track(*found) for found in packed)


def _track(track: str, total: int, cap: int, complete: bool, reaches: bool, data_month: str, metrics: list[Any]) -> TrackScore:
    return TrackScore(track, total, cap, complete, reaches, data_month, tuple(MetricScore(*metric) for metric in metrics))


def pack_months(months: Sequence[MonthOn]) -> dict[str, Any]:
    """Pack the months of one designation, oldest first; the names of metrics and tracks stand once, before them."""
    rows = [row for month in months for row in month.rows]
    metrics = sorted({row.metric for row in rows} - {TOTAL})
    tracks = sorted({row.track for row in rows})
    return {"metrics": metrics, "tracks": tracks, "months": [_month(month, metrics, tracks) for month in months]}


def _month(month: MonthOn, metrics: Sequence[str], tracks: Sequence[str]) -> list[Any]:
    totals = {row.track: row for row in month.rows if row.metric == TOTAL}
    total = next(row for row in totals.values() if row.selected)
    points = {row.metric: row.points for row in month.rows if row.selected}
    data_month = "" if total.data_month is None else month_text(total.data_month)
    best = [None, None] if month.best is None else [int(month.best.points * MICRO), month.best.day.isoformat()]
    head = [month.day.isoformat(), month.status, tracks.index(total.track), int(total.complete), int(bool(total.qualified)), data_month]
    by_track = [totals[name].points if name in totals else None for name in tracks]
    return [*head, *best, by_track, [points.get(name) for name in metrics]]


def unpack_months(packed: dict[str, Any]) -> tuple[MonthPoint, ...]:
    """Read what `pack_months` packed."""
    found: list[MonthPoint] = []
    for day, status, place, complete, qualified, data_month, best, best_on, by_track, by_metric in packed["months"]:
        track = packed["tracks"][place]
        totals = {name: total for name, total in zip(packed["tracks"], by_track, strict=True) if total is not None}
        metrics = {name: points for name, points in zip(packed["metrics"], by_metric, strict=True) if points is not None}
        end, peak = dt.date.fromisoformat(day), None if best_on is None else dt.date.fromisoformat(best_on)
        others = {name: total for name, total in totals.items() if name != track}
        found.append(
            MonthPoint(end, status, track, totals[track], bool(complete), bool(qualified), data_month, best, peak, metrics, others)
        )
    return tuple(found)


def pack_days(scores: Iterable[DailyScore]) -> list[Any]:
    """Pack the days on which the total, or whether it qualifies or is complete, changed; oldest first."""
    packed: list[Any] = []
    for score in scores:
        found = [score.day.isoformat(), int(score.points * MICRO), score.qualified, score.complete]
        if not packed or packed[-1][1:] != found[1:]:
            packed.append(found)
    return packed


def unpack_days(packed: Iterable[Sequence[Any]]) -> tuple[DayPoint, ...]:
    """Read what `pack_days` packed."""
    return tuple(DayPoint(dt.date.fromisoformat(day), total, qualified, complete) for day, total, qualified, complete in packed)

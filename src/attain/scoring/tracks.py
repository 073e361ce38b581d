"""Tracks of one designation: totals, which track counts, and whether it qualifies, for all partners at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.scoring.assign import SMB
from attain.scoring.metrics import MetricResult, metric_result
from attain.scoring.rationals import Total, cut, patch
from attain.scoring.result import TOTAL
from attain.scoring.scans import PARTNER

if TYPE_CHECKING:
    from fractions import Fraction

    from attain.rulebook.programme import ProgrammeRules
    from attain.scoring.plan import DesignationPlan, MetricPlan, Plan


@dataclass(frozen=True)
class TrackResult:
    """One track over all partners: its scored metrics, their exact total (None where no metric is scored), whether each earns enough."""

    metrics: dict[str, MetricResult]
    total: Total | None
    each_above: pl.Series


def track_result(metrics: tuple[MetricPlan, ...], values: pl.DataFrame, programme: ProgrammeRules) -> TrackResult:
    """Compute every metric of a track and add them up."""
    results = {metric.rules.id: metric_result(metric, values, programme.increments) for metric in metrics if metric.is_scored}
    above = pl.Series([True]).new_from_index(0, values.height)
    for result in results.values():
        above = above & _above(result, programme.metric_above)
    return TrackResult(results, Total([result.points for result in results.values()]) if results else None, above)


def _above(result: MetricResult, bound: Fraction) -> pl.Series:
    points = result.points
    above = points.numerator * bound.denominator > points.denominator * bound.numerator
    return patch(above.cast(pl.Int64), {row: int(exact > bound) for row, exact in points.beyond.items()}) == 1


def assigned_smb(designation: DesignationPlan, values: pl.DataFrame) -> pl.Series:
    """Say per partner whether the rules assign the smb track.

    Where the table that they look at is missing there is no customer base, which is enterprise, and no workload with revenue, which is smb.
    """
    if designation.assignment is not None:
        return designation.assignment.is_smb(values)
    assign = designation.rules.tracks.assign
    return pl.Series([assign is not None and assign.kind == "workload_revenue"]).new_from_index(0, values.height)


def selected_tracks(
    designation: DesignationPlan, results: dict[str, TrackResult], values: pl.DataFrame, locks: dict[int, str]
) -> dict[str, pl.Series]:
    """Say per track and partner whether it is the one that counts. `locks` gives the enrollment track of enrolled partners by row.

    The best of two goes by exact totals, whole track against whole track; the first named wins a tie (I-13).
    """
    tracks = designation.rules.tracks
    every = pl.Series([True]).new_from_index(0, values.height)
    if tracks.choose == "single":
        return {tracks.names[0]: every}
    first, second = tracks.names[0], tracks.names[1]
    if tracks.choose == "best":
        one, other = results[first].total, results[second].total
        wins = ~every if one is None or other is None else other.exceeds(one)
    else:
        is_smb = assigned_smb(designation, values)
        if locks:
            locked = [int(locks[row] == SMB) for row in locks]
            is_smb = is_smb.cast(pl.Int64).scatter(list(locks), locked) == 1
        wins = is_smb if second == SMB else ~is_smb
    return {first: ~wins, second: wins}


def designation_blocks(plan: Plan, designation: DesignationPlan, values: pl.DataFrame, locks: dict[int, str]) -> list[pl.DataFrame]:
    """Score one designation on every track: per track one block of rows (one a partner) for each metric, then its total."""
    results = {track: track_result(metrics, values, plan.programme) for track, metrics in designation.metrics.items()}
    selected = selected_tracks(designation, results, values, locks)
    every = pl.Series([True]).new_from_index(0, values.height)
    blocks: list[pl.DataFrame] = []
    for track, result in results.items():
        metrics = designation.metrics[track]
        complete = not designation.assignment_gaps and not any(metric.gaps for metric in metrics)
        months = [metric.data_month for metric in metrics if metric.is_scored and metric.data_month is not None]
        head = _Head(plan, designation, track, selected[track])
        for metric in metrics:
            if metric.is_scored:
                maximum = metric.rules.max_points
                blocks.append(
                    head.block(metric.rules.id, result.metrics[metric.rules.id], maximum, complete=not metric.gaps, month=metric.data_month)
                )
        if result.total is None:
            points, qualified = pl.zeros(values.height, dtype=pl.Int64, eager=True), ~every
        else:
            points = result.total.micro()
            reached = result.total.at_least(plan.programme.qualifying_total) & result.each_above
            qualified = reached & selected[track] if complete else ~every
        blocks.append(head.total(points, qualified, plan.programme.points_cap, complete=complete, month=min(months, default=None)))
    return blocks


@dataclass(frozen=True)
class _Head:
    """What all rows of one track share."""

    plan: Plan
    designation: DesignationPlan
    track: str
    selected: pl.Series

    def block(self, metric: str, result: MetricResult, maximum: Fraction, *, complete: bool, month: int | None) -> pl.DataFrame:
        """Make the rows of one metric."""
        return self._rows(
            metric, result.value, result.full_marks, result.points.micro(), cut(maximum), None, complete=complete, month=month
        )

    def total(self, points: pl.Series, qualified: pl.Series, maximum: Fraction, *, complete: bool, month: int | None) -> pl.DataFrame:
        """Make the rows of the total."""
        empty = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(points))
        return self._rows(TOTAL, empty, empty, points, cut(maximum), qualified, complete=complete, month=month)

    def _rows(
        self,
        metric: str,
        value: pl.Series,
        full_marks: pl.Series,
        points: pl.Series,
        maximum: int,
        qualified: pl.Series | None,
        *,
        complete: bool,
        month: int | None,
    ) -> pl.DataFrame:
        plan, rules = self.plan, self.designation.rules
        columns = {"selected": self.selected, "value": value, "full_marks": full_marks, "points": points}
        return pl.DataFrame(columns).with_columns(
            as_of=pl.lit(plan.as_of),
            data_month=pl.lit(month, dtype=pl.Int32),
            designation=pl.lit(rules.designation.id),
            edition=pl.lit(rules.edition.id),
            track=pl.lit(self.track),
            metric=pl.lit(metric),
            max_points=pl.lit(maximum, dtype=pl.Int64),
            complete=pl.lit(complete),
            qualified=pl.lit(None, dtype=pl.Boolean) if qualified is None else qualified,
            basis=pl.lit(plan.basis),
        )


def interleave(blocks: list[pl.DataFrame], accounts: list[str]) -> pl.DataFrame:
    """Turn blocks of one row a partner into one frame ordered by partner, then block."""
    width, count = len(blocks), len(accounts)
    tall = pl.concat(blocks)
    position = pl.int_range(width * count, eager=True)
    order = (position % width) * count + position // width
    names = pl.Series(PARTNER, accounts, dtype=pl.String).gather(position // width)
    return tall[order].insert_column(0, names)

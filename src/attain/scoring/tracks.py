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
    """One track over all partners: its scored metrics, which of them earn, their exact total, and whether it reaches qualification.

    The total is None, and nothing is reached, where no metric is scored.
    """

    metrics: dict[str, MetricResult]
    earns: dict[str, pl.Series]
    total: Total | None
    reaches: pl.Series


def track_result(metrics: tuple[MetricPlan, ...], values: pl.DataFrame, programme: ProgrammeRules) -> TrackResult:
    """Compute every metric of a track and add them up."""
    results = {metric.rules.id: metric_result(metric, values, programme.increments) for metric in metrics if metric.is_scored}
    earns = {name: _above(result, programme.metric_above) for name, result in results.items()}
    if not results:
        return TrackResult(results, earns, None, pl.Series([False]).new_from_index(0, values.height))
    total = Total([result.points for result in results.values()])
    reaches = total.at_least(programme.qualifying_total)
    for each in earns.values():
        reaches = reaches & each
    return TrackResult(results, earns, total, reaches)


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
                blocks.append(head.metric(metric, result.metrics[metric.rules.id], result.earns[metric.rules.id]))
        qualified = result.reaches & selected[track] if complete else ~every
        blocks.append(head.total(result, qualified, complete=complete, month=min(months, default=None)))
    return blocks


@dataclass(frozen=True)
class _Head:
    """What all rows of one track share."""

    plan: Plan
    designation: DesignationPlan
    track: str
    selected: pl.Series

    def metric(self, metric: MetricPlan, result: MetricResult, earns: pl.Series) -> pl.DataFrame:
        """Make the rows of one metric."""
        rows = {"value": result.value, "full_marks": result.full_marks, "points": result.points.micro(), "earns": earns}
        empty = pl.lit(None, dtype=pl.Boolean)
        return self._rows(rows, metric.rules.id, metric.rules.max_points, complete=not metric.gaps, month=metric.data_month).with_columns(
            qualified=empty
        )

    def total(self, result: TrackResult, qualified: pl.Series, *, complete: bool, month: int | None) -> pl.DataFrame:
        """Make the rows of the total."""
        nothing = pl.zeros(len(qualified), dtype=pl.Int64, eager=True)
        empty = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(qualified))
        points = nothing if result.total is None else result.total.micro()
        rows = {"value": empty, "full_marks": empty, "points": points, "earns": result.reaches}
        cap = self.plan.programme.points_cap
        return self._rows(rows, TOTAL, cap, complete=complete, month=month).with_columns(qualified=qualified)

    def _rows(self, columns: dict[str, pl.Series], metric: str, maximum: Fraction, *, complete: bool, month: int | None) -> pl.DataFrame:
        plan, rules = self.plan, self.designation.rules
        return pl.DataFrame(columns | {"selected": self.selected}).with_columns(
            as_of=pl.lit(plan.as_of),
            data_month=pl.lit(month, dtype=pl.Int32),
            designation=pl.lit(rules.designation.id),
            edition=pl.lit(rules.edition.id),
            track=pl.lit(self.track),
            metric=pl.lit(metric),
            max_points=pl.lit(cut(maximum), dtype=pl.Int64),
            complete=pl.lit(complete),
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

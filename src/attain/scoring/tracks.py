"""Tracks of one designation: totals, which track counts, and whether it qualifies, for all partners at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.scoring.assign import SMB
from attain.scoring.metrics import MetricResult, Results
from attain.scoring.rationals import Total, cut, patch, zeros
from attain.scoring.result import TOTAL
from attain.scoring.scans import PARTNER

if TYPE_CHECKING:
    from fractions import Fraction

    from attain.rulebook.programme import ProgrammeRules
    from attain.scoring.locks import Locks
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


def track_result(metrics: tuple[MetricPlan, ...], computed: Results, programme: ProgrammeRules) -> TrackResult:
    """Take every metric of a track and add them up."""
    results = {metric.rules.id: computed.of(metric) for metric in metrics if metric.is_scored}
    earns = {name: _above(result, programme.metric_above) for name, result in results.items()}
    if not results:
        return TrackResult(results, earns, None, pl.Series([False]).new_from_index(0, computed.values.height))
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


@dataclass(frozen=True)
class Block:
    """The rows of one metric on one track, one a partner. `head` is what they share, in the order of `HEAD`."""

    head: tuple[str, str, str, str, int, int | None]
    complete: pl.Series
    selected: pl.Series
    value: pl.Series
    full_marks: pl.Series
    points: pl.Series
    earns: pl.Series
    qualified: pl.Series


HEAD = {
    "designation": pl.String(),
    "edition": pl.String(),
    "track": pl.String(),
    "metric": pl.String(),
    "max_points": pl.Int64(),
    "data_month": pl.Int32(),
}
VARYING = ("complete", "selected", "value", "full_marks", "points", "earns", "qualified")


def designation_blocks(plan: Plan, designation: DesignationPlan, computed: Results, locks: Locks) -> list[Block]:
    """Score one designation on every track: per track one block for each metric, then its total."""
    values = computed.values
    results = {track: track_result(metrics, computed, plan.programme) for track, metrics in designation.metrics.items()}
    selected = selected_tracks(designation, results, values, locks.tracks)
    whole = {fits: pl.Series([fits]).new_from_index(0, values.height) for fits in (True, False)}
    decided = whole[True].clone().scatter(list(locks.undecided), False) if locks.undecided else whole[True]
    nothing = zeros(values.height)
    no_number = pl.Series([None], dtype=pl.Int64).new_from_index(0, values.height)
    no_decision = pl.Series([None], dtype=pl.Boolean).new_from_index(0, values.height)
    name, edition = designation.rules.designation.id, designation.rules.edition.id
    blocks: list[Block] = []
    for track, result in results.items():
        metrics = designation.metrics[track]
        complete = decided if not designation.assignment_gaps and not any(metric.gaps for metric in metrics) else whole[False]
        months = [metric.data_month for metric in metrics if metric.is_scored and metric.data_month is not None]
        for metric in metrics:
            if metric.is_scored:
                identity, earned = metric.rules.id, result.metrics[metric.rules.id]
                head = (name, edition, track, identity, cut(metric.rules.max_points), metric.data_month)
                numbers = (earned.value, earned.full_marks, earned.micro)
                blocks.append(Block(head, whole[not metric.gaps], selected[track], *numbers, result.earns[identity], no_decision))
        points = nothing if result.total is None else result.total.micro()
        qualified = result.reaches & selected[track] & complete
        head = (name, edition, track, TOTAL, cut(plan.programme.points_cap), min(months, default=None))
        blocks.append(Block(head, complete, selected[track], no_number, no_number, points, result.reaches, qualified))
    return blocks


def interleave(blocks: list[Block], accounts: list[str], plan: Plan) -> pl.DataFrame:
    """Turn blocks of one row a partner into one frame ordered by partner, then block."""
    width, count = len(blocks), len(accounts)
    position = pl.int_range(width * count, eager=True)
    partner, block = position // width, position % width
    order = block * count + partner
    heads = pl.DataFrame([block.head for block in blocks], schema=HEAD, orient="row")[block]
    varying = {name: pl.concat([getattr(block, name) for block in blocks]).gather(order) for name in VARYING}
    names = pl.Series(PARTNER, accounts, dtype=pl.String).gather(partner)
    return heads.with_columns(names, as_of=pl.lit(plan.as_of), basis=pl.lit(plan.basis), **varying)

"""The rules as another reading of an interpretation has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from attain.rulebook.programme import Interpretation, OtherReading, Programme, ProgrammeRules, ReadingChange
    from attain.rulebook.resolve import EditionRules, MetricRules, PoolRules


def other_readings(programme: Programme) -> dict[str, tuple[Interpretation, OtherReading]]:
    """List the other readings that can be scored, by id, each with the interpretation that it would replace."""
    return {other.id: (reading, other) for reading in programme.interpretations for other in reading.otherwise}


def other_reading(programme: Programme, name: str) -> OtherReading:
    """Give the other reading called `name`; AttainError with the nearest one where there is none."""
    known = other_readings(programme)
    if name not in known:
        raise AttainError("unknown-reading", f"there is no other reading {name!r}", hint=did_you_mean(name, known))
    return known[name][1]


def programme_read_otherwise(rules: ProgrammeRules, change: ReadingChange) -> ProgrammeRules:
    """Give the programme's figures as the other reading has them."""
    return rules if change.increments is None else replace(rules, increments=change.increments)


def read_otherwise(rules: EditionRules, change: ReadingChange) -> EditionRules:
    """Give a designation's rules as the other reading has them; equal ones where it changes nothing in them."""
    assign = rules.tracks.assign
    tracks = rules.tracks
    if change.segments is not None and assign is not None and assign.segments is not None:
        tracks = tracks.model_copy(update={"assign": assign.model_copy(update={"segments": change.segments})})
    metrics = {track: tuple(_metric(metric, change) for metric in own) for track, own in rules.metrics.items()}
    return replace(rules, tracks=tracks, metrics=metrics)


def _metric(rules: MetricRules, change: ReadingChange) -> MetricRules:
    adds = rules.metric.combine == "sum" and len(rules.pools) > 1 and all(pool.pool.compare != "percent" for pool in rules.pools)
    nets = change.pools == "net" and adds
    return replace(rules, pools=tuple(_pool(pool, change) for pool in rules.pools), nets=rules.nets or nets)


def _pool(rules: PoolRules, change: ReadingChange) -> PoolRules:
    band = rules.qualifies_if
    if change.promoted is False and band is not None and band.promoted:
        return replace(rules, qualifies_if=band.model_copy(update={"promoted": False}))
    if change.growth_from == "baseline_month" and rules.pool.window == "from_association":
        return replace(rules, pool=rules.pool.model_copy(update={"window": "month", "entity": "tenant"}))
    if change.already_deployed == "counts" and rules.already_deployed is not None:
        return replace(rules, already_deployed=None)
    return rules

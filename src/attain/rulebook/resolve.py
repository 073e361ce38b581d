"""The rules of one designation on one day: every dated leaf turned into the value in force, track by track.

What comes out is plain data for the score, explain and the pages; nothing here reads facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from attain.errors import AttainError
from attain.rulebook.leaf import in_force

if TYPE_CHECKING:
    import datetime as dt

    from attain.rulebook.leaf import Entry
    from attain.rulebook.model import BaseFloor, Designation, Edition, Metric, Names, Pool, Range, Rate, Recognized, Step, Tracks

T = TypeVar("T")


@dataclass(frozen=True)
class PoolRules:
    """A pool's rules for one track on one day. `path` is its dotted rule path."""

    path: str
    pool: Pool
    services: Names | None
    offers: Names | None
    workloads: Names | None
    recognized_by: tuple[Recognized, ...]
    qualifies_if: Range | None
    active_share: Range | None
    already_deployed: Range | None
    rates: dict[str, Rate] | None
    base_floor: BaseFloor | None
    full_marks: Fraction
    max_points: Fraction


@dataclass(frozen=True)
class StepRules:
    """A certification step for one track on one day: a gate where `people` is set, else the step that scores per person."""

    path: str
    step: Step
    certificates: tuple[str, ...]
    people: int | None
    points: Fraction
    points_per_person: Fraction | None

    @property
    def is_gate(self) -> bool:
        """Say whether the step must be met before the metric's people score."""
        return self.points_per_person is None


@dataclass(frozen=True)
class MetricRules:
    """A metric's rules for one track on one day. With `nets` its pools are added up before floor and cap (another reading of I-3)."""

    path: str
    metric: Metric
    max_points: Fraction
    pools: tuple[PoolRules, ...]
    steps: tuple[StepRules, ...]
    nets: bool = False

    @property
    def id(self) -> str:
        """Name the metric as the contract does."""
        return self.metric.id


@dataclass(frozen=True)
class EditionRules:
    """A designation's rules on one day: its edition, its tracks, and the metrics of each track in order."""

    designation: Designation
    edition: Edition
    tracks: Tracks
    metrics: dict[str, tuple[MetricRules, ...]] = field(default_factory=dict[str, "tuple[MetricRules, ...]"])


def edition_on(designation: Designation, day: dt.date, edition_id: str | None = None) -> Edition:
    """Choose the edition in effect on `day`, or the one called `edition_id`.

    Raises AttainError where the name is unknown or the day lies before the programme's first edition.
    """
    if edition_id is not None:
        for edition in designation.editions:
            if edition.id == edition_id:
                return edition
        known = [edition.id for edition in designation.editions]
        begins = [name for name in known if name.startswith(edition_id)]
        hint = f"did you mean {' or '.join(begins)}?" if begins else f"known: {', '.join(known)}"
        raise AttainError("unknown-edition", f"{designation.id} has no edition {edition_id!r}", hint=hint)
    current = [edition for edition in designation.editions if edition.from_ <= day]
    if not current:
        first = min(designation.editions, key=lambda edition: edition.from_)
        raise AttainError(
            "before-first-edition",
            f"no rules of {designation.id} are known for {day}",
            hint=f"its first edition, {first.id}, is in effect from {first.from_}",
        )
    return max(current, key=lambda edition: edition.from_)


def resolve(designation: Designation, day: dt.date, edition_id: str | None = None) -> EditionRules:
    """Resolve `designation` for `day` (or for the edition called `edition_id`, whatever the day).

    Raises AttainError as `edition_on` does. The book is expected to have passed its checks, so a leaf in force is never missing.
    """
    edition = edition_on(designation, day, edition_id)
    start = edition.from_
    tracks = _value(designation.tracks, start, "", f"{designation.id}.tracks")
    return EditionRules(
        designation=designation,
        edition=edition,
        tracks=tracks,
        metrics={
            track: tuple(_metric(designation, metric, track, start) for metric in designation.metrics if _exists(metric, start))
            for track in tracks.names
        },
    )


def _exists(metric: Metric, start: dt.date) -> bool:
    return in_force(metric.max_points, start) is not None


def _present(part: Pool | Step, track: str, start: dt.date) -> bool:
    begun = part.from_ is None or part.from_ <= start
    ended = part.until is not None and part.until <= start
    return begun and not ended and (part.tracks is None or track in part.tracks)


def _value(leaf: tuple[Entry[T], ...], start: dt.date, track: str, path: str) -> T:
    value = _optional(leaf, start, track)
    if value is None:
        raise AttainError(
            "leaf-gap",
            f"no value in force on {start} for track {track or 'any'}",
            where=path,
            hint="add an entry that begins with the edition",
        )
    return value


def _optional(leaf: tuple[Entry[T], ...] | None, start: dt.date, track: str) -> T | None:
    entry = None if leaf is None else in_force(leaf, start)
    return None if entry is None else entry.of(track)


def _metric(designation: Designation, metric: Metric, track: str, start: dt.date) -> MetricRules:
    path = f"{designation.id}.{metric.id}"
    return MetricRules(
        path=path,
        metric=metric,
        max_points=_value(metric.max_points, start, track, f"{path}.max_points"),
        pools=tuple(_pool(f"{path}.{pool.id}", pool, track, start) for pool in metric.pools if _present(pool, track, start)),
        steps=tuple(_step(f"{path}.{step.id}", step, track, start) for step in metric.steps if _present(step, track, start)),
    )


def _pool(path: str, pool: Pool, track: str, start: dt.date) -> PoolRules:
    return PoolRules(
        path=path,
        pool=pool,
        services=_optional(pool.services, start, track),
        offers=_optional(pool.offers, start, track),
        workloads=_optional(pool.workloads, start, track),
        recognized_by=_value(pool.recognized_by, start, track, f"{path}.recognized_by"),
        qualifies_if=_optional(pool.qualifies_if, start, track),
        active_share=_optional(pool.active_share, start, track),
        already_deployed=_optional(pool.already_deployed, start, track),
        rates=_optional(pool.rates, start, track),
        base_floor=_optional(pool.base_floor, start, track),
        full_marks=_value(pool.full_marks, start, track, f"{path}.full_marks"),
        max_points=_value(pool.max_points, start, track, f"{path}.max_points"),
    )


def _step(path: str, step: Step, track: str, start: dt.date) -> StepRules:
    points = _optional(step.points, start, track)
    return StepRules(
        path=path,
        step=step,
        certificates=_value(step.certificates, start, track, f"{path}.certificates"),
        people=_optional(step.people, start, track),
        points=Fraction(0) if points is None else points,
        points_per_person=_optional(step.points_per_person, start, track),
    )

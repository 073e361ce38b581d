"""Maxima that have to agree: metrics with the programme, pools and gates with their metric."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from attain.rulebook.leaf import in_force
from attain.rulebook.model import Metric, Pool, Step
from attain.rulebook.walk import Part, by_date, parts, tracks_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from attain.rulebook.leaf import Entry
    from attain.rulebook.model import Designation, Edition
    from attain.rulebook.strict_yaml import Place

T = TypeVar("T")
SumFault = tuple[str, "Place", str, str]


def sum_faults(designation: Designation, points_cap: tuple[Entry[Fraction], ...]) -> Iterator[SumFault]:
    """Find maxima that do not agree, each once, with the editions and tracks in which that is so: code, place, what is wrong, what to do.

    `points_cap` is the programme's maximum.
    """
    grouped: dict[SumFault, list[str]] = {}
    for edition in by_date(designation):
        cap = in_force(points_cap, edition.from_)
        for track in tracks_of(designation, edition):
            where = edition.id if track == "single" else f"{edition.id} {track}"
            for fault in _faults(designation, edition, track, cap and cap.value):
                grouped.setdefault(fault, []).append(where)
    for (code, place, message, hint), where in grouped.items():
        yield code, place, f"{message} in {', '.join(where)}", hint


def _faults(designation: Designation, edition: Edition, track: str, cap: Fraction | None) -> Iterator[SumFault]:
    day = edition.from_
    here = [part for part in parts(designation) if part.present(day, track)]
    metrics = [part for part in here if isinstance(part.of, Metric)]
    maxima = [(part, value) for part in metrics if (value := _at(part.metric.max_points, day, track)) is not None]
    total = sum((value for _, value in maxima), Fraction(0))
    # A gap is a fault of its own; a sum with a hole in it would only repeat it.
    if cap is not None and len(maxima) == len(metrics) and total != cap:
        listed = " + ".join(f"{part.metric.id} {value}" for part, value in maxima) or "no metrics"
        yield "rulebook-sum", ("metrics",), f"the metrics' maxima sum to {total}, not to {cap},", f"{listed} = {total}"
    for metric, most in maxima:
        members = [part for part in here if part.metric is metric.metric and part is not metric]
        yield from _pool_faults(metric, most, [part for part in members if isinstance(part.of, Pool)], day, track)
        yield from _step_faults(metric, most, [part for part in members if isinstance(part.of, Step)], day, track)


def _pool_faults(metric: Part, most: Fraction, pools: list[Part], day: dt.date, track: str) -> Iterator[SumFault]:
    values: list[Fraction] = []
    for part in pools:
        assert isinstance(part.of, Pool)
        value = _at(part.of.max_points, day, track)
        full_marks = _at(part.of.full_marks, day, track)
        if full_marks is not None and full_marks <= 0:
            yield (
                "rulebook-full-marks",
                (*part.place, "full_marks"),
                f"full marks are {full_marks}, not above 0,",
                "write the value that earns all points",
            )
        if value is not None and value > most:
            message = f"the pool's maximum of {value} exceeds the metric's {most}"
            yield "rulebook-maximum", (*part.place, "max_points"), message, "lower it, or raise the metric's max_points"
        if value is not None:
            values.append(value)
    reach = (sum(values, Fraction(0)) if metric.metric.combine == "sum" else max(values)) if values else Fraction(0)
    if metric.metric.pools and len(values) == len(pools) and reach < most:
        message = f"the pools reach {reach} of the metric's {most} points"
        yield "rulebook-maximum", (*metric.place, "pools"), message, "raise a pool's max_points, or lower the metric's"


def _step_faults(metric: Part, most: Fraction, steps: list[Part], day: dt.date, track: str) -> Iterator[SumFault]:
    gates = Fraction(0)
    scoring = 0
    for part in steps:
        assert isinstance(part.of, Step)
        people = _at(part.of.people, day, track)
        if people is not None and people < 1:
            yield (
                "rulebook-people",
                (*part.place, "people"),
                f"a gate of {people} people is always met",
                "write 1 or more, or let the step begin later",
            )
        gates += _at(part.of.points, day, track) or Fraction(0)
        scoring += part.of.points_per_person is not None
    if gates > most:
        yield (
            "rulebook-maximum",
            (*metric.place, "steps"),
            f"the gates' points of {gates} exceed the metric's {most}",
            "lower the points of a gate",
        )
    if metric.metric.steps and scoring != 1:
        yield (
            "rulebook-steps",
            (*metric.place, "steps"),
            f"{scoring or 'no'} steps score per person",
            "one step of a metric has points_per_person, the others are gates",
        )


def _at(leaf: tuple[Entry[T], ...] | None, day: dt.date, track: str) -> T | None:
    entry = None if leaf is None else in_force(leaf, day)
    return None if entry is None else entry.of(track)

"""Which edges of the rules need a case below, at and above them, and which of those are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from attain.rulebook.cases import Boundary, Side
from attain.rulebook.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.rulebook.cases import Case
    from attain.rulebook.model import Designation, Range
    from attain.rulebook.resolve import EditionRules, PoolRules, StepRules

_SIDES: tuple[Side, ...] = get_args(Side)
_BOUNDS = ("at_least", "above", "at_most", "below")


def missing_boundaries(designations: Iterable[Designation], cases: Iterable[Case]) -> list[Boundary]:
    """List the boundaries of `designations` without a case, in the order of the rules.

    A case is due below, at and above each bound of a threshold, band, share, base floor and track rule, the full marks of each pool,
    the people of each gate and the people who fill a scoring step: in each edition and track. A promoted band (I-4) needs one case
    above its top; each edition but a designation's first needs one on the day before (below) and one on its first day (at).
    """
    covered = {case.tests for case in cases if case.tests is not None}
    return [due for designation in designations for due in _due(designation) if due not in covered]


def _due(designation: Designation) -> Iterator[Boundary]:
    for position, edition in enumerate(sorted(designation.editions, key=lambda one: one.from_)):
        if position:
            for side in _SIDES[:2]:
                yield Boundary(f"{designation.id}.editions", edition.id, "", side)
        rules = resolve(designation, edition.from_, edition.id)
        yield from _of_tracks(rules)
        for track, metrics in rules.metrics.items():
            for metric in metrics:
                for pool in metric.pools:
                    yield from _of_pool(pool, edition.id, track)
                for step in metric.steps:
                    yield from _of_step(step, edition.id, track)


def _of_tracks(rules: EditionRules) -> Iterator[Boundary]:
    if rules.tracks.assign is None:
        return
    for name in ("share", "acr", "revenue", "workload_count"):
        yield from _of_range(getattr(rules.tracks.assign, name), f"{rules.designation.id}.tracks.{name}", rules.edition.id, "")


def _of_pool(pool: PoolRules, edition: str, track: str) -> Iterator[Boundary]:
    yield from _of_range(pool.qualifies_if, f"{pool.path}.qualifies_if", edition, track)
    yield from _of_range(pool.active_share, f"{pool.path}.active_share", edition, track)
    yield from _of_range(pool.already_deployed, f"{pool.path}.already_deployed", edition, track)
    if pool.base_floor is not None:
        yield from _of_leaf(f"{pool.path}.base_floor.at_least", edition, track)
    yield from _of_leaf(f"{pool.path}.full_marks", edition, track)


def _of_step(step: StepRules, edition: str, track: str) -> Iterator[Boundary]:
    yield from _of_leaf(f"{step.path}.{'people' if step.is_gate else 'points_per_person'}", edition, track)


def _of_range(bounds: Range | None, path: str, edition: str, track: str) -> Iterator[Boundary]:
    if bounds is None:
        return
    for bound in _BOUNDS:
        if getattr(bounds, bound) is not None:
            yield from _of_leaf(f"{path}.{bound}", edition, track)
    if bounds.promoted:
        yield Boundary(f"{path}.promoted", edition, track, "above")


def _of_leaf(path: str, edition: str, track: str) -> Iterator[Boundary]:
    for side in _SIDES:
        yield Boundary(path, edition, track, side)

"""Walking a designation: its dated leaves one by one, who holds them, and when and for which tracks the holder is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attain.rulebook.leaf import Entry, in_force
from attain.rulebook.model import Metric, Pool, Step

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from attain.rulebook.model import Designation, Edition
    from attain.rulebook.strict_yaml import Place

Leaf = tuple[Entry[Any], ...]

MAY_BEGIN_LATER = frozenset({"qualifies_if", "active_share", "already_deployed", "base_floor"})
"""Conditions: before the first entry of one there is no such condition."""


@dataclass(frozen=True)
class Part:
    """A metric, or a pool or step of one. `place` is where it stands in the file, `path` its rule path."""

    place: Place
    path: str
    metric: Metric
    of: Metric | Pool | Step

    def present(self, day: dt.date, track: str) -> bool:
        """Say whether the part is in force for `track` under the edition that begins on `day`."""
        if in_force(self.metric.max_points, day) is None:
            return False
        if isinstance(self.of, Metric):
            return True
        begun = self.of.from_ is None or self.of.from_ <= day
        ended = self.of.until is not None and self.of.until <= day
        return begun and not ended and (self.of.tracks is None or track in self.of.tracks)


@dataclass(frozen=True)
class LeafAt:
    """One dated leaf: its field, where it stands, its rule path, and the part that holds it."""

    field: str
    place: Place
    path: str
    entries: Leaf
    part: Part

    @property
    def may_begin_later(self) -> bool:
        """Say whether days before the first entry are no gap: a condition may begin later, and a metric begins with its maximum."""
        return self.field in MAY_BEGIN_LATER or isinstance(self.part.of, Metric)

    def values(self) -> Iterator[tuple[Place, Entry[Any], str | None, Any]]:
        """Give every value with its place and entry, and its track where the entry tells tracks apart."""
        for index, entry in enumerate(self.entries):
            if entry.by_track is None:
                yield (*self.place, index, "value"), entry, None, entry.value
            else:
                for track, value in entry.by_track.items():
                    yield (*self.place, index, "by_track", track), entry, track, value


def parts(designation: Designation) -> Iterator[Part]:
    """Give every metric of `designation`, each followed by its pools and steps, in the order of the file."""
    for index, metric in enumerate(designation.metrics):
        place: Place = ("metrics", index)
        path = f"{designation.id}.{metric.id}"
        yield Part(place, path, metric, metric)
        for field, members in (("pools", metric.pools), ("steps", metric.steps)):
            for number, member in enumerate(members):
                yield Part((*place, field, number), f"{path}.{member.id}", metric, member)


def leaves_of(part: Part) -> Iterator[LeafAt]:
    """Give the dated leaves of one part, in the order of the model's fields."""
    for field in type(part.of).model_fields:
        value: tuple[Any, ...] | None = getattr(part.of, field)
        if isinstance(value, tuple) and value and isinstance(value[0], Entry):
            yield LeafAt(field, (*part.place, field), f"{part.path}.{field}", value, part)


def leaves(designation: Designation) -> Iterator[LeafAt]:
    """Give every dated leaf of the metrics of `designation`, in the order of the file. The `tracks` leaf is not among them."""
    for part in parts(designation):
        yield from leaves_of(part)


def by_date(designation: Designation) -> tuple[Edition, ...]:
    """List the editions in the order in which they begin."""
    return tuple(sorted(designation.editions, key=lambda edition: edition.from_))


def tracks_of(designation: Designation, edition: Edition) -> tuple[str, ...]:
    """List the tracks of `edition`; none where the `tracks` leaf says nothing for it."""
    entry = in_force(designation.tracks, edition.from_)
    return () if entry is None or entry.value is None else tuple(entry.value.names)

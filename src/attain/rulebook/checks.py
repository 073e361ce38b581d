"""Load errors of meaning: files that read well one by one and still say something the programme cannot have said.

Each check adds `AttainError`s with file and line, rule path and hint. Softer findings are in `attain.rulebook.lint`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError, did_you_mean
from attain.rulebook import names
from attain.rulebook.fit import Misfit, metric_misfits, pool_misfits, range_misfits, step_misfits, tracks_misfits
from attain.rulebook.leaf import in_force
from attain.rulebook.model import Metric, Pool, Range, Step
from attain.rulebook.sums import sum_faults
from attain.rulebook.validate import where
from attain.rulebook.walk import LeafAt, by_date, leaves, parts, tracks_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from attain.rulebook.catalog import Catalog
    from attain.rulebook.leaf import Entry
    from attain.rulebook.model import Designation
    from attain.rulebook.programme import Programme
    from attain.rulebook.sources import Sources
    from attain.rulebook.strict_yaml import Document, Place


@dataclass
class Faults:
    """Collects the faults of one file."""

    document: Document
    found: list[AttainError] = field(default_factory=list[AttainError])

    def add(self, code: str, message: str, place: Place, hint: str) -> None:
        """Note a fault at `place`."""
        self.found.append(AttainError(code, message, where(self.document, place), hint))

    def in_order(self) -> list[AttainError]:
        """Give the faults in the order of their lines."""
        return sorted(self.found, key=lambda fault: int(fault.where.partition(",")[0].rpartition(":")[2]))


def check_designation(designation: Designation, document: Document, programme: Programme, catalog: Catalog) -> list[AttainError]:
    """Check one designation: ids, dates, gaps, names, operators that do not fit, and maxima that do not sum to the programme's."""
    faults = Faults(document)
    _check_ids(designation, faults)
    _check_editions(designation, faults)
    _check_tracks(designation, faults)
    if faults.found:
        # Every leaf is held against the editions and tracks: with those in doubt it would only repeat their fault.
        return faults.in_order()
    for leaf in leaves(designation):
        _check_dates(designation, leaf.entries, leaf.place, faults)
        _check_track_names(designation, leaf, faults)
        _check_coverage(designation, leaf, faults)
    _check_fit(designation, faults)
    for place, message, hint in names.name_faults(designation, catalog):
        faults.add("rulebook-name", message, place, hint)
    for code, place, message, hint in sum_faults(designation, programme.points_cap):
        faults.add(code, message, place, hint)
    return faults.in_order()


def check_citations(document: Document, sources: Sources, programme: Programme) -> list[AttainError]:
    """Check that every source and interpretation a file cites exists."""
    faults = Faults(document)
    readings = [reading.id for reading in programme.interpretations]
    for place in document.lines:
        if place and place[-1] == "source":
            citation = document.text(place)
            if citation is not None and sources.cited(citation) is None:
                faults.add("rulebook-source", *_unknown_citation(citation, place, sources))
        if len(place) > 1 and place[-2] == "interpretations":
            reading = document.text(place)
            if reading is not None and reading not in readings:
                hint = did_you_mean(reading, readings)
                faults.add("rulebook-interpretation", f"there is no interpretation {reading!r}", place, hint)
    return faults.in_order()


def check_one_name_one_term(kind: str, document: Document, terms: Iterable[Any]) -> list[AttainError]:
    """Check that no two terms of one catalog file have a code or name in common, as names are compared."""
    faults = Faults(document)
    owner: dict[str, tuple[int, str]] = {}
    for index, term in enumerate(terms):
        for spelling in term.spellings():
            folded = names.fold(spelling)
            first, first_spelling = owner.setdefault(folded, (index, spelling))
            if first != index:
                line = document.line((kind, first))
                message = f"{spelling!r} already stands for the entry in line {line}"
                message += "" if spelling == first_spelling else f", as {first_spelling!r}"
                faults.add("rulebook-duplicate-name", message, (kind, index), "remove one: case and punctuation do not tell names apart")
                break
    return faults.in_order()


def check_unique(document: Document, holder: Place, members: Iterable[str]) -> list[AttainError]:
    """Check that the ids of the members of the list at `holder` differ."""
    faults = Faults(document)
    _unique(faults, holder, members)
    return faults.found


def _unique(faults: Faults, holder: Place, members: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for index, member in enumerate(members):
        if member in seen:
            line = faults.document.line((*holder, seen[member]))
            faults.add(
                "rulebook-duplicate-id", f"the id {member!r} is given twice, first in line {line}", (*holder, index), "give each its own id"
            )
        seen.setdefault(member, index)


def _unknown_citation(citation: str, place: Place, sources: Sources) -> tuple[str, Place, str]:
    source_id, hash_, anchor = citation.partition("#")
    source = sources.get(source_id)
    if source is None:
        hint = did_you_mean(source_id, [known.id for known in sources.sources], otherwise="add it to sources.yaml")
        return f"there is no source {source_id!r} in sources.yaml", place, hint
    if not hash_ or not anchor:
        return f"the source {citation!r} names no anchor", place, f"write {source_id}#anchor, one of {', '.join(source.anchors)}"
    return f"the source {source_id} has no anchor {anchor!r}", place, did_you_mean(anchor, source.anchors)


def _check_ids(designation: Designation, faults: Faults) -> None:
    _unique(faults, ("editions",), (edition.id for edition in designation.editions))
    _unique(faults, ("metrics",), (metric.id for metric in designation.metrics))
    for index, metric in enumerate(designation.metrics):
        _unique(faults, ("metrics", index, "pools"), (pool.id for pool in metric.pools))
        _unique(faults, ("metrics", index, "steps"), (step.id for step in metric.steps))


def _check_editions(designation: Designation, faults: Faults) -> None:
    if not designation.editions:
        faults.add("rulebook-no-edition", "there is no edition", ("editions",), "add one with id, from and source")
    starts: dict[dt.date, int] = {}
    for index, edition in enumerate(designation.editions):
        if edition.from_ in starts:
            line = faults.document.line(("editions", starts[edition.from_]))
            message = f"two editions begin on {edition.from_}: lines {line} and {faults.document.line(('editions', index))}"
            faults.add("rulebook-two-values", message, ("editions", index, "from"), "give one of them its own day, or remove it")
        starts.setdefault(edition.from_, index)


def _check_tracks(designation: Designation, faults: Faults) -> None:
    place: Place = ("tracks",)
    _check_dates(designation, designation.tracks, place, faults)
    for index, entry in enumerate(designation.tracks):
        if entry.value is None:
            faults.add("rulebook-tracks", "tracks cannot differ by track", (*place, index, "by_track"), "write value")
            continue
        for misfit in tracks_misfits(entry.value):
            _add_misfit(faults, (*place, index, "value"), misfit)
        if entry.value.assign is not None:
            for name in ("share", "acr", "revenue", "workload_count"):
                _check_range(getattr(entry.value.assign, name), (*place, index, "value", "assign", name), faults)
    for edition in by_date(designation):
        if in_force(designation.tracks, edition.from_) is None:
            faults.add("rulebook-gap", f"no tracks are in force in edition {edition.id}", place, f"begin an entry on {edition.from_}")


def _check_dates(designation: Designation, leaf: tuple[Entry[Any], ...], place: Place, faults: Faults) -> None:
    starts = {edition.from_: edition.id for edition in designation.editions}
    seen: dict[dt.date, int] = {}
    for index, entry in enumerate(leaf):
        at: Place = (*place, index, "from")
        if entry.from_ in seen:
            lines = f"{faults.document.line((*place, seen[entry.from_], 'from'))} and {faults.document.line(at)}"
            faults.add(
                "rulebook-two-values",
                f"two values are in force from {entry.from_}: lines {lines}",
                at,
                "keep one, or give the other its own day",
            )
        seen.setdefault(entry.from_, index)
        _check_start(entry.from_, starts, at, faults)


def _check_start(day: dt.date, starts: dict[dt.date, str], place: Place, faults: Faults) -> None:
    if starts and day not in starts:
        near = min(starts, key=lambda start: abs(start - day))
        faults.add("rulebook-no-edition-start", f"no edition begins on {day}", place, f"the nearest is edition {starts[near]}, from {near}")


def _check_track_names(designation: Designation, leaf: LeafAt, faults: Faults) -> None:
    known = dict.fromkeys(name for entry in designation.tracks if entry.value is not None for name in entry.value.names)
    for place, _, track, _ in leaf.values():
        if track is not None and track not in known:
            _add_unknown_track(track, known, place, faults)


def _add_unknown_track(track: str, known: Iterable[str], place: Place, faults: Faults) -> None:
    faults.add("rulebook-track", f"there is no track {track!r}", place, did_you_mean(track, known))


def _check_coverage(designation: Designation, leaf: LeafAt, faults: Faults) -> None:
    """Find the first edition and track in which the leaf says nothing although its holder is in force."""
    for edition in by_date(designation):
        entry = in_force(leaf.entries, edition.from_)
        if entry is None and leaf.may_begin_later:
            continue
        present = [track for track in tracks_of(designation, edition) if leaf.part.present(edition.from_, track)]
        missing = [track for track in present if entry is None or entry.of(track) is None]
        if not missing:
            continue
        if entry is None:
            message = f"no value is in force in edition {edition.id}, which begins on {edition.from_}"
            faults.add(
                "rulebook-gap",
                message,
                leaf.place,
                f"begin an entry on {edition.from_}, or let the {type(leaf.part.of).__name__.lower()} begin later",
            )
        else:
            place: Place = (*leaf.place, leaf.entries.index(entry), "by_track")
            message = f"no value is in force for track {' and '.join(missing)} in edition {edition.id}, which begins on {edition.from_}"
            faults.add("rulebook-gap", message, place, f"add {' and '.join(missing)} to by_track, or begin an entry on {edition.from_}")
        return


def _check_fit(designation: Designation, faults: Faults) -> None:
    starts = {edition.from_: edition.id for edition in designation.editions}
    known = dict.fromkeys(name for entry in designation.tracks if entry.value is not None for name in entry.value.names)
    for part in parts(designation):
        for misfit in _misfits(part.of):
            _add_misfit(faults, part.place, misfit)
        if isinstance(part.of, Metric):
            continue
        for name, day in (("from", part.of.from_), ("until", part.of.until)):
            if day is not None:
                _check_start(day, starts, (*part.place, name), faults)
        if part.of.from_ is not None and part.of.until is not None and part.of.until <= part.of.from_:
            faults.add("rulebook-misfit", f"it ends on {part.of.until}, before it begins", (*part.place, "until"), "correct from or until")
        for index, track in enumerate(part.of.tracks or ()):
            if track not in known:
                _add_unknown_track(track, known, (*part.place, "tracks", index), faults)
    for leaf in leaves(designation):
        for place, _, _, value in leaf.values():
            if isinstance(value, Range):
                _check_range(value, place, faults)


def _misfits(part: Metric | Pool | Step) -> Iterator[Misfit]:
    if isinstance(part, Metric):
        return metric_misfits(part)
    return pool_misfits(part) if isinstance(part, Pool) else step_misfits(part)


def _check_range(range_: Range | None, place: Place, faults: Faults) -> None:
    for misfit in range_misfits(range_) if range_ is not None else ():
        _add_misfit(faults, place, misfit)


def _add_misfit(faults: Faults, place: Place, misfit: Misfit) -> None:
    inner: Place = tuple(int(part) if part.isdecimal() else part for part in misfit.field.split("."))
    # A metric, pool or step as a whole is named by its own path, not by that of its id.
    faults.add("rulebook-misfit", misfit.message, place if misfit.field == "id" else (*place, *inner), misfit.hint)

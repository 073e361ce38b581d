"""One edition laid out for reading: every rule in words, track by track, with its source.

The command line, the pages and JSON show the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from attain.rulebook.leaf import in_force
from attain.rulebook.model import Metric, Pool
from attain.rulebook.resolve import edition_on
from attain.rulebook.walk import LeafAt, Part, by_date, leaves_of, parts, tracks_of
from attain.rulebook.words import LABELS, assign_words, number, pool_words, tracks_words, value_words

if TYPE_CHECKING:
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation, Edition


@dataclass(frozen=True)
class Rule:
    """One rule in words: `words` by track; `path` is its rule path; `differs` says whether the tracks differ."""

    path: str
    label: str
    words: dict[str, str]
    source: str
    standing: str
    note: str
    interpretations: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Say whether the tracks that have this rule differ in it."""
        return len(set(self.words.values())) > 1


@dataclass(frozen=True)
class Section:
    """A pool or step: its name, what it does in one sentence, the tracks that have it, and its rules."""

    path: str
    name: str
    sentence: str
    tracks: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class MetricView:
    """A metric: its maximum by track and its pools or steps. `combine` says how the pools make one result."""

    path: str
    name: str
    category: str
    combine: str
    max_points: Rule
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class EditionView:
    """One edition of one designation, laid out. `tracks_words` is how the track that counts is chosen, a sentence a line."""

    designation: str
    name: str
    edition: Edition
    until: dt.date | None
    tracks: tuple[str, ...]
    tracks_words: tuple[str, ...]
    tracks_rule: Rule
    qualifies: str
    metrics: tuple[MetricView, ...]
    interpretations: dict[str, tuple[str, str]] = field(default_factory=dict[str, "tuple[str, str]"])


def edition_of(designation: Designation, day: dt.date | None = None, edition_id: str | None = None) -> Edition:
    """Find the edition called `edition_id`, or the one in effect on `day`, or the last one; raises AttainError as `edition_on` does."""
    return edition_on(designation, dt.date.max if day is None else day, edition_id)


def view(book: Book, designation: Designation, edition: Edition) -> EditionView:
    """Lay out one edition in words."""
    tracks = tracks_of(designation, edition)
    later = [other.from_ for other in by_date(designation) if other.from_ > edition.from_]
    metrics = tuple(_metric(book, designation, part, edition, tracks) for part in parts(designation) if _shown(part, edition, tracks))
    rules = [rule for metric in metrics for rule in (metric.max_points, *(rule for section in metric.sections for rule in section.rules))]
    tracks_rule, sentences = _tracks(book, designation, edition)
    return EditionView(
        designation=designation.id,
        name=designation.name,
        edition=edition,
        until=min(later, default=None),
        tracks=tracks,
        tracks_words=sentences,
        tracks_rule=tracks_rule,
        qualifies=_qualifies(book, edition.from_),
        metrics=metrics,
        interpretations=_interpretations(book, [tracks_rule, *rules], edition),
    )


def _qualifies(book: Book, day: dt.date) -> str:
    total = in_force(book.programme.qualifying_total, day)
    above = in_force(book.programme.metric_above, day)
    cap = in_force(book.programme.points_cap, day)
    values = [number(entry.value) if entry is not None and entry.value is not None else "?" for entry in (total, cap, above)]
    return f"qualified with {values[0]} of {values[1]} points and every metric above {values[2]}"


def _tracks(book: Book, designation: Designation, edition: Edition) -> tuple[Rule, tuple[str, ...]]:
    entry = in_force(designation.tracks, edition.from_)
    assert entry is not None
    assert entry.value is not None
    sentences = [tracks_words(entry.value)]
    if entry.value.assign is not None:
        sentences.append(assign_words(entry.value.assign, book.catalog))
    words = {str(track): "; ".join(sentences) for track in entry.value.names}
    rule = Rule(f"{designation.id}.tracks", "tracks", words, entry.source, entry.standing, entry.note, entry.interpretations)
    return rule, tuple(sentences)


def _shown(part: Part, edition: Edition, tracks: tuple[str, ...]) -> bool:
    return isinstance(part.of, Metric) and any(part.present(edition.from_, track) for track in tracks)


def _metric(book: Book, designation: Designation, part: Part, edition: Edition, tracks: tuple[str, ...]) -> MetricView:
    maximum = _rules(book, part, edition.from_, tracks)[0]
    sections: list[Section] = []
    for inner in parts(designation):
        having = tuple(track for track in tracks if inner.present(edition.from_, track))
        if inner.metric is not part.metric or isinstance(inner.of, Metric) or not having:
            continue
        rules = _rules(book, inner, edition.from_, having)
        sections.append(Section(inner.path, inner.of.name, _sentence(inner, edition.from_, having), having, rules))
    combine = ""
    if len(part.metric.pools) > 1:
        combine = "the points of its pools add up" if part.metric.combine == "sum" else "the option with more points counts"
    return MetricView(part.path, part.metric.name, part.metric.category, combine, maximum, tuple(sections))


def _rules(book: Book, part: Part, day: dt.date, tracks: tuple[str, ...]) -> tuple[Rule, ...]:
    found = [rule_of(book, leaf, day, tracks) for leaf in leaves_of(part)]
    return tuple(rule for rule in found if rule is not None)


def _sentence(part: Part, day: dt.date, tracks: tuple[str, ...]) -> str:
    if isinstance(part.of, Pool):
        return pool_words(part.of)
    assert not isinstance(part.of, Metric)
    if part.of.points_per_person is None:
        return "a gate: so many people with one of the certificates"
    gates = [Part((), "", part.metric, step) for step in part.metric.steps if step.people is not None]
    gated = any(gate.present(day, track) for gate in gates for track in tracks)
    return "each person with one of the certificates scores" + (", once every gate is met" if gated else "")


def rule_of(book: Book, leaf: LeafAt, day: dt.date, tracks: tuple[str, ...]) -> Rule | None:
    """Put one dated leaf in words as it stands on `day`; None where nothing is in force for `tracks`."""
    entry = in_force(leaf.entries, day)
    values: dict[str, Any] = {} if entry is None else {track: entry.of(track) for track in tracks}
    words = {track: value_words(leaf.field, value, leaf.part.of, book.catalog) for track, value in values.items() if value is not None}
    if entry is None or not words:
        return None
    return Rule(leaf.path, LABELS.get(leaf.field, leaf.field), words, entry.source, entry.standing, entry.note, entry.interpretations)


def _interpretations(book: Book, rules: list[Rule], edition: Edition) -> dict[str, tuple[str, str]]:
    """Collect the interpretations that the edition or one of its rules refers to, in the order of their numbers."""
    named = set(edition.interpretations).union(*(rule.interpretations for rule in rules))
    return {reading.id: (reading.title, reading.text) for reading in book.programme.interpretations if reading.id in named}

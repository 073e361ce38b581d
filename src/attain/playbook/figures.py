"""The figures of a lesson: what the rulebook says of one designation on one day, in words, by rule path."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError, did_you_mean
from attain.rulebook.leaf import in_force
from attain.rulebook.model import Metric, Pool, Step
from attain.rulebook.programme_view import LABELS as PROGRAMME
from attain.rulebook.programme_view import programme_figures
from attain.rulebook.resolve import edition_on
from attain.rulebook.view import view
from attain.rulebook.walk import leaves, parts, tracks_of
from attain.rulebook.words import number, tracks_words, value_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation, Edition
    from attain.rulebook.programme import ProgrammeRules
    from attain.rulebook.view import MetricView, Rule
    from attain.rulebook.walk import LeafAt, Part

TRACK_NAMES = {"single": "single", "enterprise": "enterprise", "smb": "SMB"}
_HEADS = {"single": "Every partner", "enterprise": "Enterprise track", "smb": "SMB track"}
_LISTS = ("services", "offers", "workloads", "rates", "certificates", "recognized_by")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_ROWS = (
    "qualifies_if",
    "active_share",
    "already_deployed",
    "base_floor",
    "people",
    "points",
    "points_per_person",
    "full_marks",
    "max_points",
)


@dataclass(frozen=True)
class Figures:
    """What the rulebook says of `designation` on `day`. `track` is the one that worked examples are about."""

    book: Book
    designation: Designation
    day: dt.date
    track: str

    @cached_property
    def edition(self) -> Edition:
        """Give the edition in effect on the day."""
        return edition_on(self.designation, self.day)

    @cached_property
    def tracks(self) -> tuple[str, ...]:
        """Give the tracks of that edition."""
        return tracks_of(self.designation, self.edition)

    @cached_property
    def programme(self) -> ProgrammeRules:
        """Give the figures of the programme on the day."""
        return self.book.programme.on(self.day)

    @cached_property
    def _leaves(self) -> dict[str, LeafAt]:
        return {leaf.path: leaf for one in self.book.designations.values() for leaf in leaves(one)}

    @cached_property
    def _parts(self) -> dict[str, Part]:
        return {part.path: part for part in parts(self.designation)}

    def rule(self, path: str, track: str = "") -> str:
        """Give the figure at a rule path in words, as `attain rules show` gives it: of one track, or of all where they differ.

        A path that begins with a dot is one of the course's own designation; one without any dot is a figure of the programme. Raises
        AttainError `unknown-rule` with the nearest path, and `rule-not-in-force`.
        """
        if "." not in path:
            return self._programme_figure(path)
        words = self._words(path)
        if track:
            if track not in words:
                raise self._not_in_force(path, f" for the {TRACK_NAMES.get(track, track)} track")
            return words[track]
        if not words:
            raise self._not_in_force(path, "")
        return _joined(words)

    def in_force(self, path: str, track: str = "") -> bool:
        """Say whether there is such a rule on the day. Raises AttainError `unknown-rule` for a path that there never was."""
        if path.startswith(".") and path.count(".") == 1:
            return any(metric.path == f"{self.designation.id}{path}" for metric in self._laid_out)
        words = self._words(path)
        return track in words if track else bool(words)

    def each(self, path: str, track: str = "") -> str:
        """Give the points that one more of what a pool counts, or one more person of a step, earns: `2`, `6.67`. Raises as `rule`."""
        return self._shown(self._per(path, track or self.track))

    def per_point(self, path: str, track: str = "") -> str:
        """Give how much of what a pool counts earns one point: `1,250`. Raises as `rule`."""
        return number(1 / self._per(path, track or self.track))

    def points(self, path: str, amount: int | str, track: str = "") -> str:
        """Give the points that an amount earns in a pool or step, held between nothing and the maximum: `13.33`. Raises as `rule`."""
        part, chosen = self._part(path), track or self.track
        most = self._value(part, "max_points", chosen) if isinstance(part.of, Pool) else self._of_metric(part, chosen)
        return self._shown(min(max(self._per(path, chosen) * Fraction(amount), Fraction(0)), most))

    def requirements(self, metric: str) -> str:
        """Give the rules of a metric as Markdown: a table a pool or step, by track. Raises AttainError `unknown-rule`."""
        found = {one.path.partition(".")[2]: one for one in self._laid_out}
        if metric not in found:
            known = [one.id for one in self.designation.metrics]
            if metric in known:
                raise self._not_in_force(f".{metric}", "")
            raise AttainError("unknown-rule", f"{self.designation.name} has no metric {metric!r}", hint=did_you_mean(metric, known))
        return "\n".join(self._tables(found[metric]))

    @cached_property
    def associations(self) -> str:
        """Give which associations each metric accepts, pool by pool, as a Markdown table."""
        lines = ["| Metric | Part | Accepted associations |", "|---|---|---|"]
        for metric in self._laid_out:
            for section in metric.sections:
                accepted = [rule for rule in section.rules if rule.path.endswith(".recognized_by")]
                lines += [f"| {metric.name} | {section.name} | {_joined(rule.words)} |" for rule in accepted]
        return "\n".join(lines)

    @cached_property
    def how_tracks(self) -> str:
        """Say which tracks there are and which one counts, as a sentence without its full stop."""
        entry = in_force(self.designation.tracks, self.edition.from_)
        said = "" if entry is None or entry.value is None else tracks_words(entry.value).replace(" smb", " SMB")
        return f"{said[:1].upper()}{said[1:]}"

    @cached_property
    def _laid_out(self) -> tuple[MetricView, ...]:
        return view(self.book, self.designation, self.edition).metrics

    @cached_property
    def metrics(self) -> str:
        """Give the metrics of the designation with their categories and maxima as a Markdown table."""
        categories = {category.id: category.name for category in self.book.programme.categories}
        lines = ["| Category | Metric | Points at most |", "|---|---|---:|"]
        lines += [f"| {categories[one.category]} | {one.name} | {_joined(one.max_points.words)} |" for one in self._laid_out]
        return "\n".join(lines)

    def _tables(self, metric: MetricView) -> Iterable[str]:
        for section in metric.sections:
            yield f"\n**{section.name}**: {section.sentence}.\n"
            yield f"| What | {' | '.join(_HEADS[track] for track in section.tracks)} |"
            yield f"|---{'|---' * len(section.tracks)}|"
            rules = {rule.path.rpartition(".")[2]: rule for rule in section.rules}
            for name in _ROWS:
                if name in rules:
                    yield _row(rules[name], section.tracks)
            yield ""
            for name in _LISTS:
                if name in rules:
                    yield f"- {rules[name].label.capitalize()}: {_dated(_joined(rules[name].words))}."

    def _programme_figure(self, name: str) -> str:
        if name not in PROGRAMME:
            raise AttainError("unknown-rule", f"there is no rule {name!r}", hint=did_you_mean(name, PROGRAMME))
        value = getattr(self.programme, name, None)
        if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
            return number(value)
        return next(figure.words for figure in programme_figures(self.book.programme) if figure.name == name and figure.holds(self.day))

    def _full(self, path: str) -> str:
        return f"{self.designation.id}{path}" if path.startswith(".") else path

    def _words(self, path: str) -> dict[str, str]:
        full = self._full(path)
        leaf = self._leaves.get(full)
        if leaf is None and path.startswith(".") and any(f"{other}{path}" in self._leaves for other in self.book.designations):
            return {}  # a rule of other designations, which a lesson for all may ask about
        if leaf is None:
            cut = f"{self.designation.id}." if path.startswith(".") else ""
            known = [one.removeprefix(cut[:-1]) for one in self._leaves if one.startswith(cut)]
            hint = did_you_mean(path, known, f"attain rules show {self.designation.id} --format json lists the paths")
            raise AttainError("unknown-rule", f"there is no rule {path!r}", hint=hint)
        owner = self.book.designations[full.partition(".")[0]]
        edition = edition_on(owner, self.day)
        entry = in_force(leaf.entries, edition.from_)
        if entry is None:
            return {}
        values = {track: entry.of(track) for track in tracks_of(owner, edition) if leaf.part.present(edition.from_, track)}
        catalog = self.book.catalog
        return {track: value_words(leaf.field, value, leaf.part.of, catalog) for track, value in values.items() if value is not None}

    def _part(self, path: str) -> Part:
        part = self._parts.get(self._full(path))
        if part is None or isinstance(part.of, Metric):
            known = [one.removeprefix(self.designation.id) for one, found in self._parts.items() if not isinstance(found.of, Metric)]
            raise AttainError("unknown-rule", f"there is no pool or step {path!r}", hint=did_you_mean(path, known))
        return part

    def _per(self, path: str, track: str) -> Fraction:
        part = self._part(path)
        if isinstance(part.of, Step):
            return self._value(part, "points_per_person", track)
        return self._value(part, "max_points", track) / self._value(part, "full_marks", track)

    def _of_metric(self, part: Part, track: str) -> Fraction:
        return self._value(self._parts[part.path.rpartition(".")[0]], "max_points", track)

    def _value(self, part: Part, field: str, track: str) -> Fraction:
        entry = in_force(getattr(part.of, field) or (), self.edition.from_)
        value: Any = None if entry is None or not part.present(self.edition.from_, track) else entry.of(track)
        if value is None:
            raise self._not_in_force(f"{part.path}.{field}", f" for the {TRACK_NAMES.get(track, track)} track")
        return Fraction(value)

    def _shown(self, points: Fraction) -> str:
        return number(points) if points.denominator == 1 else self.programme.shown(points).rstrip("0").rstrip(".")

    def _not_in_force(self, path: str, of: str) -> AttainError:
        hint = "write {% if in_force(path) %} around it, or another path"
        return AttainError("rule-not-in-force", f"there is no rule {path!r}{of} on {self.day}", hint=hint)


def _joined(words: dict[str, str]) -> str:
    """Say what holds for each track, or once where they agree."""
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return ", ".join(f"{said} ({TRACK_NAMES[track]})" for track, said in words.items())


def _dated(text: str) -> str:
    """Write the days of a text as pages do: retired 30 Jun 2026."""
    return _DAY.sub(lambda found: f"{dt.date.fromisoformat(found[0]):%-d %b %Y}", text)


def _row(rule: Rule, tracks: tuple[str, ...]) -> str:
    return f"| {rule.label.capitalize()} | {' | '.join(rule.words.get(track, '') for track in tracks)} |"

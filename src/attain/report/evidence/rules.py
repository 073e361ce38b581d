"""The rules behind a score as parts of a pack: every figure in words, with its source, and the interpretations in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.report.evidence.pack import Part
from attain.rulebook.programme_view import programme_figures
from attain.rulebook.view import view

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from attain.advise.columns import ColumnKind
    from attain.report.evidence.pack import Cell
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation, Edition
    from attain.rulebook.view import EditionView, Rule

PROGRAMME = (
    "points_cap",
    "qualifying_total",
    "metric_above",
    "decimals_shown",
    "increments",
    "refresh_day",
    "skilling_refresh_days",
    "retired_certificate_years",
    "enrollment_track",
)
"""The figures of the whole programme that decide a score."""
RULES: dict[str, ColumnKind] = {
    "metric": "text",
    "part": "text",
    "rule": "text",
    "track": "text",
    "words": "text",
    "source": "text",
    "standing": "text",
    "note": "text",
    "interpretations": "text",
    "path": "text",
}
SOURCES: dict[str, ColumnKind] = {
    "source": "text",
    "title": "text",
    "publisher": "text",
    "address": "text",
    "dated": "day",
    "read": "day",
    "note": "text",
}
INTERPRETATIONS: dict[str, ColumnKind] = {"id": "text", "title": "text", "text": "text"}


def rule_parts(book: Book, designation: Designation, edition: Edition, day: dt.date, tracks: Sequence[str]) -> tuple[Part, Part, Part]:
    """Give the rules of an edition for some tracks, the documents that they cite, and the interpretations that they rest on."""
    shown = view(book, designation, edition)
    rows = [*_programme(book, day), *_tracks(shown, tracks), *_metrics(shown, tracks)]
    cited = dict.fromkeys([edition.source, *(str(row[5]) for row in rows)])
    named = set(edition.interpretations).union(*(str(row[8]).split() for row in rows))
    interpretations = [(one.id, one.title, one.text) for one in book.programme.interpretations if one.id in named]
    return (
        Part("rules", f"Rules of edition {edition.id}", RULES, tuple(rows)),
        Part("sources", "Sources", SOURCES, tuple(_sources(book, cited))),
        Part("interpretations", "Interpretations", INTERPRETATIONS, tuple(interpretations)),
    )


def _programme(book: Book, day: dt.date) -> Iterator[tuple[Cell, ...]]:
    for figure in programme_figures(book.programme):
        if figure.name in PROGRAMME and figure.holds(day):
            named = " ".join(figure.interpretations)
            yield ("", book.programme.name, figure.label, "", figure.words, figure.source, figure.standing, figure.note, named, figure.name)


def _tracks(shown: EditionView, tracks: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    yield from _rule("", "Tracks", shown.tracks_rule, tracks)


def _metrics(shown: EditionView, tracks: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    for metric in shown.metrics:
        yield from _rule(metric.name, "", metric.max_points, tracks)
        for section in metric.sections:
            for rule in section.rules:
                yield from _rule(metric.name, section.name, rule, tracks)


def _rule(metric: str, part: str, rule: Rule, tracks: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    """Give a line a track, or one line where the tracks do not differ."""
    words = {track: said for track, said in rule.words.items() if track in tracks}
    named = " ".join(rule.interpretations)
    if len(words) > 1 and len(set(words.values())) == 1:
        words = {"": next(iter(words.values()))}
    for track, said in words.items():
        yield (metric, part, rule.label, track, said, rule.source, rule.standing, rule.note, named, rule.path)


def _sources(book: Book, cited: Sequence[str] | dict[str, None]) -> Iterator[tuple[Cell, ...]]:
    for citation in cited:
        source = book.sources.cited(citation)
        if source is None:
            yield (citation, "", "", "", None, None, "")
        else:
            yield (citation, source.title, source.publisher, source.url, source.page_date, source.retrieved, source.note)

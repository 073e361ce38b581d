"""The rulebook's pages: one for each edition of each designation, and those of the programme, its sources, readings and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.rulebook.load import load_book
from attain.rulebook.programme_view import programme_figures
from attain.rulebook.view import view
from attain.rulebook.walk import by_date
from handbook.markdown import code, table, words
from handbook.worked_cases import cases_of, cases_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.rulebook.catalog import Term, Vocabulary
    from attain.rulebook.model import Designation, Edition
    from attain.rulebook.view import EditionView, MetricView, Rule

FOLDER = "reference/rules"
_STANDINGS = "[How well each figure is established](index.md) is said where it is not official."


def pages() -> dict[str, str]:
    """Give every page of the rulebook by its path in the handbook."""
    book = load_book()
    found = {"index": _programme(), "interpretations": _interpretations(), "sources": _sources(), "names": _names()}
    for designation in book.designations.values():
        for edition in by_date(designation):
            found[page_of(designation, edition)] = _edition(designation, edition)
    return {f"{FOLDER}/{name}.md": text for name, text in found.items()}


def navigation() -> list[object]:
    """Give the part of the navigation that holds the rulebook, the newest edition of each designation first."""
    designations = [
        {designation.name: [f"{FOLDER}/{page_of(designation, edition)}.md" for edition in reversed(by_date(designation))]}
        for designation in load_book().designations.values()
    ]
    return [f"{FOLDER}/index.md", *designations, *(f"{FOLDER}/{name}.md" for name in ("interpretations", "names", "sources"))]


def page_of(designation: Designation, edition: Edition) -> str:
    """Name the page of an edition."""
    return f"{designation.id}-{edition.id}"


def _edition(designation: Designation, edition: Edition) -> str:
    book = load_book()
    shown = view(book, designation, edition)
    until = "" if shown.until is None else f" until the day before {shown.until}"
    established = "" if edition.start_established else " The day itself is an assumption: it is not established when the edition began."
    parts = [
        f"# {shown.name}, edition {edition.id}",
        f"In effect from {edition.from_}{until}; {_standing(edition.standing, edition.note)}.{established}",
        f"- {_sentence(shown.qualifies)}.\n" + "".join(f"- Tracks: {words(sentence)}.\n" for sentence in shown.tracks_words),
        f"Tracks are by {_source(shown.tracks_rule)}. {_STANDINGS}",
        table(("metric", "category", "points at most:"), (_summary(metric) for metric in shown.metrics)),
    ]
    for metric in shown.metrics:
        parts += _metric(shown, metric)
    if shown.interpretations:
        parts.append("## Interpretations that apply")
        parts += [
            f"**[{reading}](interpretations.md#{reading.lower()}) {words(title)}.** {words(text)}"
            for reading, (title, text) in shown.interpretations.items()
        ]
    parts += cases_section(cases_of(designation, edition), shown)
    return "\n\n".join(parts) + "\n"


def _summary(metric: MetricView) -> tuple[str, str, str]:
    return f"[{metric.name}](#{_anchor(metric.path)})", metric.category.replace("_", " "), _of_tracks(metric.max_points)


def _of_tracks(rule: Rule) -> str:
    return ", ".join(f"{track} {said}" for track, said in rule.words.items()) if rule.differs else next(iter(rule.words.values()))


def _anchor(path: str) -> str:
    return path.partition(".")[2].replace(".", "-").replace("_", "-")


def _metric(shown: EditionView, metric: MetricView) -> Iterator[str]:
    yield f"## {metric.name} {{ #{_anchor(metric.path)} }}"
    combine = f"; {words(metric.combine)}" if metric.combine else ""
    category = _sentence(metric.category.replace("_", " "))
    yield f"{category}, up to {_of_tracks(metric.max_points)} points{combine} ({_source(metric.max_points)})."
    for section in metric.sections:
        yield f"### {words(section.name)} {{ #{_anchor(section.path)} }}"
        only = "" if section.tracks == shown.tracks else f"On the {' and '.join(section.tracks)} track only. "
        yield f"{only}{_sentence(section.sentence)}. Its rules stand under `{section.path}`."
        yield table(("rule", "track", "says", "source"), (row for rule in section.rules for row in _rule(rule)))


def _rule(rule: Rule) -> Iterator[tuple[str, str, str, str]]:
    said = list(rule.words.items()) if rule.differs else [("", next(iter(rule.words.values())))]
    for index, (track, text) in enumerate(said):
        first = index == 0
        yield f"{rule.label}<br>{code(rule.path.rpartition('.')[2])}" if first else "", track, words(text), _source(rule) if first else ""


def _source(rule: Rule) -> str:
    return _cited(rule.source, rule.standing, rule.note, rule.interpretations)


def _cited(citation: str, standing: str, note: str, interpretations: tuple[str, ...]) -> str:
    document, _, part = citation.partition("#")
    readings = ", ".join(f"[{reading}](interpretations.md#{reading.lower()})" for reading in interpretations)
    said = "" if standing == "official" and not note else f"; {_standing(standing, note)}"
    return f"[{document}](sources.md#{document}), {words(part)}{said}{f'; {readings}' if readings else ''}"


def _standing(standing: str, note: str) -> str:
    return f"*{standing}*: {words(note.rstrip('.'))}" if note else f"*{standing}*"


def _sentence(text: str) -> str:
    return words(text[:1].upper() + text[1:])


def _programme() -> str:
    book = load_book()
    editions = [
        (
            designation.name if index == 0 else "",
            f"[{edition.id}]({page_of(designation, edition)}.md)",
            str(edition.from_) if edition.start_established else f"{edition.from_}, assumed",
            _cited(edition.source, edition.standing, edition.note, edition.interpretations),
        )
        for designation in book.designations.values()
        for index, edition in enumerate(reversed(by_date(designation)))
    ]
    figures = [
        (figure.label, str(figure.from_), words(figure.words), _cited(figure.source, figure.standing, figure.note, figure.interpretations))
        for figure in programme_figures(book.programme)
    ]
    statuses = [(status.name, words(status.meaning)) for status in book.programme.statuses]
    return "\n\n".join(
        (
            "## Editions",
            table(("designation", "edition", "in effect from", "source"), editions),
            "## What holds for every designation",
            table(("figure", "from", "says", "source"), figures),
            "## Statuses",
            table(("status", "meaning"), statuses),
        )
    )


def _interpretations() -> str:
    parts: list[str] = []
    for reading in load_book().programme.interpretations:
        parts += [f"## {reading.id} {words(reading.title)} {{ #{reading.id.lower()} }}", words(reading.text)]
        parts.append(f"Applies to {', '.join(code(path) for path in reading.applies_to)}.")
        if reading.otherwise:
            parts.append("Other readings that can be scored:")
            parts.append("\n".join(f"- {code(other.id)}: {words(other.text)}" for other in reading.otherwise))
    return "\n\n".join(parts) + "\n"


def _sources() -> str:
    parts: list[str] = []
    for source in load_book().sources.sources:
        dated = "" if source.page_date is None else f", {source.page_date}"
        read = "" if source.retrieved is None else f" Read on {source.retrieved}."
        parts += [
            f"## {source.id} {{ #{source.id} }}",
            f"*{words(source.title)}*. {words(source.publisher)}{dated}.{read} {words(source.note)}".strip(),
        ]
        if source.url:
            parts.append(f"<{source.url}>")
        parts.append(f"Parts: {', '.join(words(anchor) for anchor in source.anchors)}.")
    return "\n\n".join(parts) + "\n"


def _names() -> str:
    catalog = load_book().catalog
    parts: list[str] = []
    for title, vocabulary in (
        ("Services of Azure", catalog.services),
        ("Workloads", catalog.workloads),
        ("Associations", catalog.associations),
        ("Offers", catalog.offers),
    ):
        parts += [f"## {title}", table(("code", "name", "also called", "source"), _terms(vocabulary))]
    certificates = [
        (
            code(one.code),
            words(one.name),
            words(", ".join(one.exams)),
            "" if one.retired_on is None else str(one.retired_on),
            words(", ".join((*one.aliases, *one.former_names))),
            _cited(one.source, one.standing, one.note, one.interpretations),
        )
        for one in catalog.certifications.terms
    ]
    parts += ["## Certificates", table(("code", "name", "exams", "last day to earn it", "also called", "source"), certificates)]
    return "\n\n".join(parts) + "\n"


def _terms(vocabulary: Vocabulary[Term]) -> Iterator[tuple[str, ...]]:
    for term in vocabulary.terms:
        source = _cited(term.source, term.standing, term.note, term.interpretations)
        yield code(term.code), words(term.name), words(", ".join((*term.aliases, *term.former_names))), source

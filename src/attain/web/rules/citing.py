"""Sources on a page: each cited document gets a number, and stands once below with its title, publisher and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attain.rulebook.walk import parts
from attain.rulebook.words import LABELS, TRACK_NAMES
from attain.web.dates import dated
from attain.web.tables import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation
    from attain.rulebook.view import Rule

_LONG = 90
TRACK_WORDS = {**TRACK_NAMES, "single": "One track"}


@dataclass(frozen=True)
class Cited:
    """One cited place: its number on the page, the document and what of it."""

    number: int
    citation: str
    title: str
    about: str
    url: str


class Citing:
    """Numbers the citations of one page in the order in which they come."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._found: dict[str, Cited] = {}

    @property
    def cited(self) -> list[Cited]:
        """The citations so far."""
        return list(self._found.values())

    def number(self, citation: str) -> int:
        """Give the number of a citation."""
        if citation not in self._found:
            source = self._book.sources.cited(citation)
            about = "" if source is None else dated(", ".join(str(part) for part in (source.publisher, source.page_date) if part))
            title = citation if source is None else source.title
            self._found[citation] = Cited(len(self._found) + 1, citation, title, about, "" if source is None else source.url)
        return self._found[citation].number

    def cell(self, citation: str, standing: str, readings: Iterable[str] = ()) -> Cell:
        """Give a cell with the number of a citation, its standing where it is not official, and interpretations."""
        note = ", ".join([*([] if standing == "official" else [standing]), *readings])
        return Cell(f"[{self.number(citation)}]", f"#source-{self.number(citation)}", note=note)

    def rule(self, rule: Rule) -> dict[str, Any]:
        """Lay out a rule: its words by track where the tracks differ, long ones to unfold, and its source."""
        words = rule.words.items() if rule.differs else [("", next(iter(rule.words.values())))]
        return {
            "label": rule.label[:1].upper() + rule.label[1:],
            "words": [{"track": TRACK_WORDS.get(track, track), "text": text, "long": len(text) > _LONG} for track, text in words],
            "number": self.number(rule.source),
            "standing": "" if rule.standing == "official" else rule.standing,
            "note": rule.note,
            "interpretations": rule.interpretations,
        }

    @staticmethod
    def rule_name(designation: Designation, path: str) -> str:
        """Say what a rule path names: `Net customer adds, Azure: services counted`."""
        holder, _, field = path.rpartition(".")
        for part in parts(designation):
            own = part.metric.name if part.of is part.metric else f"{part.metric.name}, {part.of.name}"
            if part.path == path:
                return own
            if part.path == holder:
                return f"{own}: {LABELS.get(field, field)}"
        return "Tracks" if field == "tracks" else path

"""What an interpretation applies to, in words: whole designations, metrics, tracks, figures of the programme, tables of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.rulebook.programme_view import LABELS

if TYPE_CHECKING:
    from attain.rulebook.load import Book
    from attain.rulebook.programme import Interpretation

_ANY = "*"
_PARTS = {"tracks": "Tracks", "editions": "Editions"}


def applies_words(book: Book, reading: Interpretation) -> str:
    """Say what a reading applies to: `Usage growth of Modern Work; Security`. What several designations share is said once."""
    shared: dict[str, list[str]] = {}
    for path in reading.applies_to:
        first, _, rest = path.partition(".")
        whose = "every designation" if first == _ANY else book.designations[first].name if first in book.designations else ""
        shared.setdefault(_part(book, first, rest), []).append(whose)
    said: list[str] = []
    for part, whose in shared.items():
        named = ", ".join(name for name in whose if name)
        said.append(f"{part} of {named}" if part and named else part or named)
    text = "; ".join(said)
    return text[:1].upper() + text[1:]


def _part(book: Book, first: str, rest: str) -> str:
    """Name what a path means within a designation, empty where it means all of it; or the figure or table that it is."""
    if first in LABELS:
        return f"\N{LEFT DOUBLE QUOTATION MARK}{LABELS[first][0]}\N{RIGHT DOUBLE QUOTATION MARK}"
    if first != _ANY and first not in book.designations:
        return first.replace("_", " ").capitalize()
    if rest in _PARTS or not rest:
        return _PARTS.get(rest, "")
    holders = book.designations.values() if first == _ANY else [book.designations[first]]
    return next((metric.name for holder in holders for metric in holder.metrics if metric.id == rest), rest)

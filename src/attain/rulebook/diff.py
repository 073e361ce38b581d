"""What changed between two editions of a designation, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attain.rulebook.leaf import in_force
from attain.rulebook.walk import LeafAt, leaves_of, parts, tracks_of
from attain.rulebook.words import assign_words, members, tracks_words, value_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.rulebook.leaf import Entry
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation, Edition
    from attain.rulebook.walk import Part

Kind = Literal["changed", "added", "removed", "begins", "ends"]


@dataclass(frozen=True)
class Change:
    """One change: `before` and `after` in words, empty where there is nothing.

    Members of a list that joined are in `after`, those that left in `before`. `track` is empty where every track changes alike; one
    track that becomes two is compared with each. `source` and `standing` are those of the rule that holds afterwards, or that ended.
    """

    path: str
    track: str
    kind: Kind
    before: str
    after: str
    source: str
    standing: str


def diff(book: Book, designation: Designation, before: Edition, after: Edition) -> list[Change]:
    """List what changes from edition `before` to edition `after`, in the order of the file."""
    changes = list(_tracks(book, designation, before, after))
    pairs = _track_pairs(designation, before, after)
    for part in parts(designation):
        there = [pair for pair in pairs if part.present(before.from_, pair[0])]
        here = [pair for pair in pairs if part.present(after.from_, pair[1])]
        changes += _begun(part, [pair for pair in here if pair not in there], here, pairs, after)
        changes += _ended(part, [pair for pair in there if pair not in here], there, pairs, before)
        for leaf in leaves_of(part):
            changes += _leaf(book, leaf, [pair for pair in there if pair in here], before, after)
    return changes


def _track_pairs(designation: Designation, before: Edition, after: Edition) -> list[tuple[str, str]]:
    """Say which track of one edition is held against which of the other: the same name, or the one against each of the two."""
    old, new = tracks_of(designation, before), tracks_of(designation, after)
    same = [(track, track) for track in new if track in old]
    return same or [(one, other) for one in old for other in new]


def _name(pair: tuple[str, str]) -> str:
    return pair[1] if pair[1] != "single" else pair[0]


def _tracks(book: Book, designation: Designation, before: Edition, after: Edition) -> Iterator[Change]:
    old, new = in_force(designation.tracks, before.from_), in_force(designation.tracks, after.from_)
    if old is None or new is None or old.value is None or new.value is None:
        return
    said = [
        tracks_words(entry) + ("" if entry.assign is None else f": {assign_words(entry.assign, book.catalog)}")
        for entry in (old.value, new.value)
    ]
    if said[0] != said[1]:
        yield Change(f"{designation.id}.tracks", "", "changed", said[0], said[1], new.source, new.standing)


def _begun(
    part: Part, begun: list[tuple[str, str]], here: list[tuple[str, str]], pairs: list[tuple[str, str]], after: Edition
) -> Iterator[Change]:
    for track in _merged(begun, here, pairs):
        entry = _first_entry(part, after)
        yield Change(part.path, track, "begins", "", part.of.name, entry.source, entry.standing)


def _ended(
    part: Part, ended: list[tuple[str, str]], there: list[tuple[str, str]], pairs: list[tuple[str, str]], before: Edition
) -> Iterator[Change]:
    for track in _merged(ended, there, pairs):
        entry = _first_entry(part, before)
        yield Change(part.path, track, "ends", part.of.name, "", entry.source, entry.standing)


def _merged(some: list[tuple[str, str]], having: list[tuple[str, str]], pairs: list[tuple[str, str]]) -> list[str]:
    """Name the tracks concerned; one empty name where every track that there is, is."""
    if some and some == having == pairs:
        return [""]
    return [_name(pair) for pair in some]


def _first_entry(part: Part, edition: Edition) -> Entry[Any]:
    """Find the entry that a part as a whole is cited by: its maximum, or what stands first."""
    found = {leaf.field: entry for leaf in leaves_of(part) if (entry := in_force(leaf.entries, edition.from_)) is not None}
    return found.get("max_points") or found.get("certificates") or next(iter(found.values()))


def _leaf(book: Book, leaf: LeafAt, pairs: list[tuple[str, str]], before: Edition, after: Edition) -> Iterator[Change]:
    old, new = in_force(leaf.entries, before.from_), in_force(leaf.entries, after.from_)
    if old is new:
        return
    found: dict[tuple[Kind, str, str], list[str]] = {}
    for pair in pairs:
        was = None if old is None else old.of(pair[0])
        now = None if new is None else new.of(pair[1])
        for kind, left, joined in _difference(book, leaf, was, now):
            found.setdefault((kind, left, joined), []).append(_name(pair))
    cited = new or old
    if cited is None:
        return
    for (kind, left, joined), tracks in found.items():
        for track in [""] if len(tracks) == len(pairs) else tracks:
            yield Change(leaf.path, track, kind, left, joined, cited.source, cited.standing)


def _difference(book: Book, leaf: LeafAt, was: Any, now: Any) -> Iterator[tuple[Kind, str, str]]:
    if was == now:
        return
    old = None if was is None else members(leaf.field, was, book.catalog)
    new = None if now is None else members(leaf.field, now, book.catalog)
    if old is not None and new is not None:
        left = [name for code, name in old.items() if code not in new]
        joined = [name for code, name in new.items() if code not in old]
        if left:
            yield "removed", ", ".join(sorted(left, key=str.casefold)), ""
        if joined:
            yield "added", "", ", ".join(sorted(joined, key=str.casefold))
        return
    said = ["" if value is None else value_words(leaf.field, value, leaf.part.of, book.catalog) for value in (was, now)]
    kind: Kind = "begins" if was is None else "ends" if now is None else "changed"
    if said[0] != said[1]:
        yield kind, said[0], said[1]

"""Finding lessons by their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from attain.playbook.reader import Reader

if TYPE_CHECKING:
    import datetime as dt

    from attain.playbook.course import Course, Playbook
    from attain.playbook.lesson import Lesson

AROUND = 110
_COURSES = 32


@dataclass(frozen=True)
class Found:
    """A lesson that was found, and the words around the first hit."""

    lesson: Lesson
    excerpt: str


def search(playbook: Playbook, course: Course, day: dt.date, asked: str) -> list[Found]:
    """Find the lessons of a course that hold every word asked for, those with one in the title first. Raises AttainError as `render`."""
    words = asked.casefold().split()[:10]
    if not words:
        return []
    hits = [
        (not any(word in lesson.title.casefold() for word in words), lesson.place, Found(lesson, _excerpt(text, words[0])))
        for lesson, text in zip(course.lessons, _texts(playbook.book.digest, course, day, _Of(playbook)), strict=True)
        if all(word in f"{lesson.title} {text}".casefold() for word in words)
    ]
    return [found for *_, found in sorted(hits, key=lambda hit: hit[:2])]


@dataclass(frozen=True, eq=False)
class _Of:
    """Carries the lessons past the key of the cache, which their course and the rulebook's digest already are."""

    playbook: Playbook

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and self.playbook is other.playbook

    def __hash__(self) -> int:
        return id(self.playbook)


@lru_cache(_COURSES)
def _texts(digest: str, course: Course, day: dt.date, of: _Of) -> tuple[str, ...]:
    del digest
    reader = Reader(of.playbook.figures(course.designation, day))
    return tuple(" ".join(of.playbook.render(course, number, reader).words.split()) for number in course.numbers)


def _excerpt(text: str, word: str) -> str:
    at = max(text.casefold().find(word), 0)
    start = max(text.rfind(" ", 0, max(at - AROUND, 0)) + 1, 0) if at > AROUND else 0
    end = text.find(" ", at + AROUND)
    cut = text[start : end if end >= 0 else len(text)]
    return f"{'… ' if start else ''}{cut}{' …' if 0 <= end < len(text) else ''}"

"""What is wrong with lessons: their shape, their sources, figures typed by hand, and whatever keeps one from being rendered on any day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from attain.errors import AttainError, did_you_mean
from attain.playbook.course import Playbook, lesson_files, load_playbook, packaged_folder
from attain.playbook.lesson import Lesson, read_lesson
from attain.playbook.reader import MINE, MINE_OF_METRIC, Reader
from attain.playbook.render import END, START
from attain.playbook.typed_figures import typed_figures
from attain.rulebook.walk import by_date, tracks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from attain.playbook.course import Course
    from attain.playbook.render import Rendered
    from attain.rulebook.load import Book


def lint(folder: Path | None = None) -> list[AttainError]:
    """Give every fault of the lessons in a folder of one's own, beside those that come with Attain; of these where none is named.

    Each is an AttainError with file and line; one fault is told once, however many days or courses it shows on.
    """
    place = packaged_folder() if folder is None else folder
    unreadable = list(_unreadable(place)) if place.is_dir() else []
    if unreadable:
        return unreadable
    try:
        playbook = load_playbook.__wrapped__("" if folder is None else str(folder))
    except AttainError as error:
        return [error]
    own = playbook.folders[-1]
    found = [fault for lesson in own for fault in _of_lesson(lesson, playbook.book)]
    for course in playbook.courses():
        for lesson in course.lessons:
            if lesson in own:
                found += _rendered(playbook, course, lesson)
    return list({(fault.code, fault.message, fault.where): fault for fault in found}.values())


def _unreadable(place: Path) -> Iterator[AttainError]:
    for path in lesson_files(place):
        try:
            read_lesson(path)
        except AttainError as error:
            yield error


def _of_lesson(lesson: Lesson, book: Book) -> Iterator[AttainError]:
    line = lesson.document.where
    for place, citation in enumerate(lesson.front.sources):
        if book.sources.cited(citation) is None:
            hint = did_you_mean(citation, book.sources.citations())
            yield AttainError("lesson-source", f"there is no source {citation!r}", line(("sources", place)), hint)
    for place, designation in enumerate(lesson.front.designations):
        if designation not in book.designations:
            hint = did_you_mean(designation, book.designations)
            yield AttainError("unknown-designation", f"there is no designation {designation!r}", line(("designations", place)), hint)
    yield from typed_figures(lesson, book)


def _rendered(playbook: Playbook, course: Course, lesson: Lesson) -> Iterator[AttainError]:
    for reader in readers(playbook, course):
        try:
            rendered = playbook.render(course, lesson.number, reader)
        except AttainError as error:
            yield error
        else:
            yield from _of_shape(lesson, rendered)


def readers(playbook: Playbook, course: Course) -> Iterator[Reader]:
    """Give a reader for each edition and track of a designation, with and without a score, and one for each change of the programme."""
    found = playbook.book.designations[course.designation]
    own = {name: f"your {name}" for name in MINE}
    own |= {f"{metric.id}.{what}": f"your {what}" for metric in found.metrics for what in MINE_OF_METRIC}
    for edition in by_date(found):
        for track in tracks_of(found, edition):
            figures = playbook.figures(course.designation, edition.from_, track)
            yield Reader(figures)
            yield Reader(figures, own)
    for day in playbook.book.programme.era_starts(by_date(found)[0].from_, dt.date.max):
        yield Reader(playbook.figures(course.designation, day))


def _of_shape(lesson: Lesson, rendered: Rendered) -> Iterable[AttainError]:
    headings = [heading.text for heading in rendered.headings]
    hint = "docs/playbook.md shows the shape of a lesson"
    if headings[:1] != [START] or headings[-1:] != [END]:
        yield AttainError("lesson-shape", f"does not begin with the heading {START!r} and end with {END!r}", lesson.where(), hint)
    if len({heading.anchor for heading in rendered.headings}) < len(headings):
        yield AttainError("lesson-shape", "has the same heading twice", lesson.where(), hint)
    if not rendered.ordered:
        yield AttainError("lesson-shape", "has no numbered steps", lesson.where(), hint)
    if not rendered.checks:
        yield AttainError("lesson-shape", "has no check", lesson.where(), hint)
    if any(f"{mark}" in rendered.words for mark in ("{{", "{%", "<script")):
        yield AttainError("lesson-shape", "shows a brace or tag that was meant to be filled in", lesson.where(), hint)

"""The lessons there are, and the course of each designation: modules, order, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError, did_you_mean
from attain.playbook.figures import Figures
from attain.playbook.lesson import MODULES, Lesson, read_lesson
from attain.playbook.reader import Reader
from attain.playbook.render import THEMES, Known, Rendered, render
from attain.rulebook.load import load_book

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from attain.rulebook.load import Book

PICTURE_TYPES = {".webp": "image/webp", ".png": "image/png"}


@dataclass(frozen=True)
class Module:
    """A module of a course with its lessons."""

    number: int
    name: str
    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        """Add up the minutes of its lessons."""
        return sum(lesson.front.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class Course:
    """The course of one designation."""

    designation: str
    name: str
    lessons: tuple[Lesson, ...]

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Give the modules that have lessons, in their order."""
        grouped = groupby(self.lessons, key=lambda lesson: lesson.front.module)
        return tuple(Module(number, MODULES[number], tuple(lessons)) for number, lessons in grouped)

    @property
    def numbers(self) -> tuple[str, ...]:
        """List the numbers of the lessons."""
        return tuple(lesson.number for lesson in self.lessons)

    def lesson(self, number: str) -> Lesson:
        """Find a lesson. Raises AttainError `unknown-lesson` with the nearest number."""
        for lesson in self.lessons:
            if lesson.number == number:
                return lesson
        hint = did_you_mean(number, self.numbers)
        raise AttainError("unknown-lesson", f"there is no lesson {number!r} in the course of {self.name}", hint=hint)

    def around(self, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """Give the lesson before and the one after."""
        place = self.lessons.index(lesson)
        return self.lessons[place - 1] if place else None, self.lessons[place + 1] if place + 1 < len(self.lessons) else None

    def for_metric(self, metric: str) -> tuple[Lesson, ...]:
        """Give the lessons that help with a metric, those for it alone first."""
        found = [lesson for lesson in self.lessons if metric in lesson.front.metric]
        return tuple(sorted(found, key=lambda lesson: (not lesson.front.designations, lesson.place)))


@dataclass(frozen=True)
class Playbook:
    """All lessons of some folders, the later folder's standing in for the earlier's, and their pictures by name and theme."""

    book: Book
    folders: tuple[tuple[Lesson, ...], ...]
    pictures: dict[tuple[str, str], Path]

    def course(self, designation: str) -> Course:
        """Give the course of a designation.

        Raises AttainError `unknown-designation`, and `lesson-twice` where two lessons of one folder have a number and neither is more
        particular.
        """
        found = self.book.designation(designation)
        chosen: dict[str, Lesson] = {}
        for lessons in self.folders:
            chosen |= _chosen(lessons, found.id)
        return Course(found.id, found.name, tuple(sorted(chosen.values(), key=lambda lesson: lesson.place)))

    def courses(self) -> tuple[Course, ...]:
        """Give every course, in the rulebook's order. Raises as `course`."""
        return tuple(self.course(designation) for designation in self.book.designations)

    def figures(self, designation: str, day: dt.date, track: str = "") -> Figures:
        """Give the figures of a designation on a day; worked examples are about `track` where there is one, else about the first."""
        found = Figures(self.book, self.book.designation(designation), day, track)
        return found if track in found.tracks else Figures(self.book, found.designation, day, found.tracks[0])

    def known(self, course: Course) -> Known:
        """Give what the links of a course's lessons may name."""
        complete = {name for name, _ in self.pictures if all((name, theme) in self.pictures for theme in THEMES)}
        return Known(course.numbers, complete)

    def render(self, course: Course, number: str, reader: Reader) -> Rendered:
        """Render a lesson of a course for a reader. Raises AttainError `unknown-lesson`, and as `render` does."""
        return render(course.lesson(number), reader, self.known(course))


def packaged_folder() -> Path:
    """Find the folder of the lessons that come with Attain."""
    return Path(str(resources.files("attain.playbook").joinpath("lessons")))


@cache
def load_playbook(folder: str = "") -> Playbook:
    """Load the lessons that come with Attain and, over them, those of a folder of one's own. Read once a process.

    Raises AttainError `playbook-folder` where there is no such folder, `lesson-twice`, and what reading a lesson raises.
    """
    own = [_existing(Path(folder))] if folder else []
    places = [packaged_folder(), *own]
    pictures = {key: path for place in places for key, path in _pictures(place)}
    playbook = Playbook(load_book(), tuple(tuple(map(read_lesson, lesson_files(place))) for place in places), pictures)
    playbook.courses()
    return playbook


def lesson_files(folder: Path) -> list[Path]:
    """List the lessons of a folder: every `.md` in it and in its folders, but a README."""
    return sorted(path for path in folder.rglob("*.md") if path.stem.lower() != "readme")


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise AttainError("playbook-folder", "there is no such folder", str(folder), "name the folder that holds your lessons")
    return folder


def _pictures(folder: Path) -> Iterable[tuple[tuple[str, str], Path]]:
    for path in sorted((folder / "pictures").glob("*")):
        name, _, theme = path.stem.rpartition(".")
        if path.suffix in PICTURE_TYPES and theme in THEMES and name:
            yield (name, theme), path


def _chosen(lessons: Iterable[Lesson], designation: str) -> dict[str, Lesson]:
    """Choose one lesson a number: one that names its designations stands before one for all."""
    chosen: dict[str, Lesson] = {}
    for lesson in lessons:
        if not lesson.teaches(designation):
            continue
        other = chosen.get(lesson.number)
        if other is not None and bool(other.front.designations) == bool(lesson.front.designations):
            hint = f"number one of them anew; the other is {other.path.name}"
            raise AttainError("lesson-twice", f"lesson {lesson.number} of {designation} is there twice", str(lesson.path), hint)
        if other is None or lesson.front.designations:
            chosen[lesson.number] = lesson
    return chosen

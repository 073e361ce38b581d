"""A person's progress: what was opened, answered and done, module by module, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from attain.learning.models import LessonProgress
from attain.playbook.course import load_playbook

if TYPE_CHECKING:
    from attain.people.models import User
    from attain.playbook.checks import Check
    from attain.playbook.course import Course, Module, Playbook
    from attain.playbook.lesson import Lesson


@dataclass(frozen=True)
class LessonState:
    """A lesson and how far a person is with it: `new`, `begun` or `done`."""

    lesson: Lesson
    state: str


@dataclass(frozen=True)
class ModuleProgress:
    """A module and how far a person is with it."""

    module: Module
    lessons: tuple[LessonState, ...]

    @property
    def done(self) -> int:
        """Count the lessons that are done."""
        return sum(one.state == "done" for one in self.lessons)


@dataclass(frozen=True)
class CourseProgress:
    """A course and how far a person is with it. `resume` is where to go on: None where all is done."""

    course: Course
    modules: tuple[ModuleProgress, ...]
    begun: bool
    resume: Lesson | None

    @property
    def done(self) -> int:
        """Count the lessons that are done."""
        return sum(module.done for module in self.modules)

    @property
    def total(self) -> int:
        """Count the lessons."""
        return len(self.course.lessons)

    @property
    def minutes_left(self) -> int:
        """Add up the minutes of the lessons that are not done."""
        return sum(one.lesson.front.minutes for module in self.modules for one in module.lessons if one.state != "done")


def playbook() -> Playbook:
    """Give the lessons that are served: those of Attain and those of the folder of the settings. Raises AttainError as `load_playbook`."""
    return load_playbook(settings.PLAYBOOK)


def progress_of(user: User | None, course: Course) -> CourseProgress:
    """Give a person's progress in a course."""
    rows = {} if user is None else {row.lesson: row for row in LessonProgress.objects.filter(user=user, designation=course.designation)}
    return _progress(course, rows)


def all_progress(user: User | None) -> tuple[CourseProgress, ...]:
    """Give a person's progress in every course, in the rulebook's order."""
    rows: dict[str, dict[str, LessonProgress]] = {}
    kept = LessonProgress.objects.none() if user is None else LessonProgress.objects.filter(user=user)
    for row in kept:
        rows.setdefault(row.designation, {})[row.lesson] = row
    return tuple(_progress(course, rows.get(course.designation, {})) for course in playbook().courses())


def last_begun(user: User | None) -> CourseProgress | None:
    """Give the course that a person read last, if there is more to do in it."""
    last = None if user is None else LessonProgress.objects.filter(user=user).order_by("-seen_at").first()
    if last is None or last.designation not in playbook().book.designations:
        return None
    found = progress_of(user, playbook().course(last.designation))
    return found if found.resume is not None else None


def row_of(user: User | None, course: Course, lesson: Lesson) -> LessonProgress | None:
    """Give what is kept of a person's way through a lesson."""
    if user is None:
        return None
    return LessonProgress.objects.filter(user=user, designation=course.designation, lesson=lesson.number).first()


def opened(user: User, course: Course, lesson: Lesson) -> LessonProgress:
    """Note that a person opened a lesson."""
    row, made = LessonProgress.objects.get_or_create(user=user, designation=course.designation, lesson=lesson.number)
    if not made:
        LessonProgress.objects.filter(pk=row.pk).update(seen_at=timezone.now())
    return row


def mark(user: User, course: Course, lesson: Lesson, *, done: bool) -> LessonProgress:
    """Note that a lesson is done, or that it is not after all."""
    row = opened(user, course, lesson)
    row.done_at = (row.done_at or timezone.now()) if done else None
    row.save(update_fields=["done_at"])
    return row


@transaction.atomic
def answer(user: User, course: Course, lesson: Lesson, check: Check, given: str) -> bool:
    """Keep an answer to a check and say whether it is right. Raises AttainError `no-answer`."""
    right = check.judge(given)
    opened(user, course, lesson)
    row = LessonProgress.objects.select_for_update().get(user=user, designation=course.designation, lesson=lesson.number)
    row.answers[str(check.number)] = [given.strip(), right]
    row.save(update_fields=["answers"])
    return right


def _progress(course: Course, rows: dict[str, LessonProgress]) -> CourseProgress:
    def state(lesson: Lesson) -> LessonState:
        row = rows.get(lesson.number)
        return LessonState(lesson, "new" if row is None else "begun" if row.done_at is None else "done")

    modules = tuple(ModuleProgress(module, tuple(map(state, module.lessons))) for module in course.modules)
    open_ = [one for module in modules for one in module.lessons if one.state != "done"]
    begun = [one.lesson for one in open_ if one.state == "begun"]
    resume = max(begun, key=lambda lesson: rows[lesson.number].seen_at, default=open_[0].lesson if open_ else None)
    return CourseProgress(course, modules, bool(rows), resume)

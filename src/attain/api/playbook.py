"""The course: lessons as they read on a day, and one's own progress in them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from attain.api.access import endpoint_needs
from attain.api.amounts import Code, Day, Word
from attain.api.bodies import Body
from attain.errors import AttainError
from attain.imports.publishing import today
from attain.learning.progress import CourseProgress, all_progress, answer, mark, playbook, progress_of, row_of
from attain.people.access import AttainRequest
from attain.people.models import User
from attain.people.roles import Access
from attain.playbook.checks import Check
from attain.playbook.reader import Reader
from attain.playbook.render import filled
from attain.playbook.searching import search

router = Router(tags=["Playbook"])
Number = Annotated[str, StringConstraints(max_length=10)]


class LessonListed(Schema):
    """A lesson of a course, and how far the caller is with it: `new`, `begun` or `done`."""

    number: str = Field(examples=["2.1"])
    title: str
    module: str
    minutes: int
    metrics: list[str]
    state: str = Field(examples=["begun"])


class CourseShown(Schema):
    """The course of a designation and the caller's progress; `resume` is the lesson to go on with, empty where all is done."""

    designation: str = Field(examples=["security"])
    name: str
    done: int
    total: int
    minutes_left: int
    resume: str
    lessons: list[LessonListed]

    @classmethod
    def of(cls, found: CourseProgress) -> CourseShown:
        """Show a course."""
        lessons = [
            LessonListed(
                number=one.lesson.number,
                title=one.lesson.title,
                module=module.module.name,
                minutes=one.lesson.front.minutes,
                metrics=list(one.lesson.front.metric),
                state=one.state,
            )
            for module in found.modules
            for one in module.lessons
        ]
        return cls(
            designation=found.course.designation,
            name=found.course.name,
            done=found.done,
            total=found.total,
            minutes_left=found.minutes_left,
            resume=found.resume.number if found.resume is not None else "",
            lessons=lessons,
        )


class Courses(Schema):
    """Every course."""

    courses: list[CourseShown]


class CheckShown(Schema):
    """A check of a lesson, as HTML: `choices` is empty where a number is asked for."""

    number: int
    question: str
    choices: list[str]
    answer: str
    why: str

    @classmethod
    def of(cls, found: Check) -> CheckShown:
        """Show a check."""
        return cls(number=found.number, question=found.question, choices=list(found.choices), answer=found.solution, why=found.why)


class LessonShown(Schema):
    """A lesson as it reads on `day`: its text as Markdown with the figures of the rulebook, and its checks with worked answers."""

    designation: str
    number: str
    title: str
    minutes: int
    day: dt.date
    rulebook: str
    markdown: str
    checks: list[CheckShown]
    sources: list[str]


class LessonAsked(Schema):
    """Of which day."""

    day: Day | None = Field(None, description="The day whose figures it names; today unless given.")


class SearchAsked(Schema):
    """The words that are looked for, all of them in one lesson."""

    q: Word = Field(description="The words.", examples=["net customer adds"])


class LessonFound(Schema):
    """A lesson with the words in it, and the text around the first."""

    number: str = Field(examples=["2.1"])
    title: str
    excerpt: str


class LessonsFound(Schema):
    """The lessons of a course with the words in them, those with one in the title first."""

    designation: str
    lessons: list[LessonFound]


class AnswerAsked(Body):
    """An answer to a check: the choice, or the number."""

    answer: Word = Field(examples=["2"])


class AnswerJudged(Schema):
    """Whether the answer is right, the right one, and why."""

    check: int
    right: bool
    answer: str
    why: str


class ProgressAsked(Body):
    """Whether a lesson is done."""

    done: bool


class ProgressShown(Schema):
    """The caller's progress in one lesson; `answers_right` counts the checks whose last answer is right."""

    designation: str
    number: str
    opened_at: dt.datetime | None
    done_at: dt.datetime | None
    answered: int
    answers_right: int


def _user(request: AttainRequest) -> User:
    user = request.granted.principal.user
    if user is None:
        raise AttainError("no-person", "a service has no progress of its own", hint="use a person's token")
    return user


def _progress(request: AttainRequest, designation: str, number: str) -> ProgressShown:
    course = playbook().course(designation)
    row = row_of(_user(request), course, course.lesson(number))
    answers = [] if row is None else list(row.answers.values())
    return ProgressShown(
        designation=course.designation,
        number=number,
        opened_at=None if row is None else row.opened_at,
        done_at=None if row is None else row.done_at,
        answered=len(answers),
        answers_right=sum(bool(right) for _, right in answers),
    )


@router.get("/playbook", response=Courses, summary="Courses and progress")
@endpoint_needs(Access.PLAYBOOK)
def list_courses(request: AttainRequest) -> Courses:
    """List the courses with their lessons and the caller's progress."""
    return Courses(courses=[CourseShown.of(found) for found in all_progress(request.granted.principal.user)])


@router.get("/playbook/{designation}", response=CourseShown, summary="One course and progress")
@endpoint_needs(Access.PLAYBOOK)
def show_course(request: AttainRequest, designation: Code) -> CourseShown:
    """Give one course with its lessons and the caller's progress."""
    return CourseShown.of(progress_of(request.granted.principal.user, playbook().course(designation)))


@router.get("/playbook/{designation}/search", response=LessonsFound, summary="Search the lessons")
@endpoint_needs(Access.PLAYBOOK)
def search_lessons(request: AttainRequest, designation: Code, asked: Query[SearchAsked]) -> LessonsFound:
    """Find the lessons of a course that hold every word asked for, as they read today."""
    del request
    lessons = playbook()
    course = lessons.course(designation)
    found = search(lessons, course, today(), asked.q)
    shown = [LessonFound(number=one.lesson.number, title=one.lesson.title, excerpt=one.excerpt) for one in found]
    return LessonsFound(designation=course.designation, lessons=shown)


@router.get("/playbook/{designation}/{number}", response=LessonShown, summary="A lesson")
@endpoint_needs(Access.PLAYBOOK)
def show_lesson(request: AttainRequest, designation: Code, number: Number, asked: Query[LessonAsked]) -> LessonShown:
    """Give a lesson as it reads on a day (today unless given), without anybody's own numbers."""
    del request
    lessons, on = playbook(), asked.day or today()
    course = lessons.course(designation)
    found = course.lesson(number)
    reader = Reader(lessons.figures(course.designation, on))
    checks = [CheckShown.of(check) for check in lessons.render(course, number, reader).checks]
    return LessonShown(
        designation=course.designation,
        number=number,
        title=found.title,
        minutes=found.front.minutes,
        day=on,
        rulebook=lessons.book.digest,
        markdown=filled(found, reader).strip(),
        checks=checks,
        sources=list(found.front.sources),
    )


@router.get("/playbook/{designation}/{number}/progress", response=ProgressShown, summary="Progress in a lesson")
@endpoint_needs(Access.PLAYBOOK)
def show_progress(request: AttainRequest, designation: Code, number: Number) -> ProgressShown:
    """Give the caller's progress in a lesson."""
    return _progress(request, designation, number)


@router.put("/playbook/{designation}/{number}/progress", response=ProgressShown, summary="Mark a lesson")
@endpoint_needs(Access.LEARN)
def mark_lesson(request: AttainRequest, designation: Code, number: Number, asked: ProgressAsked) -> ProgressShown:
    """Mark a lesson as done, or as not done after all. A token needs the scope to plan."""
    course = playbook().course(designation)
    mark(_user(request), course, course.lesson(number), done=asked.done)
    return _progress(request, designation, number)


@router.post("/playbook/{designation}/{number}/checks/{check}", response=AnswerJudged, summary="Answer a check")
@endpoint_needs(Access.LEARN)
def answer_check(request: AttainRequest, designation: Code, number: Number, check: int, asked: AnswerAsked) -> AnswerJudged:
    """Answer a check of a lesson, as it reads today without anybody's own numbers. A token needs the scope to plan."""
    lessons = playbook()
    course = lessons.course(designation)
    found = course.lesson(number)
    checks = {one.number: one for one in lessons.render(course, number, Reader(lessons.figures(course.designation, today()))).checks}
    if check not in checks:
        raise AttainError("unknown-check", f"lesson {number} has no check {check}", hint=f"it has {len(checks)}")
    right = answer(_user(request), course, found, checks[check], asked.answer)
    return AnswerJudged(check=check, right=right, answer=checks[check].solution, why=checks[check].why)

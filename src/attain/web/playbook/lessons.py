"""One lesson: its text for this reader and day, its checks, and whether it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.imports.publishing import today
from attain.learning.progress import answer, mark, opened, playbook, progress_of, row_of
from attain.people.access import needs
from attain.people.roles import Access, Role
from attain.playbook.checks import Check
from attain.playbook.course import PICTURE_TYPES
from attain.web.pages import Crumb, page
from attain.web.playbook.courses import home_crumb
from attain.web.playbook.places import reader

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.learning.models import LessonProgress
    from attain.people.access import AttainRequest
    from attain.playbook.lesson import Lesson


@needs(Access.PLAYBOOK)
def lesson(request: AttainRequest, designation: str, number: str) -> HttpResponse:
    """Show a lesson, and note that it was opened."""
    lessons = playbook()
    course = lessons.course(designation)
    found = course.lesson(number)
    day, user = today(), request.granted.principal.user
    may_keep = user is not None and request.granted.may(Access.LEARN)
    if user is not None and may_keep:
        opened(user, course, found)
    row = row_of(user, course, found)
    rendered = lessons.render(course, number, reader(request, course, day))
    before, after = course.around(found)
    context = {
        "course": course,
        "lesson": found,
        "progress": progress_of(user, course),
        "pieces": [_piece(piece, row) for piece in rendered.pieces],
        "headings": rendered.headings,
        "module": next(module for module in course.modules if found in module.lessons),
        "roles": [Role(role).words for role in found.front.roles],
        "sources": _sources(found),
        "before": before,
        "after": after,
        "is_done": row is not None and row.done_at is not None,
        "may_keep": may_keep,
        "day": day,
    }
    course_crumb = Crumb(course.name, reverse("playbook:designation", args=[course.designation]))
    crumbs = [home_crumb(), course_crumb, Crumb(f"{number} {found.title}")]
    return page(request, "web/playbook/lesson.html", found.title, context, crumbs=crumbs)


@require_POST
@needs(Access.LEARN)
def done(request: AttainRequest, designation: str, number: str) -> HttpResponse:
    """Note that a lesson is done and go on to the next, or take that back."""
    course = playbook().course(designation)
    found = course.lesson(number)
    user = request.granted.principal.user
    assert user is not None
    is_done = request.POST.get("done", "yes") == "yes"
    mark(user, course, found, done=is_done)
    _, after = course.around(found)
    if not is_done:
        messages.success(request, f"Lesson {number} is open again.")
        return redirect("playbook:lesson", course.designation, number)
    messages.success(request, f"Lesson {number} is done.")
    if after is None:
        return redirect("playbook:designation", course.designation)
    return redirect("playbook:lesson", course.designation, after.number)


@require_POST
@needs(Access.LEARN)
def check(request: AttainRequest, designation: str, number: str, check: int) -> HttpResponse:
    """Take the answer to a check; the lesson then says whether it is right, and why."""
    lessons = playbook()
    course = lessons.course(designation)
    found = course.lesson(number)
    checks = {one.number: one for one in lessons.render(course, number, reader(request, course, today())).checks}
    if check not in checks:
        raise AttainError("unknown-check", f"lesson {number} has no check {check}", hint=f"it has {len(checks)}")
    user = request.granted.principal.user
    assert user is not None
    try:
        answer(user, course, found, checks[check], request.POST.get("answer", ""))
    except AttainError as error:
        if error.code != "no-answer":
            raise
        messages.error(request, f"Check {check}: {error.message}; {error.hint}.")
    address = reverse("playbook:lesson", args=[course.designation, number])
    return redirect(f"{address}#check-{check}")


@needs(Access.PLAYBOOK)
def picture(request: AttainRequest, name: str, theme: str) -> HttpResponseBase:
    """Give a picture of a lesson."""
    del request
    path = playbook().pictures.get((name, theme))
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type=PICTURE_TYPES[path.suffix], headers={"Cache-Control": "private, max-age=3600"})


def _piece(piece: str | Check, row: LessonProgress | None) -> dict[str, Any]:
    if isinstance(piece, str):
        return {"html": piece}
    given, right = (row.answers.get(str(piece.number)) if row is not None else None) or ("", None)
    return {"check": piece, "given": given, "answered": right is not None, "right": right}


def _sources(found: Lesson) -> list[str]:
    sources = playbook().book.sources
    cited = [sources.cited(citation) for citation in found.front.sources]
    words = [f"{one.title}, {one.publisher}" + (f", {one.page_date:%B %Y}" if one.page_date else "") for one in cited if one is not None]
    return list(dict.fromkeys(words))

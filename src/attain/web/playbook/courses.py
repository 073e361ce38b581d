"""The courses: all of them with one's progress and what is offered, one of them with its modules, and the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.urls import reverse

from attain.imports.publishing import today
from attain.learning.own import of_designation, offers, offers_of
from attain.learning.progress import all_progress, last_begun, playbook, progress_of
from attain.people.access import needs
from attain.people.roles import Access
from attain.playbook.searching import search
from attain.web.pages import Crumb, page
from attain.web.playbook.places import scores

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_LONGEST = 100


class Search(forms.Form):
    """What is searched for, and in which course."""

    q = forms.CharField(label="Search the lessons", max_length=_LONGEST, required=False, widget=forms.TextInput({"type": "search"}))
    designation = forms.ChoiceField(label="Course", required=False)

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__(data)
        field = self.fields["designation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(course.designation, course.name) for course in playbook().courses()]


def home_crumb() -> Crumb:
    """Give the step that leads to all courses."""
    return Crumb("Playbook", reverse("playbook:course"))


@needs(Access.PLAYBOOK)
def home(request: AttainRequest) -> HttpResponse:
    """Show the courses, where to go on, and the lessons that would help the partner now."""
    user = request.granted.principal.user
    found = scores(request)
    last = last_begun(user)
    context = {
        "courses": all_progress(user),
        "last": last,
        "partner": found.partner.name or found.partner.partner_id if found is not None else "",
        "offers": offers(found),
        "search": _form("", last.course.designation if last is not None else "security"),
    }
    return page(request, "web/playbook/home.html", "Playbook", context, crumbs=[Crumb("Playbook")])


@needs(Access.PLAYBOOK)
def designation(request: AttainRequest, designation: str) -> HttpResponse:
    """Show the course of a designation: its modules and lessons with one's progress."""
    course = playbook().course(designation)
    found = scores(request)
    own = of_designation(found, course.designation)
    context = {
        "progress": progress_of(request.granted.principal.user, course),
        "offers": [] if own is None else offers_of(own),
        "partner": found.partner.name or found.partner.partner_id if found is not None else "",
        "search": _form("", course.designation),
    }
    return page(request, "web/playbook/course.html", f"{course.name}: the course", context, crumbs=[home_crumb(), Crumb(course.name)])


@needs(Access.PLAYBOOK)
def searched(request: AttainRequest) -> HttpResponse:
    """Show the lessons of a course that hold the words searched for."""
    courses = {course.designation: course for course in playbook().courses()}
    asked = request.GET.get("q", "")[:_LONGEST]
    course = courses.get(request.GET.get("designation", "")) or next(iter(courses.values()))
    found = search(playbook(), course, today(), asked)
    context = {"search": _form(asked, course.designation), "asked": asked, "found": found, "course": course}
    return page(request, "web/playbook/search.html", "Search the lessons", context, crumbs=[home_crumb(), Crumb("Search")])


def _form(asked: str, chosen: str) -> Search:
    return Search({"q": asked, "designation": chosen})

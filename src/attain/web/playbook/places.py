"""Where links of lessons lead in the workspace, and whose score a lesson is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from attain.learning.own import of_designation, own_numbers, scores_of
from attain.learning.progress import playbook
from attain.people.roles import Access, Reach
from attain.playbook.reader import Reader
from attain.web.shell import Shell

if TYPE_CHECKING:
    import datetime as dt

    from attain.people.access import AttainRequest
    from attain.people.principal import Principal
    from attain.playbook.course import Course
    from attain.published.read import Overview

_PAGES = {
    "overview": ("membership:overview", Access.MEMBERSHIP),
    "designation": ("membership:designation", Access.MEMBERSHIP),
    "history": ("membership:history", Access.MEMBERSHIP),
    "offers": ("membership:offers", Access.MEMBERSHIP),
    "reconcile": ("membership:reconcile", Access.MEMBERSHIP),
    "qualification": ("insights:qualification", Access.INSIGHTS),
    "customers": ("insights:customers", Access.INSIGHTS),
    "skilling": ("insights:skilling", Access.INSIGHTS),
    "trends": ("insights:trends", Access.INSIGHTS),
    "data": ("data:loads", Access.DATA),
    "rules": ("rules:designation", Access.RULES),
    "interpretations": ("rules:interpretations", Access.RULES),
    "sources": ("rules:sources", Access.RULES),
}
_OF_DESIGNATION = frozenset({"designation", "rules"})
_ASKED = frozenset({"history", "reconcile", "customers", "trends"})


class PageLinks:
    """Links for one asker, one partner and one course; a page that the asker may not see has no address."""

    def __init__(self, principal: Principal, partner_id: str, designation: str) -> None:
        self._principal = principal
        self._partner_id = partner_id
        self._designation = designation

    def lesson(self, number: str) -> str:
        """Give the address of a lesson of the course."""
        return reverse("playbook:lesson", args=[self._designation, number])

    def page(self, name: str) -> str:
        """Give the address of a page about the partner, or of the rules."""
        view, access = _PAGES[name]
        designation = [self._designation] if name in _OF_DESIGNATION else []
        if access.reach is Reach.PROGRAMME:
            return reverse(view, args=designation) if self._principal.may_anywhere(access) else ""
        if not self._partner_id or self._principal.grant_for_partner(self._partner_id, access) is None:
            return ""
        address = reverse(view, args=[self._partner_id, *designation])
        return f"{address}?designation={self._designation}" if name in _ASKED else address

    def picture(self, name: str, theme: str) -> str:
        """Give the address of a picture."""
        return reverse("playbook:picture", args=[name, theme])


def scores(request: AttainRequest) -> Overview | None:
    """Give the scores of the partner that the asker looked at last, where the asker may see them."""
    return scores_of(request.granted.principal, Shell(request).partner_id)


def reader(request: AttainRequest, course: Course, day: dt.date) -> Reader:
    """Give the reader of a lesson: the figures of the day, the numbers of the partner shown, and where links lead."""
    found = of_designation(scores(request), course.designation)
    figures = playbook().figures(course.designation, day, "" if found is None else found.row.track)
    links = PageLinks(request.granted.principal, Shell(request).partner_id, course.designation)
    return Reader(figures, own_numbers(found), links)

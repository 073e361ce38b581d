"""Recommendations: at most five things to do for each designation, with points, effort, the last day to begin, and a button to simulate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from attain.explaining.words import number
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.dates import dated, day_words
from attain.web.plan.asking import Asked, asked, nothing_yet
from attain.web.plan.simulated import changes_url
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.advise.plans import Recommendation
    from attain.people.access import AttainRequest

TITLE = "Recommendations"
COLUMNS = (
    Column("words", "What to do"),
    Column("points", "Points", numeric=True),
    Column("effort", "Effort"),
    Column("deadline", "Deadline", whole=True),
    Column("play", "Play through"),
)


@needs(Access.INSIGHTS)
def recommendations(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show what to do first for one designation: as a page, or the part of another page that asks for it."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    code = about.designation
    found = about.answer("recommendations", lambda advice: advice.recommendations()[code], designation=code)
    part = "part" in request.GET
    home = reverse("plan:recommendations", args=[partner_id])
    context: dict[str, Any] = {
        "name": about.name_of(code),
        "again": request.get_full_path(),
        "waiting": found is None,
        "tabs": [{"label": name, "url": f"{home}?designation={one}", "current": one == code} for one, name in about.designations],
        "table": Table(f"What to do first for {about.name_of(code)}", COLUMNS, [_row(about, one) for one in found or ()]),
        "any": bool(found),
        "path_url": f"{reverse('plan:path', args=[partner_id])}?designation={code}",
    }
    if part:
        return render(request, "web/plan/recommended_part.html", context)
    return about.wait() if found is None else about.page("web/plan/recommended.html", context)


def _row(about: Asked, one: Recommendation) -> list[Cell]:
    action = one.action
    cost = f"{number(action.cost)} USD, {number(action.days)} days"
    return [
        Cell(dated(action.words), note=about.metric_name(about.designation, one.metric)),
        Cell(f"keeps {about.moved(one.points).removeprefix('+')}" if one.protects else about.moved(one.points)),
        Cell(cost, note=f"{action.likelihood_percent}% likely"),
        _deadline(one),
        Cell("Simulate", changes_url(about.standing.partner_id, action.changes)),
    ]


def _deadline(one: Recommendation) -> Cell:
    """Say until when it is to be begun, or done where it keeps points."""
    if one.deadline is None:
        return Cell("Too late", note=f"to show by {day_words(one.by)}")
    return Cell(
        day_words(one.deadline), note="the last day to have it done" if one.protects else f"to begin, and show by {day_words(one.by)}"
    )

"""Seats bought, assigned and active, and what it takes to reach the active share that a metric asks for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from attain.advise.seats import Seats, SeatUse, ShareGoal
from attain.explaining.words import number
from attain.people.access import needs
from attain.people.roles import Access
from attain.scoring.windows import month_text
from attain.web.plan.asking import Asked, asked, downloads, nothing_yet, paged
from attain.web.tables import Cell, Column, Table, sort_of
from attain.web.templatetags.attain import month

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from attain.people.access import AttainRequest

TITLE = "Seats"
TEN = 10
GOAL_COLUMNS = (
    Column("customer", "Customer"),
    Column("metric", "Metric"),
    Column("seats", "Active of bought", numeric=True),
    Column("share", "Share needed", numeric=True),
    Column("users", "More active users", numeric=True),
    Column("points", "Points it adds"),
)
COLUMNS = (
    Column("customer", "Customer", sortable=True),
    Column("workload", "Workload", sortable=True),
    Column("bought", "Bought", numeric=True, sortable=True),
    Column("assigned", "Assigned", numeric=True, sortable=True),
    Column("active", "Active", numeric=True, sortable=True),
    Column("share", "Active share", numeric=True, sortable=True),
    Column("unassigned", "Not assigned", numeric=True, sortable=True),
    Column("unused", "Not active", numeric=True, sortable=True),
)
SORTS: dict[str, Callable[[Seats], Any]] = {
    "customer": lambda one: (one.customer or one.tenant_id).casefold(),
    "workload": lambda one: one.name.casefold(),
    "bought": lambda one: one.bought,
    "assigned": lambda one: one.assigned or 0,
    "active": lambda one: one.active,
    "share": lambda one: (one.share is not None, one.share or 0),
    "unassigned": lambda one: one.unassigned or 0,
    "unused": lambda one: one.unused or 0,
}


class SeatFilters(forms.Form):
    """Which seats are shown."""

    q = forms.CharField(label="Customer or workload", required=False)
    idle = forms.ChoiceField(label="Show", required=False, choices=[("", "All seats"), ("yes", "Only where seats are idle")])


@needs(Access.INSIGHTS)
def seats(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show seats and the goals of active shares."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    found = seat_use(about)
    if found is None:
        return about.wait()
    kept = kept_seats(about, found)
    sort = sort_of(request.GET.get("sort", ""), COLUMNS, "")
    if sort:
        kept.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    shown = paged(request, kept)
    context = {
        "month": "" if found.data_month is None else month(month_text(found.data_month)),
        "numbers": list(zip(("Seats bought", "Assigned", "Active"), found.counts, strict=True)),
        "goals": Table("What reaching the active share gives", GOAL_COLUMNS, [_goal(about, goal) for goal in found.goals]),
        "untold": found.untold,
        "left_out": found.short - found.tried,
        "any_goals": bool(found.goals),
        "filters": SeatFilters(request.GET),
        "clear_url": reverse("plan:seats", args=[partner_id]),
        "table": Table("Seats by customer and workload", COLUMNS, [_row(about, one) for one in shown], sort=sort),
        "page_obj": shown,
        "downloads": downloads(request, partner_id, "seats"),
    }
    return about.page("web/plan/seats.html", context)


def seat_use(about: Asked) -> SeatUse | None:
    """Ask for the seats; None while they are being worked out."""
    return about.answer("seats", lambda advice: advice.seats())


def kept_seats(about: Asked, found: SeatUse) -> list[Seats]:
    """Give the seats that the URL's filters keep."""
    return list(found.matching(about.request.GET.get("q", ""), idle=bool(about.request.GET.get("idle"))))


def narrowed(about: Asked, found: SeatUse) -> SeatUse:
    """Keep of the seats what the URL's filters keep."""
    return replace(found, seats=tuple(kept_seats(about, found)))


def _row(about: Asked, one: Seats) -> list[Cell]:
    share = "\N{EN DASH}" if one.share is None else f"{tenths(one.share * 100)}%"
    counts = (one.bought, one.assigned, one.active)
    return [
        customer_cell(about, one.customer, one.tenant_id),
        Cell(one.name),
        *(Cell(_count(count)) for count in counts),
        Cell(share),
        Cell(_count(one.unassigned)),
        Cell(_count(one.unused)),
    ]


def _count(count: int | None) -> str:
    return "Not known" if count is None else number(count)


def _goal(about: Asked, goal: ShareGoal) -> list[Cell]:
    points = "; ".join(f"{about.name_of(name)} {about.gain(gain)}" for name, gain in goal.points.items())
    return [
        customer_cell(about, goal.customer, goal.tenant_id),
        Cell(about.metric_name(goal.designation, goal.metric), note=about.name_of(goal.designation)),
        Cell(f"{number(goal.active)} of {number(goal.bought)}"),
        Cell(goal.share_needed),
        Cell(number(goal.more_users)),
        Cell(points or "None now"),
    ]


def tenths(percent: Fraction) -> str:
    """Write a percentage with one decimal, cut."""
    whole, rest = divmod(int(percent * TEN), TEN)
    return f"{whole:,}.{rest}" if rest else f"{whole:,}"


def customer_cell(about: Asked, name: str, tenant: str) -> Cell:
    """Name a customer and lead to its page."""
    return Cell(name or tenant, reverse("insights:customer", args=[about.standing.partner_id, tenant]))

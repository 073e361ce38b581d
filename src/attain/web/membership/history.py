"""Scoring history: every month and every day on which a total changed, as a chart beside its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from attain.lifecycle.windows import month_start
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.read import history as read_history
from attain.published.standing import standing_of
from attain.web.charts import draw
from attain.web.dates import day_words
from attain.web.membership.history_chart import days_chart, history_chart
from attain.web.membership.standing import nothing_yet, track_name
from attain.web.membership.switch import Switch, switches
from attain.web.pages import Crumb, page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.read import Designation, History

DAYS, MONTHS = "day", "month"


@needs(Access.MEMBERSHIP)
def history(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show the scores of all months, or of all days, of one designation."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Scoring history")
    found = standing.designation(request.GET.get("designation") or standing.overview.designations[0].id)
    through = read_history(partner_id, found.id, standing.publication)
    by = DAYS if request.GET.get("by") == DAYS else MONTHS
    url = reverse("membership:history", args=[partner_id])
    names = {metric.id: metric.name for metric in found.book.designations[found.id].metrics}
    statuses = {status.id: status.name for status in found.book.programme.statuses}
    day = standing.overview.partner.day
    context: dict[str, Any] = {
        "standing": standing,
        "found": found,
        "designations": switches(url, standing.overview.designations, found, {"by": DAYS} if by == DAYS else {}),
        "views": [
            Switch("Months", f"{url}?designation={found.id}", by == MONTHS),
            Switch("Days", f"{url}?designation={found.id}&by=day", by == DAYS),
        ],
        "by_day": by == DAYS,
        "svg": _chart(through, names, statuses, found, by, day),
        "table": _months(through, names, statuses, found) if by == MONTHS else _days(through, found),
        "changes": through.changes,
        "from": max(month_start(day, 1), through.months[0].day) if through.months else day,
        "to": day,
    }
    crumbs = [Crumb("Membership"), Crumb("Scoring history")]
    return page(request, "web/membership/history.html", "Scoring history", context, crumbs=crumbs)


def _chart(through: History, names: Mapping[str, str], statuses: Mapping[str, str], found: Designation, by: str, day: dt.date) -> str:
    if by == DAYS:
        return draw(days_chart(through, day, found)) if through.days else ""
    return draw(history_chart(through, names, statuses, found)) if through.months else ""


def _months(through: History, names: Mapping[str, str], statuses: Mapping[str, str], found: Designation) -> Table:
    there = [metric for metric in names if any(metric in point.metrics for point in through.months)]
    columns = [
        Column("month", "Month"),
        Column("status", "Status at its end"),
        Column("total", "Total", numeric=True),
        Column("best", "Best day", numeric=True),
        *(Column(metric, names[metric], numeric=True) for metric in there),
    ]
    tones = {"in_progress": "info", "renewal_due": "warn"}
    rows = [
        [
            Cell(
                f"{point.day:%b\N{NO-BREAK SPACE}%Y}",
                note=f"{track_name(point.track)} track" + ("" if point.complete else ", months missing"),
            ),
            Cell(statuses.get(point.status, point.status), tone=tones.get(point.status, "good")),
            Cell(found.shown(point.total), note="qualifies" if point.qualified else ""),
            Cell("" if point.best is None else found.shown(point.best), note="" if point.best_on is None else day_words(point.best_on)),
            *(Cell(found.shown(point.metrics[metric]) if metric in point.metrics else "\N{EN DASH}") for metric in there),
        ]
        for point in reversed(through.months)
    ]
    return Table(f"{found.name}: points by month", columns, rows)


def _days(through: History, found: Designation) -> Table:
    columns = [Column("day", "From"), Column("total", "Total", numeric=True), Column("qualified", "Qualifies"), Column("complete", "Data")]
    marks = {
        **dict.fromkeys(through.refreshes, "a refresh: new months count"),
        **{change.day: f"rules changed: {change.what}" for change in through.changes},
    }
    rows = [
        [
            Cell(day_words(point.day), note=marks.get(point.day, "")),
            Cell(found.shown(point.total)),
            Cell("Yes", tone="good") if point.qualified else Cell("No", tone="neutral"),
            Cell("Complete" if point.complete else "Months missing"),
        ]
        for point in reversed(through.days)
    ]
    return Table(f"{found.name}: days on which the total changed", columns, rows)

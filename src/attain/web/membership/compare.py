"""Two days compared: what the total changed by, cause by cause, adding up exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from attain.errors import AttainError
from attain.explaining.lines import KIND_WORDS
from attain.explaining.words import first_upper, number
from attain.people.access import needs
from attain.people.roles import Access
from attain.published import served
from attain.published.standing import standing_of
from attain.web.dates import MINUS, dated
from attain.web.membership.standing import nothing_yet, track_name
from attain.web.pages import Crumb, page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from django.http import HttpResponse

    from attain.explaining.lines import DesignationDifference, MetricDifference
    from attain.people.access import AttainRequest
    from attain.published.read import Designation

_DATE = {"type": "date"}


class DaysForm(forms.Form):
    """Which two days are compared."""

    designation = forms.ChoiceField(label="Designation")
    before = forms.DateField(label="From", widget=forms.DateInput(_DATE))
    after = forms.DateField(label="To", widget=forms.DateInput(_DATE))


@needs(Access.MEMBERSHIP)
def compare(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show why a total differs between two days."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Two days compared")
    form = DaysForm(request.GET or None)
    form.fields["designation"].choices = [(one.id, one.name) for one in standing.overview.designations]  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices
    context: dict[str, Any] = {"standing": standing, "form": form}
    if form.is_valid():
        given = form.cleaned_data
        found = standing.designation(given["designation"])
        workspace = served.workspace_of(standing.overview.partner)
        try:
            difference = workspace.difference(
                partner=partner_id,
                from_=given["before"],
                to=given["after"],
                designations=[found.id],
                **standing.options,
            ).of(found.id)
        except AttainError as error:
            form.add_error(None, f"{error.message}. {first_upper(error.hint)}")
        else:
            context |= _shown(difference, found)
    crumbs = [Crumb("Membership"), Crumb("Scoring history", reverse("membership:history", args=[partner_id])), Crumb("Two days compared")]
    return page(request, "web/membership/compare.html", "Two days compared", context, crumbs=crumbs)


def _shown(difference: DesignationDifference, found: Designation) -> dict[str, Any]:
    parts = {pool.id: pool.name for metric in found.book.designations[found.id].metrics for pool in metric.pools}
    return {
        "found": found,
        "difference": difference,
        "before_total": found.rules.shown(difference.before.total),
        "after_total": found.rules.shown(difference.after.total),
        "change": signed(difference.change),
        "tracks": (track_name(difference.before.track), track_name(difference.after.track)),
        "notes": tuple(dict.fromkeys((*difference.before.notes, *difference.after.notes))),
        "goes_back": difference.after.day < difference.before.day,
        "tables": [
            (metric.name, signed(metric.after - metric.before), _table(metric, parts)) for metric in difference.metrics if metric.lines
        ],
        "unchanged": [metric.name for metric in difference.metrics if not metric.lines],
    }


def _table(metric: MetricDifference, parts: Mapping[str, str]) -> Table:
    columns = [
        Column("name", "Who or what"),
        Column("kind", "What happened"),
        Column("points", "Points", numeric=True),
        Column("reason", "Why"),
    ]
    rows = [
        [
            Cell(line.name or line.entity or part or metric.name, note=part if line.name or line.entity else ""),
            Cell(first_upper(KIND_WORDS[line.kind])),
            Cell(signed(line.points)),
            Cell(dated(line.reason)),
        ]
        for line, part in ((line, parts.get(line.part, line.part)) for line in metric.lines)
    ]
    footer = [Cell("Together"), Cell(""), Cell(signed(metric.after - metric.before)), Cell("")]
    return Table(f"What moved {metric.name}", columns, rows, footer=footer)


def signed(points: Fraction) -> str:
    """Write points with their sign, cut at four decimals."""
    text = number(points).replace("-", MINUS)
    return f"+{text}" if points > 0 else text

"""Microsoft's own numbers: typed in, and compared with ours."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from attain.errors import AttainError
from attain.explaining.words import number
from attain.imports.publishing import today
from attain.people.access import needs
from attain.people.roles import Access
from attain.published import served
from attain.published.standing import standing_of
from attain.recorded.recording import recorder_of
from attain.scoring.result import TOTAL
from attain.web.dates import day_words
from attain.web.form_faults import say_in_form
from attain.web.membership.compare import signed
from attain.web.membership.standing import home_crumb, nothing_yet, track_name
from attain.web.membership.switch import Switch
from attain.web.pages import Crumb, page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from attain.explaining.reconciliation import Compared
    from attain.people.access import AttainRequest
    from attain.published.standing import Standing
    from attain.rulebook.load import Book


class NumberForm(forms.Form):
    """A number from Microsoft's page."""

    designation = forms.ChoiceField(label="Designation")
    as_of = forms.DateField(label="Day on which the page showed it", widget=forms.DateInput({"type": "date"}))
    metric = forms.ChoiceField(label="Number", required=False)
    track = forms.ChoiceField(label="Track", required=False)
    points = forms.DecimalField(label="Points", max_digits=9, decimal_places=4)

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        designations = standing.overview.designations
        metrics = {metric.id: metric.name for one in designations for metric in one.book.designations[one.id].metrics}
        tracks = dict.fromkeys(track.id for one in designations for track in one.tracks)
        for name, choices in (
            ("designation", [(one.id, one.name) for one in designations]),
            ("metric", [("", "Total"), *metrics.items()]),
            ("track", [("", "The one that counts"), *((track, track_name(track)) for track in tracks)]),
        ):
            self.fields[name].choices = choices  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices


@needs(Access.MEMBERSHIP)
def report(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Type in a number that Microsoft's page shows."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Microsoft\N{RIGHT SINGLE QUOTATION MARK}s number")
    partner = standing.overview.partner
    initial = {"designation": request.GET.get("designation", ""), "as_of": partner.day}
    form = NumberForm(request.POST or None, initial=initial, standing=standing)
    if request.method == "POST" and form.is_valid() and _recorded(request, standing, form):
        return redirect(f"{reverse('membership:reconcile', args=[partner_id])}?designation={form.cleaned_data['designation']}")
    title = "Microsoft\N{RIGHT SINGLE QUOTATION MARK}s number"
    crumbs = [Crumb("Membership"), home_crumb(partner_id), Crumb(title)]
    return page(request, "web/membership/report.html", title, {"form": form, "standing": standing}, crumbs=crumbs)


def _recorded(request: AttainRequest, standing: Standing, form: NumberForm) -> bool:
    """Record a number and publish the partner anew; False, with the reason in the form, where it cannot be one."""
    given, partner = form.cleaned_data, standing.overview.partner
    try:
        recorder_of(request, partner.partner_id, today()).reported(
            given["as_of"], given["designation"], given["points"], track=given["track"], metric=given["metric"]
        )
    except AttainError as error:
        say_in_form(form, error)
        return False
    served.republish(partner, standing.publication)
    messages.success(request, "The number is recorded.")
    return True


@needs(Access.MEMBERSHIP)
def reconcile(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show Microsoft's numbers beside ours, and what could explain where they differ."""
    title = "Compared with Microsoft"
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, title)
    partner, book = standing.overview.partner, standing.overview.designations[0].book
    workspace = served.workspace_of(partner)
    found = workspace.reconcile(partner=partner.partner_id, **standing.options)
    asked = request.GET.get("designation", "")
    url = reverse("membership:reconcile", args=[partner_id])
    with_numbers = list(dict.fromkeys(row.designation for row in found.rows))
    named = standing.designation(asked).id if asked else ""
    groups = [
        _group(book, list(rows), [answer.clue.words for answer in found.answers if answer.designation == name and answer.as_of == day])
        for (name, day), rows in groupby(found.rows, key=lambda row: (row.designation, row.as_of))
        if named in {"", name}
    ]
    context = {
        "standing": standing,
        "groups": groups,
        "faults": found.faults,
        "report_url": reverse("membership:report", args=[partner_id]) + (f"?designation={named}" if named else ""),
        "evidence_url": reverse("evidence:new", args=[partner_id]) if request.granted.may(Access.EVIDENCE) else "",
        "tabs": [
            Switch("All", url, not named),
            *(Switch(book.designations[one].name, f"{url}?designation={one}", one == named) for one in with_numbers),
        ],
    }
    crumbs = [Crumb("Membership"), home_crumb(partner_id), Crumb(title)]
    return page(request, "web/membership/reconcile.html", title, context, crumbs=crumbs)


def _group(book: Book, rows: Sequence[Compared], answers: Sequence[str]) -> dict[str, Any]:
    designation = book.designations[rows[0].designation]
    names = {TOTAL: "Total", **{metric.id: metric.name for metric in designation.metrics}}
    columns = [
        Column("metric", "Number"),
        Column("reported", "Microsoft", "points", numeric=True),
        Column("ours", "Here", "points", numeric=True),
        Column("difference", "Difference", numeric=True),
        Column("agrees", "Verdict"),
    ]
    lines = [
        [
            Cell(names.get(row.metric, row.metric), note=track_name(row.track)),
            Cell("\N{EN DASH}" if row.reported_points is None else f"{row.reported_points.normalize():f}"),
            Cell("\N{EN DASH}" if row.points is None else number(row.points)),
            Cell("" if row.difference is None else signed(row.difference)),
            Cell("Agrees", tone="good") if row.agrees else Cell("Differs", tone="warn"),
        ]
        for row in rows
    ]
    return {
        "name": designation.name,
        "id": designation.id,
        "day": rows[0].as_of,
        "edition": rows[0].edition,
        "table": Table(f"{designation.name} on {day_words(rows[0].as_of)}", columns, lines),
        "clues": [(names.get(row.metric, row.metric), row.clues) for row in rows if not row.agrees],
        "answers": answers,
    }

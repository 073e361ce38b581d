"""Cases: a support ticket or an internal review, with its days, outcome and the packs that were made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.imports.publishing import today
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.evidence import keep_pack
from attain.published.standing import standing_of
from attain.recorded.cases import case_numbered, cases_of, change_case, keep_case, new_case, packs_of, remove_case
from attain.recorded.models import Outcome
from attain.recorded.recording import recorder_of
from attain.web.dates import dated, day_words
from attain.web.evidence.forms import CaseForm, NewCaseForm, PackForm
from attain.web.evidence.packs import kept, make_for
from attain.web.form_faults import say_in_form
from attain.web.pages import Crumb, nothing_published, page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.standing import Standing
    from attain.recorded.models import EvidenceCase

TITLE = "Evidence"
AREA = Crumb("Insights")
SOON_DAYS = 14
DASH = "\N{EN DASH}"
COLUMNS = (
    Column("case", "Case", whole=True),
    Column("designation", "Designation"),
    Column("opened", "Opened", whole=True),
    Column("due", "Due", whole=True),
    Column("outcome", "Outcome"),
    Column("packs", "Packs", numeric=True),
    Column("note", "Note"),
)


@needs(Access.INSIGHTS)
def cases(request: AttainRequest, partner_id: str) -> HttpResponse:
    """List the cases of a partner, open ones first."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, TITLE)
    found = cases_of(partner_id)
    packs = packs_of(found)
    context = {
        "table": Table("Cases", COLUMNS, [_row(standing, one, len(packs[one.pk])) for one in found]),
        "any": bool(found),
        "may_make": request.granted.may(Access.EVIDENCE),
        "new_url": reverse("evidence:new", args=[partner_id]),
        "reconcile_url": reverse("membership:reconcile", args=[partner_id]) if request.granted.may(Access.MEMBERSHIP) else "",
    }
    return page(request, "web/evidence/cases.html", TITLE, context, crumbs=[AREA, Crumb(TITLE)])


@needs(Access.EVIDENCE)
def case_new(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Open a case and make its first pack."""
    title = "Open a case"
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, title)
    initial = {
        "designation": request.GET.get("designation", ""),
        "as_of": request.GET.get("as_of", standing.overview.partner.day),
        "opened_on": today(),
    }
    form = NewCaseForm(request.POST or None, initial=initial, standing=standing, may_name=request.granted.sees_names)
    if request.method == "POST" and form.is_valid():
        given, recorder = form.cleaned_data, recorder_of(request, partner_id, today())
        try:
            case = new_case(recorder, given["designation"], form.given)
            made = make_for(request, case, standing, given["as_of"], names=given.get("names", False))
        except AttainError as error:
            say_in_form(form, error)
        else:
            # A case without the pack that it was opened for is none: both, or neither.
            with transaction.atomic():
                keep_case(recorder, case)
                keep_pack(recorder, case, made)
            messages.success(request, "The case is open, and its pack is made.")
            return redirect("evidence:case", partner_id, case.pk)
    return page(request, "web/evidence/new.html", title, {"form": form}, crumbs=_crumbs(partner_id, title))


@needs(Access.INSIGHTS)
def case(request: AttainRequest, partner_id: str, case: int) -> HttpResponse:
    """Show a case with its packs."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, TITLE)
    found = _found(partner_id, case)
    granted = request.granted
    may = granted.may(Access.EVIDENCE)
    title = name_of(found)
    context = {
        "case": found,
        "facts": _facts(standing, found),
        "outcome": outcome_words(found),
        "packs": [kept(request, one) for one in packs_of([found])[found.pk]],
        "may_make": may,
        "masked": not granted.sees_names,
        "form": PackForm(initial={"as_of": standing.overview.partner.day}, may_name=granted.sees_names, last=standing.overview.partner.day)
        if may
        else None,
    }
    return page(request, "web/evidence/case.html", title, context, crumbs=_crumbs(partner_id, title))


@needs(Access.EVIDENCE)
def case_change(request: AttainRequest, partner_id: str, case: int) -> HttpResponse:
    """Change a case: its days, its outcome, its note."""
    found = _found(partner_id, case)
    form = CaseForm(request.POST or None, initial=CaseForm.stands(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_case(recorder_of(request, partner_id, today()), found.pk, form.given)
        except AttainError as error:
            say_in_form(form, error)
        else:
            messages.success(request, "The case is saved.")
            return redirect("evidence:case", partner_id, case)
    title = "Change the case"
    back = Crumb(name_of(found), reverse("evidence:case", args=[partner_id, found.pk]))
    return page(request, "web/evidence/change.html", title, {"form": form, "case": found}, crumbs=_crumbs(partner_id, title, back))


@require_POST
@needs(Access.EVIDENCE)
def case_remove(request: AttainRequest, partner_id: str, case: int) -> HttpResponse:
    """Take back a case that was recorded by mistake."""
    found = _found(partner_id, case)
    remove_case(recorder_of(request, partner_id, today()), found.pk)
    messages.success(request, "The case is removed.")
    return redirect("evidence:cases", partner_id)


def name_of(case: EvidenceCase) -> str:
    """Call a case."""
    return f"Ticket {case.ticket_id}" if case.ticket_id else f"Review {case.pk}"


def outcome_words(case: EvidenceCase) -> tuple[str, str]:
    """Say how a case stands, and in what tone."""
    return Outcome(case.outcome).words, "info" if case.closed_on is None else "neutral"


def nothing_yet(request: AttainRequest, title: str) -> HttpResponse:
    """Show that nothing is published of the partner."""
    return nothing_published(request, title, AREA)


def _found(partner_id: str, number: int) -> EvidenceCase:
    try:
        return case_numbered(partner_id, number)
    except AttainError as error:
        raise Http404 from error


def _crumbs(partner_id: str, title: str, *between: Crumb) -> list[Crumb]:
    return [AREA, Crumb(TITLE, reverse("evidence:cases", args=[partner_id])), *between, Crumb(title)]


def _row(standing: Standing, one: EvidenceCase, packs: int) -> list[Cell]:
    words, tone = outcome_words(one)
    return [
        Cell(name_of(one), reverse("evidence:case", args=[one.partner_id, one.pk])),
        Cell(_designation(standing, one)),
        Cell(day_words(one.opened_on)),
        Cell(_day(one.due_on), note=_due(one)),
        Cell(words, tone=tone, note="" if one.closed_on is None else day_words(one.closed_on)),
        Cell(str(packs)),
        Cell(one.note or DASH),
    ]


def _facts(standing: Standing, one: EvidenceCase) -> list[tuple[str, str]]:
    due = _due(one)
    return [
        ("Designation", _designation(standing, one)),
        ("Opened", day_words(one.opened_on)),
        ("Due", f"{_day(one.due_on)}{f', {due}' if due else ''}"),
        ("Closed", _day(one.closed_on)),
        ("Note", dated(one.note) or DASH),
    ]


def _designation(standing: Standing, one: EvidenceCase) -> str:
    return next((found.name for found in standing.overview.designations if found.id == one.designation), one.designation)


def _day(day: dt.date | None) -> str:
    return DASH if day is None else day_words(day)


def _due(one: EvidenceCase) -> str:
    """Say of an open case how long it has."""
    if one.due_on is None or one.closed_on is not None:
        return ""
    left = (one.due_on - today()).days
    if left < 0:
        return "overdue"
    return ("today" if left == 0 else f"in {left} {'day' if left == 1 else 'days'}") if left <= SOON_DAYS else ""

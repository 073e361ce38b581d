"""The register of CPOR claims: what was claimed in Partner Center is kept here, with its evidence and the day it runs out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, get_args

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.advise.association_guide import association_guide
from attain.advise.claims import CLAIMED, Status
from attain.advise.names import find_tenant
from attain.advise.record_checks import SOON_DAYS
from attain.errors import AttainError
from attain.explaining.words import first_upper
from attain.facts.cells import CellFault, read_guid
from attain.imports.publishing import today
from attain.people.access import needs
from attain.people.roles import Access
from attain.recorded.claims import FIELDS, record_claim, recorded_claims, remove_claim
from attain.recorded.recording import recorder_of
from attain.web.dates import day_words
from attain.web.form_faults import say_in_form
from attain.web.pages import Crumb
from attain.web.plan.asking import asked, nothing_yet
from attain.web.plan.seats import customer_cell
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.recorded.models import CporClaim
    from attain.web.plan.asking import Asked

TITLE = "CPOR claims"
STATUSES: dict[str, tuple[str, str]] = {
    "draft": ("Draft", "neutral"),
    "submitted": ("Submitted", "info"),
    "approved": ("Approved", "good"),
    "declined": ("Declined", "bad"),
    "expired": ("Expired", "bad"),
    "withdrawn": ("Withdrawn", "neutral"),
}
OPEN: tuple[str, ...] = ("draft", "submitted", "approved")
COLUMNS = (
    Column("claim", "Claim"),
    Column("customer", "Customer"),
    Column("association", "Association"),
    Column("status", "Status"),
    Column("submitted", "Submitted", whole=True),
    Column("expires", "Runs out", whole=True),
    Column("evidence", "Evidence"),
    Column("note", "Note"),
)
_DATE = {"type": "date"}
DASH = "\N{EN DASH}"


class ClaimForm(forms.Form):
    """A claim as it stands in Partner Center."""

    claim_id = forms.CharField(label="Claim id", max_length=100, help_text="As Partner Center shows it, or a name of your own for a draft.")
    tenant_id = forms.CharField(label="Customer", max_length=100, help_text="Name, domain or tenant id.")
    association = forms.ChoiceField(label="Association")
    workload = forms.CharField(label="Workload", required=False, max_length=200, help_text="Empty: it holds for all of the tenant.")
    status = forms.ChoiceField(label="Status", choices=[(code, STATUSES[code][0]) for code in get_args(Status)])
    submitted_on = forms.DateField(label="Submitted on", required=False, widget=forms.DateInput(_DATE))
    decided_on = forms.DateField(label="Decided on", required=False, widget=forms.DateInput(_DATE))
    expires_on = forms.DateField(label="Runs out on", required=False, widget=forms.DateInput(_DATE))
    evidence = forms.MultipleChoiceField(label="Evidence at hand", required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(label="Note", required=False, max_length=500)

    def __init__(self, *args: Any, about: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._about = about
        names = about.standing.workspace.book.catalog.associations
        association, evidence = self.fields["association"], self.fields["evidence"]
        assert isinstance(association, forms.ChoiceField)
        assert isinstance(evidence, forms.MultipleChoiceField)
        association.choices = [(code, names.name(code)) for code in CLAIMED]
        evidence.choices = [(item.code, first_upper(item.name)) for item in association_guide().evidence]
        self.fields["tenant_id"].widget.attrs["list"] = "customers"

    def clean_tenant_id(self) -> str:
        """Find the customer by any of its names, or take the id of one that no file has yet."""
        called: str = self.cleaned_data["tenant_id"].strip()
        try:
            return read_guid(called)
        except CellFault:
            pass
        try:
            found = self._about.answer(("tenant", called), lambda advice: find_tenant(advice.hypotheses.today.frames, called))
        except AttainError as error:
            message = f"{error.message}: {error.hint}."
            raise forms.ValidationError(message[:1].upper() + message[1:]) from error
        if found is None:
            message = "The customers are being read. Send the form once more."
            raise forms.ValidationError(message)
        return found

    def row(self) -> dict[str, str]:
        """Give what was typed as the text of a register's row."""
        given = self.cleaned_data
        texts = {name: "" if given.get(name) is None else str(given[name]) for name in FIELDS}
        return texts | {"evidence": "+".join(given["evidence"])}


@needs(Access.INSIGHTS)
def claims(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show the register."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    found = recorded_claims(partner_id)
    day = about.standing.overview.partner.day
    names = customers_of(about) or {}
    context = {
        "table": Table("CPOR claims", COLUMNS, [_row(about, one, names, day) for one in found]),
        "any": bool(found),
        "new_url": reverse("plan:claim_new", args=[partner_id]),
    }
    return about.page(
        "web/plan/claims.html", context, Crumb("Associations coverage", reverse("plan:coverage", args=[partner_id])), Crumb(TITLE)
    )


@needs(Access.PLAN)
def claim_new(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Record a claim."""
    about = asked(request, partner_id, "Record a claim")
    if about is None:
        return nothing_yet(request, TITLE)
    get = request.GET
    initial = {"tenant_id": get.get("tenant", ""), "association": get.get("association", "cpor"), "workload": get.get("workload", "")}
    return _edit(about, ClaimForm(request.POST or None, initial=initial, about=about), None)


@needs(Access.PLAN)
def claim(request: AttainRequest, partner_id: str, claim: int) -> HttpResponse:
    """Change a claim."""
    about = asked(request, partner_id, "Change a claim")
    if about is None:
        return nothing_yet(request, TITLE)
    found = next((one for one in recorded_claims(partner_id) if one.pk == claim), None)
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in (*FIELDS, "evidence")}
    names = customers_of(about) or {}
    name = names.get(found.tenant_id, "")
    if name and list(names.values()).count(name) == 1:
        initial["tenant_id"] = name
    return _edit(about, ClaimForm(request.POST or None, initial=initial, about=about), found)


@require_POST
@needs(Access.PLAN)
def claim_remove(request: AttainRequest, partner_id: str, claim: int) -> HttpResponse:
    """Take back a claim that was recorded by mistake."""
    try:
        found = remove_claim(recorder_of(request, partner_id, today()), claim)
    except AttainError as error:
        raise Http404 from error
    messages.success(request, f"Claim {found.claim_id} is removed.")
    return redirect("plan:claims", partner_id)


def customers_of(about: Asked) -> dict[str, str] | None:
    """Name the partner's customers by tenant; None while they are being read."""
    return about.answer("customers", lambda advice: advice.hypotheses.customer_names)


def _edit(about: Asked, form: ClaimForm, found: CporClaim | None) -> HttpResponse:
    request, partner_id = about.request, about.standing.partner_id
    if request.method == "POST" and form.is_valid():
        try:
            kept = record_claim(recorder_of(request, partner_id, today()), form.row(), None if found is None else found.pk)
        except AttainError as error:
            say_in_form(form, error)
        else:
            messages.success(request, f"Claim {kept.claim_id} is {'recorded' if found is None else 'changed'}.")
            return redirect("plan:claims", partner_id)
    names = customers_of(about) or {}
    context = {
        "form": form,
        "found": found,
        "customers": sorted(names.values(), key=str.casefold)[:500],
    }
    crumb = Crumb(TITLE, reverse("plan:claims", args=[partner_id]))
    return about.page("web/plan/claim.html", context, crumb, Crumb(about.title))


def _row(about: Asked, one: CporClaim, names: dict[str, str], day: dt.date) -> list[Cell]:
    words, tone = STATUSES[one.status]
    associations = about.standing.workspace.book.catalog.associations
    wanted = len(association_guide().evidence)
    url = reverse("plan:claim", args=[one.partner_id, one.pk]) if about.may_plan else ""
    expires, soon = Cell(DASH if one.expires_on is None else day_words(one.expires_on)), ""
    if one.expires_on is not None and one.status in OPEN:
        left = (one.expires_on - day).days
        soon = "has run out" if left < 0 else f"in {left} days" if left <= SOON_DAYS else ""
    lacks = len(one.evidence) < wanted and one.status in {"draft", "submitted"}
    return [
        Cell(one.claim_id, url),
        customer_cell(about, names.get(one.tenant_id, ""), one.tenant_id) if one.tenant_id in names else Cell(one.tenant_id),
        Cell(associations.name(one.association), note=one.workload or "all of the tenant"),
        Cell(words, tone=tone),
        Cell(DASH if one.submitted_on is None else day_words(one.submitted_on)),
        Cell(expires.text, note=soon),
        Cell(f"{len(one.evidence)} of {wanted}", tone="warn" if lacks else "", note=""),
        Cell(one.note or DASH),
    ]

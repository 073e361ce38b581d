"""Membership offers: what was bought and when, what it covers, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.explaining.words import number
from attain.imports.publishing import today
from attain.lifecycle.windows import rules_on
from attain.people.access import needs
from attain.people.roles import Access
from attain.published import served
from attain.published.standing import standing_of
from attain.recorded.models import Purchase
from attain.recorded.recording import recorder_of
from attain.web.dates import day_words
from attain.web.form_faults import say_in_form
from attain.web.membership.standing import TONES, nothing_yet, track_name
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.read import Designation
    from attain.published.standing import Standing

_DATE = {"type": "date"}


class PurchaseForm(forms.Form):
    """A purchase as it stands on Microsoft's bill. The day the designation began, and the day of the payment, may differ."""

    designation = forms.ChoiceField(label="Designation")
    enrolled_on = forms.DateField(label="Enrolled on", widget=forms.DateInput(_DATE))
    paid_on = forms.DateField(
        label="Paid on", required=False, widget=forms.DateInput(_DATE), help_text="Empty: it began without a payment."
    )
    anniversary = forms.DateField(
        label="Anniversary", required=False, widget=forms.DateInput(_DATE), help_text="Empty: counted from the payment, as the rules say."
    )
    track = forms.ChoiceField(label="Track", required=False, help_text="As your agreement names it; empty: as the rules say.")
    amount = forms.DecimalField(label="Amount", required=False, min_value=0, max_digits=12, decimal_places=2)
    currency = forms.RegexField(label="Currency", regex=r"^[A-Za-z]{3}$", required=False, help_text="Three letters, such as USD.")
    reference = forms.CharField(label="Reference", required=False, max_length=100, help_text="Order or invoice number.")


@dataclass(frozen=True)
class Covered:
    """One designation as the page of offers shows it."""

    found: Designation
    tone: str
    due: str


@needs(Access.MEMBERSHIP)
def offers(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show what was bought and what is due, and record a purchase."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Membership offers")
    may = request.granted.may(Access.ENROLL)
    asked = request.POST if request.method == "POST" and may else None
    wanted = {"designation": request.GET["designation"]} if "designation" in request.GET else None
    form = PurchaseForm(asked, initial=wanted)
    form.fields["designation"].choices = [(one.id, one.name) for one in standing.overview.designations]  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices
    tracks = dict.fromkeys(track.id for one in standing.overview.designations for track in one.tracks)
    form.fields["track"].choices = [("", "As the rules say"), *((track, track_name(track)) for track in tracks)]  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices
    if asked is not None and form.is_valid() and _recorded(request, standing, form):
        return redirect("membership:offers", partner_id)
    book = standing.overview.designations[0].book
    context: dict[str, Any] = {
        "standing": standing,
        "form": form if may else None,
        "covered": [_covered(one) for one in standing.overview.designations],
        "purchases": [
            (one, book.designations[one.designation].name)
            for one in Purchase.objects.filter(partner_id=standing.overview.partner.partner_id)
        ],
        "fee": number(rules_on(book.programme, standing.overview.partner.day).fee_usd),
    }
    return page(
        request, "web/membership/offers.html", "Membership offers", context, crumbs=[Crumb("Membership"), Crumb("Membership offers")]
    )


@require_POST
@needs(Access.ENROLL)
def withdraw(request: AttainRequest, partner_id: str, purchase: int) -> HttpResponse:
    """Take back a purchase that was recorded by mistake."""
    try:
        recorder_of(request, partner_id, today()).withdraw(purchase)
    except AttainError as error:
        raise Http404 from error
    standing = standing_of(partner_id)
    if standing is not None:
        served.republish(standing.overview.partner, standing.publication)
    messages.success(request, "The purchase no longer counts.")
    return redirect("membership:offers", partner_id)


def _recorded(request: AttainRequest, standing: Standing, form: PurchaseForm) -> bool:
    """Record a purchase and publish the partner anew; False, with the reason in the form, where it is recorded already."""
    given, partner = dict(form.cleaned_data), standing.overview.partner
    try:
        found = recorder_of(request, partner.partner_id, today()).purchase(given.pop("designation"), given.pop("enrolled_on"), **given)
    except AttainError as error:
        say_in_form(form, error)
        return False
    name = standing.designation(found.designation).name
    served.republish(partner, standing.publication)
    later = found.enrolled_on > partner.day
    messages.success(request, f"{name} is recorded{'; it counts from the next refresh on' if later else ''}.")
    return True


def _covered(found: Designation) -> Covered:
    row = found.row
    return Covered(found, TONES.get(row.status, "neutral"), f"{day_words(row.next_date)}: {row.next_meaning}")

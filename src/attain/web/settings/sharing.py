"""Sharing: what a reseller lets a distributor see of it, until when, and taking that back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.people.access import needs
from attain.people.consents import LONGEST, distributors, give, given, own_partners, revoke
from attain.people.models import Consent
from attain.people.roles import Access
from attain.web.dates import day_words
from attain.web.form_faults import say_in_form
from attain.web.settings.places import organization_of, settings_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.people.models import Organization, OrganizationPartner

TITLE = "Sharing"
A_YEAR = dt.timedelta(days=365)
LEVELS = (
    (str(Consent.TOTALS), "Totals: points, status, track, next date and risk of each designation"),
    (str(Consent.DETAIL), "Details: also the metrics, what is in the way, and points without an association"),
)


class SharingForm(forms.Form):
    """A consent."""

    partner_id = forms.ChoiceField(label="Of your partner account")
    distributor = forms.ChoiceField(label="With the distributor")
    level = forms.ChoiceField(label="It sees", choices=LEVELS, widget=forms.RadioSelect)
    until = forms.DateField(label="Up to and including", widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, place: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("partner_id", [(one.partner_id, _named(one)) for one in own_partners(place)])
        self._choices("distributor", [(one.slug, one.name) for one in distributors() if one.pk != place.pk])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _named(partner: OrganizationPartner) -> str:
    return f"{partner.name} ({partner.partner_id})" if partner.name else partner.partner_id


@needs(Access.CONSENT)
def sharing(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the consents that were given, and give one."""
    place = organization_of(request)
    today = timezone.now().date()
    form = SharingForm(request.POST or None, place=place, initial={"level": str(Consent.TOTALS), "until": today + A_YEAR})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = give(
                request.granted,
                request,
                partner_id=asked["partner_id"],
                distributor=asked["distributor"],
                level=asked["level"],
                until=asked["until"],
            )
        except AttainError as error:
            say_in_form(form, error)
        else:
            words = str(Consent(made.consent).label).lower()
            messages.success(request, f"{made.organization} sees {words} of {made} until {day_words(asked['until'])}.")
            return redirect("settings:sharing", organization)
    context = {
        "form": form,
        "consents": given(place),
        "any_partner": own_partners(place).exists(),
        "any_distributor": distributors().exclude(pk=place.pk).exists(),
        "longest": today + LONGEST,
    }
    return settings_page(request, "web/settings/sharing.html", TITLE, context)


@require_POST
@needs(Access.CONSENT)
def sharing_end(request: AttainRequest, organization: str, consent: int) -> HttpResponse:
    """Take a consent back, at once."""
    try:
        ended = revoke(request.granted, request, consent)
    except AttainError as error:
        messages.error(request, f"{error.message[:1].upper()}{error.message[1:]}; {error.hint}.")
    else:
        messages.success(request, f"{ended.organization} no longer sees {ended}.")
    return redirect("settings:sharing", organization)

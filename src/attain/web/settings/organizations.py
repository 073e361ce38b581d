"""Setting up organizations: who they are and which partners they see; from the organization that sees every partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.people.access import needs
from attain.people.models import Consent, Invitation, Organization, OrganizationKind, OrganizationPartner
from attain.people.organizations import let_see, listed, set_up_organization, take_away
from attain.people.roles import Access
from attain.published.listed import published_name
from attain.web.settings.places import settings_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_TITLE = "Organizations"
_UNTIL_HELP = "Of a consent that a reseller gave: its last day. Resellers with people here give consents themselves, in Settings > Sharing."


class OrganizationForm(forms.Form):
    """A new organization and its first Global admin."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=OrganizationKind.choices)
    email = forms.EmailField(label="Email of its Global admin")


class PartnerForm(forms.Form):
    """A partner that an organization sees."""

    partner_id = forms.CharField(label="Partner id", max_length=200)
    consent = forms.ChoiceField(label="Sees", choices=Consent.choices)
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput({"type": "date"}), help_text=_UNTIL_HELP)

    def clean(self) -> dict[str, Any]:
        """Ask for an end of what is not one's own."""
        data = super().clean() or {}
        if data.get("consent") not in {None, str(Consent.OWN)} and "until" in data and data["until"] is None:
            self.add_error("until", "A consent has an end.")
        return data


@needs(Access.OPERATE)
def organizations(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the organizations, and make one: the link for its Global admin is shown once."""
    form, link = OrganizationForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        kind, email = OrganizationKind(form.cleaned_data["kind"]), form.cleaned_data["email"]
        _, secret = set_up_organization(form.cleaned_data["name"], kind, email, request.granted.principal.user, request)
        form, link = OrganizationForm(), request.build_absolute_uri(reverse("join", args=[secret]))
    return settings_page(request, "web/settings/organizations.html", _TITLE, {"places": listed(), "form": form, "link": link})


@needs(Access.OPERATE)
def place(request: AttainRequest, organization: str, place: int) -> HttpResponse:
    """Show the partners that an organization sees, and add one."""
    found = get_object_or_404(Organization, pk=place)
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, partner_id = form.cleaned_data, form.cleaned_data["partner_id"].strip()
        let_see(found, partner_id, given["consent"], given["until"], published_name(partner_id), request)
        return redirect("settings:place", organization, place)
    context = {
        "place": found,
        "partners": OrganizationPartner.objects.filter(organization=found),
        "invited": Invitation.open().filter(organization=found).count(),
        "form": form,
    }
    return settings_page(request, "web/settings/place.html", _TITLE, context)


@require_POST
@needs(Access.OPERATE)
def partner_removal(request: AttainRequest, organization: str, place: int, partner: int) -> HttpResponse:
    """Take a partner away from an organization."""
    found = get_object_or_404(OrganizationPartner.objects.select_related("organization"), pk=partner, organization=place)
    take_away(found, request)
    messages.success(request, f"{found.organization} no longer sees {found}.")
    return redirect("settings:place", organization, place)

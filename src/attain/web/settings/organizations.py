"""Setting up organizations: who they are and which partners they see; from the organization that sees every partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.people.access import needs
from attain.people.audit import record
from attain.people.joining import new_organization
from attain.people.members import invite
from attain.people.models import Consent, Event, Invitation, Organization, OrganizationKind, OrganizationPartner
from attain.people.roles import Access, Role
from attain.web.partner_choice import name_of
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
        made = new_organization(form.cleaned_data["name"], OrganizationKind(form.cleaned_data["kind"]))
        record(Event.ORGANIZATION_MADE, request, organization=made, detail=made.name)
        secret = invite(made, form.cleaned_data["email"], Role.GLOBAL_ADMIN, request.granted.principal.user, request)
        form, link = OrganizationForm(), request.build_absolute_uri(reverse("join", args=[secret]))
    places = Organization.objects.annotate(people=Count("members", distinct=True), sees=Count("partners", distinct=True))
    return settings_page(request, "web/settings/organizations.html", _TITLE, {"places": places, "form": form, "link": link})


@needs(Access.OPERATE)
def place(request: AttainRequest, organization: str, place: int) -> HttpResponse:
    """Show the partners that an organization sees, and add one."""
    found = get_object_or_404(Organization, pk=place)
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        partner_id, consent = form.cleaned_data["partner_id"].strip(), Consent(form.cleaned_data["consent"])
        until = None if consent is Consent.OWN else form.cleaned_data["until"]
        values = {"consent": consent, "until": until, "name": "" if (name := name_of(partner_id)) == partner_id else name}
        OrganizationPartner.objects.update_or_create(organization=found, partner_id=partner_id, defaults=values)
        record(
            Event.PARTNER_CHANGED,
            request,
            organization=found,
            partner_id=partner_id,
            detail=f"sees {consent.label}".lower() + (f" until {until}" if until else ""),
        )
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
    found.delete()
    record(Event.PARTNER_CHANGED, request, organization=found.organization, partner_id=found.partner_id, detail="no longer seen")
    messages.success(request, f"{found.organization} no longer sees {found}.")
    return redirect("settings:place", organization, place)

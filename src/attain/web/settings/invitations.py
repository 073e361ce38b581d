"""Invitations to an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.people.access import needs
from attain.people.members import invite, withdraw
from attain.people.models import Invitation
from attain.people.roles import Access, Role
from attain.web.settings.places import organization_of, settings_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


class InvitationForm(forms.Form):
    """Who is invited, and as what."""

    email = forms.EmailField(label="Email")
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.EXECUTIVE_REPORT_VIEWER)


@needs(Access.PEOPLE)
def invitations(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the open invitations, and make one: its link is shown once, to be handed over by the person who made it."""
    place = organization_of(request)
    form = InvitationForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        secret = invite(place, email, role, request.granted.principal.user, request)
        link = request.build_absolute_uri(reverse("join", args=[secret]))
        form = InvitationForm()
    context = {"invitations": Invitation.open().filter(organization=place), "form": form, "link": link}
    return settings_page(request, "web/settings/invitations.html", "Invitations", context)


@require_POST
@needs(Access.PEOPLE)
def invitation_withdrawal(request: AttainRequest, organization: str, invitation: int) -> HttpResponse:
    """Make an invitation's link stop working."""
    found = get_object_or_404(Invitation.open(), pk=invitation, organization=organization_of(request))
    withdraw(found, request)
    messages.success(request, f"The link for {found.email} no longer works.")
    return redirect("settings:invitations", organization)

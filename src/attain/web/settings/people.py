"""People and roles of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.people.access import needs
from attain.people.members import change_role, remove
from attain.people.models import Member
from attain.people.passwords import password_link
from attain.people.roles import SEES_NAMES, Access, Role
from attain.web.settings.places import organization_of, settings_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_ON_A_PAGE = 50


class RoleForm(forms.Form):
    """The role of a member."""

    role = forms.ChoiceField(choices=Role.choices)
    names_shown = forms.BooleanField(required=False)


@needs(Access.PEOPLE)
def people(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the members of an organization with their roles."""
    return _people(request)


def _people(request: AttainRequest, link: str = "", link_for: str = "") -> HttpResponse:
    members = Member.objects.filter(organization=organization_of(request)).select_related("user")
    shown = Paginator(members, _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": shown, "roles": Role.choices, "always_see_names": SEES_NAMES, "link": link, "link_for": link_for}
    return settings_page(request, "web/settings/people.html", "People and roles", context)


@require_POST
@needs(Access.PEOPLE)
def member_role(request: AttainRequest, organization: str, member: int) -> HttpResponse:
    """Give a member another role."""
    found = get_object_or_404(Member.objects.select_related("user", "organization"), pk=member, organization=organization_of(request))
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            change_role(found, Role(form.cleaned_data["role"]), names_shown=form.cleaned_data["names_shown"], request=request)
        except AttainError as error:
            messages.error(request, f"{error.message}. {error.hint.capitalize()}.")
        else:
            messages.success(request, f"{found.user} is {Role(found.role).words}.")
    else:
        messages.error(request, "There is no such role.")
    return redirect("settings:people", organization)


@require_POST
@needs(Access.PEOPLE)
def member_password(request: AttainRequest, organization: str, member: int) -> HttpResponse:
    """Make a link with which a member chooses a new password; it is shown once."""
    found = get_object_or_404(Member.objects.select_related("user", "organization"), pk=member, organization=organization_of(request))
    try:
        secret = password_link(found, request)
    except AttainError as error:
        messages.error(request, f"{error.message}. {error.hint.capitalize()}.")
        return redirect("settings:people", organization)
    return _people(request, request.build_absolute_uri(reverse("new_password", args=[found.user.pk, secret])), str(found.user))


@require_POST
@needs(Access.PEOPLE)
def member_removal(request: AttainRequest, organization: str, member: int) -> HttpResponse:
    """Take a member out of the organization."""
    found = get_object_or_404(Member.objects.select_related("user", "organization"), pk=member, organization=organization_of(request))
    try:
        remove(found, request)
    except AttainError as error:
        messages.error(request, f"{error.message}. {error.hint.capitalize()}.")
    else:
        messages.success(request, f"{found.user} is no longer a member.")
    return redirect("settings:people", organization)

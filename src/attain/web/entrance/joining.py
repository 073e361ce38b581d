"""The page behind an invitation's link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.shortcuts import redirect

from attain.people.access import needs
from attain.people.joining import accept, new_account, remember
from attain.people.models import Invitation, User
from attain.people.roles import Access, Role
from attain.web.entrance.forms import NewAccountForm
from attain.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_TITLE = "Join an organization"


@needs(Access.PUBLIC)
def join(request: AttainRequest, secret: str) -> HttpResponse:
    """Accept an invitation: with the account one is signed in with, with one that exists, or with a new one."""
    invitation = Invitation.open_by_secret(secret)
    if invitation is None:
        return page(request, "web/entrance/no_invitation.html", _TITLE, status=404)
    user = request.granted.principal.user
    context = {"invitation": invitation, "role": Role(invitation.role).words, "provider": settings.IDENTITY_PROVIDER}
    if user is not None:
        return _accept_signed_in(request, invitation, user, context)
    remember(request, invitation)
    if User.objects.filter(email__iexact=invitation.email).exists():
        return page(request, "web/entrance/join_sign_in.html", _TITLE, context)
    form = NewAccountForm(request.POST or None, initial={"email": invitation.email})
    if request.method == "POST" and form.is_valid():
        made = new_account(invitation.email, form.cleaned_data["password"], form.cleaned_data["name"])
        accept(invitation, made, request)
        login(request, made)
        return redirect("home")
    return page(request, "web/entrance/join.html", _TITLE, {**context, "form": form})


def _accept_signed_in(request: AttainRequest, invitation: Invitation, user: User, context: Mapping[str, object]) -> HttpResponse:
    if user.email.lower() != invitation.email:
        return page(request, "web/entrance/join_other.html", _TITLE, context, status=409)
    if request.method == "POST" and accept(invitation, user, request):
        messages.success(request, f"You are now a member of {invitation.organization}.")
        return redirect("home")
    return page(request, "web/entrance/join_accept.html", _TITLE, context)

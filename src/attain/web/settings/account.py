"""One's own account: name, password, two-step sign-in, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.shortcuts import redirect

from attain.people.access import needs
from attain.people.models import User
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


class NameForm(forms.Form):
    """One's own name."""

    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput({"autocomplete": "name"}))


@needs(Access.SIGNED_IN)
def account(request: AttainRequest) -> HttpResponse:
    """Show one's own account and what may be changed there."""
    user = request.granted.principal.user
    assert isinstance(user, User), "only a person is signed in to a page"
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
        messages.success(request, "Your name is saved.")
        return redirect("settings:account")
    grants = [(grant.organization.name, grant.role.words) for grant in request.granted.principal.grants]
    context = {
        "form": form,
        "grants": grants,
        "two_step": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
        "has_password": user.has_usable_password(),
    }
    return page(request, "web/settings/account.html", "Your account", context, crumbs=[Crumb("Settings"), Crumb("Your account")])

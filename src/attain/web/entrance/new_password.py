"""The page behind a link for a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.shortcuts import redirect

from attain.people.access import needs
from attain.people.passwords import choose_password, person_of_link
from attain.people.roles import Access
from attain.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label="New password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 12 characters. A few words are easy to remember.",
    )


@needs(Access.PUBLIC)
def new_password(request: AttainRequest, user: int, secret: str) -> HttpResponse:
    """Let whoever holds the link choose a new password, then sign in with it as always."""
    person = person_of_link(user, secret)
    if person is None:
        return page(request, "web/entrance/no_invitation.html", "New password", status=404)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            validate_password(form.cleaned_data["password"], person)
        except forms.ValidationError as error:
            form.add_error("password", error)
        else:
            choose_password(person, form.cleaned_data["password"], request)
            messages.success(request, "Your password is changed. Sign in with it.")
            return redirect("account_login")
    return page(request, "web/entrance/new_password.html", "New password", {"form": form, "person": person})

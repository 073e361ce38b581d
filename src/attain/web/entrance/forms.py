"""Forms of people who have no account yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from attain.people.models import User


class NewAccountForm(forms.Form):
    """A name and a password for an address that is known."""

    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 12 characters. A few words are easy to remember.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easily guessed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "password" in cleaned:
            try:
                validate_password(cleaned["password"], User(email=self.email(cleaned), name=cleaned.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def email(self, cleaned: dict[str, Any]) -> str:
        """Give the address of the account."""
        return str(self.initial.get("email", ""))


class FirstRunForm(NewAccountForm):
    """The first Global admin: the token that the server printed, the organization, the account."""

    token = forms.CharField(
        label="One-time token", help_text="The server printed it when it started.", widget=forms.TextInput({"autocomplete": "off"})
    )
    organization = forms.CharField(label="Organization", max_length=200, widget=forms.TextInput({"autocomplete": "organization"}))
    address = forms.EmailField(label="Email", widget=forms.EmailInput({"autocomplete": "username"}))
    field_order = ("token", "organization", "name", "address", "password")

    def clean_address(self) -> str:
        """Refuse an address that has an account."""
        address = str(self.cleaned_data["address"]).lower()
        if User.objects.filter(email__iexact=address).exists():
            message = "This address has an account already: sign in with it."
            raise forms.ValidationError(message)
        return address

    def email(self, cleaned: dict[str, Any]) -> str:
        """Give the address of the account."""
        return str(cleaned.get("address", ""))

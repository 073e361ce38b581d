"""The form that changes one's own password, in the words of the other pages."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm

_LABELS = {"oldpassword": "Current password", "password1": "New password", "password2": "New password again"}


class PasswordForm(ChangePasswordForm):
    """Asks for the password of now and twice for the new one; the label says what goes in, so that the field itself stays empty."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)  # pyright: ignore[reportUnknownMemberType] - allauth types it loosely
        for name, label in _LABELS.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)

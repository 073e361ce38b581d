"""Sign-ins, failed sign-ins and changes of passwords and second steps, as Django and allauth announce them, into the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from attain.people.audit import record
from attain.people.models import Event, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


def connect() -> None:
    """Listen from now on; a second call changes nothing."""
    user_logged_in.connect(_signed_in, dispatch_uid="attain-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="attain-signed-out")
    user_login_failed.connect(_failed, dispatch_uid="attain-sign-in-failed")
    for signal in (password_changed, password_set, password_reset):
        signal.connect(_password_changed, dispatch_uid="attain-password")
    for signal in (authenticator_added, authenticator_removed, authenticator_reset):
        signal.connect(_two_step_changed, dispatch_uid="attain-two-step")


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    record(Event.SIGNED_IN, request, user=user)


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        record(Event.SIGNED_OUT, request, user=user)


def _failed(credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    record(Event.SIGN_IN_FAILED, request, actor=str(credentials.get("email") or credentials.get("username") or ""))


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    record(Event.PASSWORD_CHANGED, request, user=user)


def _two_step_changed(request: HttpRequest, user: User, **_: Any) -> None:
    record(Event.TWO_STEP_CHANGED, request, user=user)

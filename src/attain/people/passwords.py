"""Forgotten passwords: a link that a Global admin makes and hands over, since nothing is sent by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.tokens import default_token_generator

from attain.errors import AttainError
from attain.people.audit import record
from attain.people.models import Event, Member, User

if TYPE_CHECKING:
    from django.http import HttpRequest


def password_link(member: Member, request: HttpRequest) -> str:
    """Make the secret of the link; it works once and for as long as `PASSWORD_RESET_TIMEOUT` says.

    AttainError where the person belongs to another organization as well: this one's admin must not get into that one.
    """
    if Member.objects.filter(user=member.user).exclude(organization=member.organization).exists():
        message = f"{member.user} is a member of another organization too"
        raise AttainError("not-alone", message, hint="ask a Global admin of every one of them: one alone may not do it")
    record(Event.PASSWORD_LINK, request, organization=member.organization, detail=member.user.email)
    return default_token_generator.make_token(member.user)


def person_of_link(user_id: int, secret: str) -> User | None:
    """Find whom a link lets choose a password; None where it was used, is too old, or was made up."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user is not None and default_token_generator.check_token(user, secret) else None


def choose_password(user: User, password: str, request: HttpRequest) -> None:
    """Set the password: every session of the person ends, and the link stops working."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(Event.PASSWORD_CHANGED, request, user=user)

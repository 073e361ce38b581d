"""Changing who is a member of an organization and in which role; an organization always keeps a Global admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event, Invitation, Member, Organization
from attain.people.roles import Role

if TYPE_CHECKING:
    from django.http import HttpRequest

    from attain.people.models import User


def member_called(organization: Organization, email: str) -> Member:
    """Find a member by the mail address; raises AttainError `no-such-member` with the nearest one."""
    members = Member.objects.filter(organization=organization).select_related("user", "organization")
    found = members.filter(user__email__iexact=email.strip()).first()
    if found is None:
        known = list(members.values_list("user__email", flat=True))
        hint = did_you_mean(email, known) if known else "nobody is in it yet"
        raise AttainError("no-such-member", f"{organization} has no member {email!r}", hint=hint)
    return found


def invitation_of(organization: Organization, email: str) -> Invitation:
    """Find the open invitation of an address; raises AttainError `no-such-invitation` with the nearest one."""
    every = Invitation.open().filter(organization=organization)
    found = every.filter(email=email.strip().lower()).first()
    if found is None:
        known = list(every.values_list("email", flat=True))
        hint = did_you_mean(email, known) if known else "none is open"
        raise AttainError("no-such-invitation", f"no open invitation is for {email!r}", hint=hint)
    return found


@transaction.atomic
def change_role(member: Member, role: Role, *, names_shown: bool, request: HttpRequest | None, actor: str = "") -> None:
    """Give a member another role; AttainError where the organization would be left without a Global admin."""
    before = Role(member.role)
    if before is Role.GLOBAL_ADMIN and role is not Role.GLOBAL_ADMIN:
        _keep_an_admin(member)
    if before is role and member.names_shown == names_shown:
        return
    member.role, member.names_shown = role, names_shown
    member.save(update_fields=["role", "names_shown"])
    names = "sees names" if member.sees_names else "names masked"
    detail = f"{member.user.email}: {before.words} to {role.words}, {names}"
    record(Event.ROLE_CHANGED, request, organization=member.organization, detail=detail, actor=actor)


@transaction.atomic
def remove(member: Member, request: HttpRequest | None, *, actor: str = "") -> None:
    """Take a member out of its organization; AttainError where it is the last Global admin."""
    if Role(member.role) is Role.GLOBAL_ADMIN:
        _keep_an_admin(member)
    member.delete()
    detail = f"{member.user.email}, {Role(member.role).words}"
    record(Event.MEMBER_REMOVED, request, organization=member.organization, detail=detail, actor=actor)


def invite(organization: Organization, email: str, role: Role, by: User | None, request: HttpRequest | None, *, actor: str = "") -> str:
    """Invite somebody; an open invitation of the same address stops working. Gives the secret of the link, which is shown once."""
    for earlier in Invitation.open().filter(organization=organization, email=email.lower()):
        withdraw(earlier, request, actor=actor)
    _, secret = Invitation.issue(organization, email, role, by)
    record(Event.INVITED, request, organization=organization, detail=f"{email.lower()}, {role.words}", actor=actor)
    return secret


def withdraw(invitation: Invitation, request: HttpRequest | None, *, actor: str = "") -> None:
    """Make an invitation's link stop working."""
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    record(Event.INVITATION_WITHDRAWN, request, organization=invitation.organization, detail=invitation.email, actor=actor)


def _keep_an_admin(member: Member) -> None:
    admins = Member.objects.select_for_update().filter(organization=member.organization, role=Role.GLOBAL_ADMIN, user__is_active=True)
    if not admins.exclude(pk=member.pk).exists():
        message = f"{member.user} is the last Global admin of {member.organization}"
        raise AttainError("last-admin", message, hint="make somebody else Global admin first")

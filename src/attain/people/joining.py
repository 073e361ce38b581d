"""How an account comes to be: the first Global admin by the server's one-time token, everybody else by an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from attain.people.audit import record
from attain.people.models import Event, FirstRun, Invitation, Member, Organization, OrganizationKind, User
from attain.people.models.secrets import digest
from attain.people.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

_KEY = "attain_invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep in the session which invitation was opened, while its holder signs in elsewhere."""
    request.session[_KEY] = invitation.pk


def invitation_for(request: HttpRequest, verified_addresses: Sequence[str]) -> Invitation | None:
    """Find the open invitation of a sign-in: the one opened in this browser, else the newest for an address that was verified."""
    remembered = request.session.get(_KEY)
    if remembered is not None:
        found = Invitation.open().filter(pk=remembered).first()
        if found is not None:
            return found
    return Invitation.open().filter(email__in=verified_addresses).first() if verified_addresses else None


@transaction.atomic
def accept(invitation: Invitation, user: User, request: HttpRequest | None) -> Member | None:
    """Make the person the member that the invitation says; None where somebody was quicker with the same link."""
    taken = Invitation.open().filter(pk=invitation.pk).update(accepted_at=timezone.now())
    if not taken:
        return None
    member, made = Member.objects.get_or_create(organization=invitation.organization, user=user, defaults={"role": invitation.role})
    if not made:
        member.role = invitation.role
        member.save(update_fields=["role"])
    if request is not None:
        request.session.pop(_KEY, None)
    detail = f"{Role(invitation.role).words} by {invitation.invited_by or 'the server'}"
    record(Event.INVITATION_ACCEPTED, request, organization=invitation.organization, user=user, detail=detail)
    return member


def new_account(email: str, password: str, name: str = "") -> User:
    """Make a local account whose address is taken as known: it was named by who invited it."""
    user = User.objects.create_user(email, password, name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def needs_first_run() -> bool:
    """Say whether nobody is a Global admin yet."""
    return not Member.objects.filter(role=Role.GLOBAL_ADMIN, user__is_active=True).exists()


def first_run_token_is_good(secret: str) -> bool:
    """Say whether this is the token that the server printed, and still good."""
    return bool(secret) and needs_first_run() and FirstRun.objects.filter(secret_digest=digest(secret)).exists()


@transaction.atomic
def first_admin(secret: str, email: str, password: str, name: str, organization: str, request: HttpRequest | None) -> User | None:
    """Make the first Global admin and its organization, which sees every partner of the store; None where the token is not good."""
    if not first_run_token_is_good(secret):
        return None
    taken, _ = FirstRun.objects.filter(secret_digest=digest(secret)).delete()
    if not taken:
        return None
    user = new_account(email, password, name)
    place = new_organization(organization, sees_all=True)
    Member.objects.create(organization=place, user=user, role=Role.GLOBAL_ADMIN)
    record(Event.FIRST_ADMIN, request, organization=place, user=user)
    return user


def new_organization(name: str, kind: OrganizationKind = OrganizationKind.PARTNER, *, sees_all: bool = False) -> Organization:
    """Make an organization under a name of its own in URLs."""
    stem = slugify(name)[:40] or "organization"
    slug, number = stem, 1
    while Organization.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return Organization.objects.create(name=name, slug=slug, kind=kind, sees_all=sees_all)

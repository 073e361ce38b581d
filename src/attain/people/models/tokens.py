"""Tokens of the REST interface: a person's own, or an organization's for a service."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from attain.people.models.organizations import Organization
from attain.people.models.secrets import digest, new_secret
from attain.people.models.users import User
from attain.people.roles import Role

PREFIX = "attain_"
_SHOWN = len(PREFIX) + 6
_USED_EVERY = dt.timedelta(minutes=5)


class TokenScope(models.TextChoices):
    """What a token may be used for, within what its person or role may do."""

    READ = "read", "Read"
    IMPORT = "import", "Import files, record purchases, share"
    PLAN = "plan", "Save plans, claims, evidence, notes and alerts"
    PEOPLE = "people", "Change people and roles"


class Token(models.Model):
    """A token: with `user`, a person's own; else a service of its organization, with a role there."""

    name: models.CharField[str, str] = models.CharField("name", max_length=100)
    user: models.ForeignKey[User | None, User | None] = models.ForeignKey(User, models.CASCADE, null=True, related_name="tokens")
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        Organization, models.CASCADE, null=True, related_name="tokens"
    )
    role: models.CharField[str, str] = models.CharField(max_length=30, choices=Role.choices, blank=True)
    scopes: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    secret_digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    start: models.CharField[str, str] = models.CharField("start of the token", max_length=_SHOWN)
    created_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)
    expires_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()
    used_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    revoked_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Token]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organization__isnull=True) | Q(user__isnull=True, organization__isnull=False),
                name="token_of_a_person_or_a_service",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(
        cls,
        name: str,
        *,
        scopes: list[TokenScope],
        expires_at: dt.datetime,
        by: User,
        organization: Organization | None = None,
        role: Role | None = None,
    ) -> tuple[Token, str]:
        """Make a token and its secret, which is shown once: the person's own, or a service's where an organization and a role are named."""
        secret = new_secret(PREFIX)
        made = cls.objects.create(
            name=name,
            user=None if organization else by,
            organization=organization,
            role=role or "",
            scopes=[str(scope) for scope in scopes],
            secret_digest=digest(secret),
            start=secret[:_SHOWN],
            created_by=by,
            expires_at=expires_at,
        )
        return made, secret

    @classmethod
    def valid(cls, secret: str) -> Token | None:
        """Find the token of a secret, unless it expired, was revoked, or its person may not sign in; note that it was used."""
        now = timezone.now()
        found = (
            cls.objects.filter(secret_digest=digest(secret), revoked_at=None, expires_at__gt=now)
            .exclude(user__is_active=False)
            .select_related("user", "organization")
            .first()
        )
        if found is not None and (found.used_at is None or now - found.used_at > _USED_EVERY):
            cls.objects.filter(pk=found.pk).update(used_at=now)
        return found

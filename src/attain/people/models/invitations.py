"""Links that let a person in once: an invitation to an organization, and the token of the first run."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils import timezone

from attain.people.models.organizations import Organization
from attain.people.models.secrets import digest, new_secret
from attain.people.models.users import User
from attain.people.roles import Role

VALID_FOR = dt.timedelta(days=7)


class Invitation(models.Model):
    """A link that makes whoever holds it a member, once, until it expires; only for the address it names."""

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        Organization, models.CASCADE, related_name="invitations"
    )
    email: models.EmailField[str, str] = models.EmailField("mail address")
    role: models.CharField[str, str] = models.CharField(max_length=30, choices=Role.choices)
    secret_digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    invited_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)
    expires_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()
    accepted_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    withdrawn_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Invitation]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email} to {self.organization}"

    @classmethod
    def issue(cls, organization: Organization, email: str, role: Role, by: User | None) -> tuple[Invitation, str]:
        """Make an invitation and its secret, which is shown once."""
        secret = new_secret()
        expires = timezone.now() + VALID_FOR
        made = cls.objects.create(
            organization=organization, email=email.lower(), role=role, secret_digest=digest(secret), invited_by=by, expires_at=expires
        )
        return made, secret

    @classmethod
    def open(cls) -> models.QuerySet[Invitation]:
        """Give the invitations that still let somebody in."""
        return cls.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()).select_related("organization")

    @classmethod
    def open_by_secret(cls, secret: str) -> Invitation | None:
        """Find the open invitation of a secret."""
        return cls.open().filter(secret_digest=digest(secret)).first()


class FirstRun(models.Model):
    """The one-time token of a server that has no Global admin yet."""

    secret_digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    created_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[FirstRun]] = models.Manager()

    def __str__(self) -> str:
        return f"first run of {self.created_at:%Y-%m-%d}"

    @classmethod
    def issue(cls) -> str:
        """Make the token anew; one printed before stops working."""
        secret = new_secret()
        cls.objects.all().delete()
        cls.objects.create(secret_digest=digest(secret))
        return secret

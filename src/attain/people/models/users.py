"""The account of a person, known by its mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    import datetime as dt


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, name: str = "") -> User:
        """Make an account; without a password only an identity provider signs it in."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account by its address, whatever its case."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person who may sign in. What it may see and do comes from its members alone."""

    email: models.EmailField[str, str] = models.EmailField("mail address", unique=True)
    name: models.TextField[str, str] = models.TextField("name", blank=True)
    is_active = models.BooleanField("active", default=True)
    joined_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride] - no parent, as Django reads it
        ordering: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Give the name, or the address where there is none."""
        return str(self)

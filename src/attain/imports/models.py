"""An import that somebody asked for: its files, how far it is, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.models import Organization, User

if TYPE_CHECKING:
    import datetime as dt


class ImportState(models.TextChoices):
    """How far an import is."""

    WAITING = "waiting", "Waiting"
    READING = "reading", "Reading"
    PUBLISHING = "publishing", "Updating scores"
    DONE = "done", "Imported"
    FAILED = "failed", "Not imported"


AT_WORK = (ImportState.READING, ImportState.PUBLISHING)
UNFINISHED = (ImportState.WAITING, *AT_WORK)


class ImportRun(models.Model):
    """One import.

    `partner_id` is the partner from whose page it was asked for, `partners` the only ones its rows may name (None: any). `folder` holds
    the files until it ended. `choices` are those of `attain.imports.choices`. `doing` says in words what is read, `done` of `total` how
    many partners are published. `reports` are what `attain import` tells, `fault` why nothing was imported, `note` what else one should
    know. `claim` names the process that does it, last seen at `claimed_at`.
    """

    store: models.TextField[str, str] = models.TextField()
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        Organization, models.SET_NULL, null=True, related_name="+"
    )
    user: models.ForeignKey[User | None, User | None] = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    actor: models.TextField[str, str] = models.TextField(blank=True)
    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, db_index=True)
    partners: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(null=True)
    files: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    folder: models.TextField[str, str] = models.TextField()
    choices: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state: models.CharField[str, str] = models.CharField(max_length=12, choices=ImportState.choices, default=ImportState.WAITING)
    doing: models.TextField[str, str] = models.TextField(blank=True)
    done: models.IntegerField[int, int] = models.IntegerField(default=0)
    total: models.IntegerField[int, int] = models.IntegerField(default=0)
    reports: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    fault: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    note: models.TextField[str, str] = models.TextField(blank=True)
    created_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)
    finished_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    claim: models.CharField[str, str] = models.CharField(max_length=300, blank=True)
    claimed_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[ImportRun]] = models.Manager()

    class Meta:
        """At most one import of a store is at work."""

        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["store"], condition=Q(state__in=AT_WORK), name="one_import_at_work")]

    def __str__(self) -> str:
        return f"{', '.join(self.names)} ({self.state})"

    @property
    def names(self) -> list[str]:
        """Give the names of its files, as they came."""
        return [str(file["name"]) for file in self.files]

    @property
    def finished(self) -> bool:
        """Say whether it ended."""
        return self.state not in UNFINISHED

    @property
    def words(self) -> str:
        """Say how far it is."""
        return str(ImportState(self.state).label)

    @property
    def loads(self) -> list[int]:
        """Give the numbers of the loads it made in a store."""
        return [int(report["load"]) for report in self.reports if report.get("load")]

"""What people typed in: purchases and Microsoft's numbers, which are facts like those of files, CPOR claims, scenarios, cases, calls.

No refresh removes any of it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils import timezone

from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.models import Organization


class Purchase(models.Model):
    """A designation bought, or renewed, at Microsoft: a row of the contract's table `enrollments`, with its amount and reference.

    `withdrawn_at` marks one that was recorded by mistake: it no longer counts, and stays to be read.
    """

    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, db_index=True)
    designation: models.CharField[str, str] = models.CharField(max_length=40)
    enrolled_on: models.DateField[dt.date, dt.date] = models.DateField()
    paid_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    anniversary: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    track: models.CharField[str, str] = models.CharField(max_length=20, blank=True)
    amount: models.DecimalField[Decimal | None, Decimal | None] = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency: models.CharField[str, str] = models.CharField(max_length=3, blank=True)
    reference: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    recorded_by: models.TextField[str, str] = models.TextField()
    recorded_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_by: models.TextField[str, str] = models.TextField(blank=True)
    withdrawn_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Purchase]] = models.Manager()

    class Meta:
        """One that counts per partner, designation and day, as the contract's key has it; newest first."""

        ordering: ClassVar = ["-enrolled_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner_id", "designation", "enrolled_on"], condition=models.Q(withdrawn_at=None), name="purchase_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.designation} on {self.enrolled_on}"


class ReportedNumber(models.Model):
    """A number that Microsoft's page showed on a day: a row of the contract's table `reported_scores`. The latest typed one holds."""

    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, db_index=True)
    as_of: models.DateField[dt.date, dt.date] = models.DateField()
    designation: models.CharField[str, str] = models.CharField(max_length=40)
    track: models.CharField[str, str] = models.CharField(max_length=20, blank=True)
    metric: models.CharField[str, str] = models.CharField(max_length=40)
    points: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=9, decimal_places=4)
    recorded_by: models.TextField[str, str] = models.TextField()
    recorded_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[ReportedNumber]] = models.Manager()

    class Meta:
        """One per key of the contract; newest first."""

        ordering: ClassVar = ["-as_of", "designation", "metric"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner_id", "as_of", "designation", "track", "metric"], name="reported_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.designation} {self.metric} on {self.as_of}"


class CporClaim(models.Model):
    """A claim of association made in Partner Center, as it was recorded here: a row of a register of `attain.advise.claims`.

    `evidence` holds codes of the checklist. `removed_at` marks one recorded by mistake; one taken back at Microsoft has the status
    `withdrawn`.
    """

    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, db_index=True)
    claim_id: models.CharField[str, str] = models.CharField(max_length=100)
    tenant_id: models.CharField[str, str] = models.CharField(max_length=36)
    association: models.CharField[str, str] = models.CharField(max_length=40)
    workload: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    status: models.CharField[str, str] = models.CharField(max_length=20)
    submitted_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    decided_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    expires_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    evidence: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    note: models.CharField[str, str] = models.CharField(max_length=500, blank=True)
    recorded_by: models.TextField[str, str] = models.TextField()
    recorded_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)
    changed_by: models.TextField[str, str] = models.TextField(blank=True)
    changed_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    removed_by: models.TextField[str, str] = models.TextField(blank=True)
    removed_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[CporClaim]] = models.Manager()

    class Meta:
        """One that counts per partner and claim id; those that run out first stand first."""

        ordering: ClassVar = ["expires_on", "claim_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner_id", "claim_id"], condition=models.Q(removed_at=None), name="cpor_claim_once")
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id} ({self.status})"


class SavedScenario(models.Model):
    """A scenario under a name, shared by the people of one organization: its changes as lines that `attain simulate --change` reads."""

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, db_index=True)
    name: models.CharField[str, str] = models.CharField(max_length=100)
    note: models.CharField[str, str] = models.CharField(max_length=500, blank=True)
    changes: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    saved_by: models.TextField[str, str] = models.TextField()
    saved_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)
    removed_by: models.TextField[str, str] = models.TextField(blank=True)
    removed_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[SavedScenario]] = models.Manager()

    class Meta:
        """One of a name per organization and partner; in order of their names."""

        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "partner_id", "name"], condition=models.Q(removed_at=None), name="scenario_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    """What became of a case."""

    OPEN = "open", "Open"
    CORRECTED = "corrected", "Microsoft corrected its number"
    EXPLAINED = "explained", "The difference is explained"
    OWN_DATA = "own_data", "Our data were incomplete"
    DECLINED = "declined", "Microsoft keeps its number"
    WITHDRAWN = "withdrawn", "Withdrawn"

    @property
    def words(self) -> str:
        """What it is called."""
        return str(self.label)


class EvidenceCase(models.Model):
    """A support ticket or an internal review about one designation of a partner, which evidence packs are made for.

    `removed_at` marks one recorded by mistake: it and its packs stay to be read in the audit log alone.
    """

    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, db_index=True)
    designation: models.CharField[str, str] = models.CharField(max_length=40)
    ticket_id: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    opened_on: models.DateField[dt.date, dt.date] = models.DateField()
    due_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    closed_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    outcome: models.CharField[str, str] = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    note: models.CharField[str, str] = models.CharField(max_length=2000, blank=True)
    recorded_by: models.TextField[str, str] = models.TextField()
    recorded_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)
    changed_by: models.TextField[str, str] = models.TextField(blank=True)
    changed_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    removed_by: models.TextField[str, str] = models.TextField(blank=True)
    removed_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[EvidenceCase]] = models.Manager()

    class Meta:
        """Open ones first, then the latest opened."""

        ordering: ClassVar = ["closed_on", "-opened_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.designation}, {f'ticket {self.ticket_id}' if self.ticket_id else 'internal review'}"


class EvidencePack(models.Model):
    """One pack made for a case, with all that it takes to make it again: what was asked, the versions, and what was recorded then.

    `inputs` holds the rows that were laid over the files (purchases) and Microsoft's numbers, as they were. `asked` is the day asked for,
    `as_of` that of the numbers; `load` is 0 for a facts folder. `content` is the digest of its parts with people masked.
    """

    case: models.ForeignKey[EvidenceCase, EvidenceCase] = models.ForeignKey(EvidenceCase, models.CASCADE, related_name="packs")
    made_by: models.TextField[str, str] = models.TextField()
    made_role: models.TextField[str, str] = models.TextField()
    made_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()
    ticket_id: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    asked: models.DateField[dt.date, dt.date] = models.DateField()
    as_of: models.DateField[dt.date, dt.date] = models.DateField()
    names: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    basis: models.CharField[str, str] = models.CharField(max_length=20)
    refresh_day: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)
    inputs: models.JSONField[dict[str, list[dict[str, str | None]]], dict[str, list[dict[str, str | None]]]] = models.JSONField(
        default=dict
    )
    load: models.IntegerField[int, int] = models.IntegerField(default=0)
    facts: models.TextField[str, str] = models.TextField()
    rulebook: models.CharField[str, str] = models.CharField(max_length=100)
    attain: models.TextField[str, str] = models.TextField()
    engine: models.CharField[str, str] = models.CharField(max_length=40)
    content: models.CharField[str, str] = models.CharField(max_length=64)
    verdict: models.TextField[str, str] = models.TextField()

    objects: ClassVar[models.Manager[EvidencePack]] = models.Manager()

    class Meta:
        """The latest first."""

        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"pack {self.pk} of {self.case}"


class PackFile(models.Model):
    """One file of a pack as it was made; `named` ones name people. Its content is read when it is downloaded, and never listed."""

    pack: models.ForeignKey[EvidencePack, EvidencePack] = models.ForeignKey(EvidencePack, models.CASCADE, related_name="files")
    name: models.CharField[str, str] = models.CharField(max_length=100)
    named: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    size: models.IntegerField[int, int] = models.IntegerField()
    sha256: models.CharField[str, str] = models.CharField(max_length=64)
    content: models.BinaryField[bytes, bytes] = models.BinaryField()

    objects: ClassVar[models.Manager[PackFile]] = models.Manager()

    class Meta:
        """One of a name and kind per pack."""

        ordering: ClassVar = ["named", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["pack", "name", "named"], name="pack_file_once")]

    def __str__(self) -> str:
        return self.name


class ResellerCall(models.Model):
    """A call with a reseller, or a note about it where nobody was called yet: seen by the people of one organization alone."""

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH)
    called: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    note: models.CharField[str, str] = models.CharField(max_length=500, blank=True)
    recorded_by: models.TextField[str, str] = models.TextField()
    recorded_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[ResellerCall]] = models.Manager()

    class Meta:
        """Those of an organization are looked up by reseller; the latest first."""

        ordering: ClassVar = ["-recorded_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["organization", "partner_id", "recorded_at"], name="reseller_call_by_partner")]

    def __str__(self) -> str:
        return f"{self.partner_id} on {self.recorded_at:%Y-%m-%d}"


class EditedRulebook(models.Model):
    """Files of the rulebook as somebody edited them, to see what other rules would do: shared by the people of one organization.

    `files` holds their text by name, `digest` names the whole rulebook with them. No score is ever published by it.
    """

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name: models.CharField[str, str] = models.CharField(max_length=100)
    digest: models.CharField[str, str] = models.CharField(max_length=64)
    files: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    uploaded_by: models.TextField[str, str] = models.TextField()
    uploaded_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[EditedRulebook]] = models.Manager()

    class Meta:
        """One of a name per organization; in order of their names."""

        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "name"], name="edited_rulebook_once")]

    def __str__(self) -> str:
        return self.name

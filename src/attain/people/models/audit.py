"""The audit log: who did what, when and from where. Entries are added, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.models.organizations import Organization
from attain.people.models.users import User

if TYPE_CHECKING:
    import datetime as dt


class Event(models.TextChoices):
    """What the log records."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGNED_OUT = "signed_out", "Signed out"
    FIRST_ADMIN = "first_admin", "First Global admin made"
    INVITED = "invited", "Invited"
    INVITATION_ACCEPTED = "invitation_accepted", "Invitation accepted"
    INVITATION_WITHDRAWN = "invitation_withdrawn", "Invitation withdrawn"
    ROLE_CHANGED = "role_changed", "Role changed"
    MEMBER_REMOVED = "member_removed", "Member removed"
    ORGANIZATION_MADE = "organization_made", "Organization made"
    PARTNER_CHANGED = "partner_changed", "Partners changed"
    CONSENT_GIVEN = "consent_given", "Consent given to a distributor"
    CONSENT_REVOKED = "consent_revoked", "Consent to a distributor revoked"
    SEGMENT_CHANGED = "segment_changed", "Segment changed"
    PASSWORD_LINK = "password_link", "Link for a new password made"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    TWO_STEP_CHANGED = "two_step_changed", "Two-step sign-in changed"
    TOKEN_MADE = "token_made", "Token made"
    TOKEN_REVOKED = "token_revoked", "Token revoked"
    IMPORTED = "imported", "Files imported"
    EXPORTED = "exported", "Downloaded"
    ENROLLED = "enrolled", "Purchase recorded"
    CLAIM_RECORDED = "claim_recorded", "CPOR claim recorded"
    SCENARIO_SAVED = "scenario_saved", "Scenario saved"
    CASE_RECORDED = "case_recorded", "Case recorded"
    EVIDENCE_MADE = "evidence_made", "Evidence pack made"
    RULEBOOK_EDITED = "rulebook_edited", "Edited rulebook kept"
    ALERTS_CHANGED = "alerts_changed", "Alerts changed"
    PERSON_EXPORTED = "person_exported", "What is held on a person taken away"
    PERSON_ERASED = "person_erased", "Person erased"

    @property
    def words(self) -> str:
        """What it is called."""
        return str(self.label)


class AuditEntry(models.Model):
    """One event."""

    at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    event: models.CharField[str, str] = models.CharField(max_length=30, choices=Event.choices)
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        Organization, models.SET_NULL, null=True, related_name="audit_entries"
    )
    user: models.ForeignKey[User | None, User | None] = models.ForeignKey(User, models.SET_NULL, null=True, related_name="audit_entries")
    actor: models.TextField[str, str] = models.TextField("who", blank=True)
    partner_id: models.CharField[str, str] = models.CharField("partner", max_length=PARTNER_ID_LENGTH, blank=True)
    detail: models.TextField[str, str] = models.TextField(blank=True)
    address: models.CharField[str, str] = models.CharField("network address", max_length=45, blank=True)

    objects: ClassVar[models.Manager[AuditEntry]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event} {self.actor}"

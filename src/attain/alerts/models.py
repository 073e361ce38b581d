"""Channels, rules, what the rules noticed, and each delivery of it with its attempts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.models import Organization, User

NAME_LENGTH = 100
SUBJECT_LENGTH = 150
RECIPIENT_LENGTH = 300


class ChannelKind(models.TextChoices):
    """How a channel reaches people."""

    MAIL = "mail", "Mail"
    TEAMS = "teams", "Microsoft Teams"
    WEBHOOK = "webhook", "Webhook"


class Pace(models.TextChoices):
    """When a channel tells of alerts."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"


class RuleKind(models.TextChoices):
    """What a rule looks out for."""

    FIRST_QUALIFIED = "first_qualified", "First qualified day"
    UNDER = "under", "Points under a bound"
    AT_RISK = "at_risk", "At risk of no longer qualifying"
    CERTIFICATE = "certificate", "Certificate about to end"
    RENEWAL = "renewal", "Renewal window"
    UNRECOGNIZED = "unrecognized", "New unrecognized usage"
    RESTATED = "restated", "Restated month"
    STALE = "stale", "Stale data"


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    NOTHING_LEFT = "nothing_left", "Nothing left to tell"


class Channel(models.Model):
    """Where alerts of an organization go.

    A mail channel has `addresses`; the address of a webhook and the secret that signs what goes there are sealed
    (`attain.alerts.sealing`), `host` is what may be shown of the address. Hours and days are those of the time zone `zone`. Nothing is sent
    from `quiet_from` to before `quiet_until` (over midnight where that is earlier). `digest_on` is the day of the week, 0 for Monday.
    """

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        Organization, models.CASCADE, related_name="alert_channels"
    )
    name: models.CharField[str, str] = models.CharField("name", max_length=NAME_LENGTH)
    kind: models.CharField[str, str] = models.CharField(max_length=10, choices=ChannelKind.choices)
    addresses: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    sealed_url: models.TextField[str, str] = models.TextField(blank=True)
    sealed_secret: models.TextField[str, str] = models.TextField(blank=True)
    host: models.CharField[str, str] = models.CharField(max_length=RECIPIENT_LENGTH, blank=True)
    pace: models.CharField[str, str] = models.CharField(max_length=10, choices=Pace.choices, default=Pace.AT_ONCE)
    digest_at: models.TimeField[dt.time, dt.time] = models.TimeField(default=dt.time(8))
    digest_on: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    zone: models.CharField[str, str] = models.CharField(max_length=60, default="UTC")
    quiet_from: models.TimeField[dt.time | None, dt.time | None] = models.TimeField(null=True)
    quiet_until: models.TimeField[dt.time | None, dt.time | None] = models.TimeField(null=True)
    active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    made_by: models.TextField[str, str] = models.TextField(blank=True)
    made_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[Channel]] = models.Manager()

    class Meta:
        """A name once an organization."""

        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "name"], name="alert_channel_once_an_organization")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def recipients(self) -> list[str]:
        """Give whom one message each goes to: the addresses but for those of people who were erased, or the host of the webhook."""
        if ChannelKind(self.kind) is not ChannelKind.MAIL:
            return [self.host]
        return [address for address in self.addresses if "@" in address]


class Rule(models.Model):
    """What an organization wants to hear of.

    It regards one partner, or all that the organization sees where `partner_id` is empty; one designation or all; the total where `metric`
    is empty. `bound_micro` is in millionths of a point; empty it is the total that qualifies. `looked_at` is when it first looked at
    everything, `looked_on` the day it looked at last, `load` the newest load of the store that it looked at.
    """

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        Organization, models.CASCADE, related_name="alert_rules"
    )
    kind: models.CharField[str, str] = models.CharField(max_length=20, choices=RuleKind.choices)
    partner_id: models.CharField[str, str] = models.CharField("partner", max_length=PARTNER_ID_LENGTH, blank=True)
    designation: models.CharField[str, str] = models.CharField(max_length=40, blank=True)
    metric: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    bound_micro: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    days: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)
    channels: models.ManyToManyField[Channel, models.Model] = models.ManyToManyField(Channel, related_name="rules")
    active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    made_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)
    looked_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    looked_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    load: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)

    objects: ClassVar[models.Manager[Rule]] = models.Manager()

    class Meta:
        """In the order they were made."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return str(RuleKind(self.kind).label)

    @property
    def asks(self) -> dict[str, str | int | None]:
        """Give what it asks for, field by field: of whom, of what, and from when on it speaks."""
        names = ("partner_id", "designation", "metric", "bound_micro", "days")
        return {name: getattr(self, name) for name in names}


class Alert(models.Model):
    """Something that a rule noticed about a partner.

    `subject` tells it from what else the rule notices about the same designation; while it lasts (`ended_at` is empty) it is not noticed
    again. `amount` is what it was measured by, in millionths, where a later, larger one is news. `text` names no person; `people` are the
    ids of those it regards. `in_detail` says that it tells more of the partner than totals and statuses. A silent one was there before the
    rule was, and is told to nobody.
    """

    rule: models.ForeignKey[Rule, Rule] = models.ForeignKey(Rule, models.CASCADE, related_name="alerts")
    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(Organization, models.CASCADE, related_name="alerts")
    kind: models.CharField[str, str] = models.CharField(max_length=20, choices=RuleKind.choices)
    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, blank=True)
    partner_name: models.TextField[str, str] = models.TextField(blank=True)
    designation: models.CharField[str, str] = models.CharField(max_length=40, blank=True)
    metric: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    subject: models.CharField[str, str] = models.CharField(max_length=SUBJECT_LENGTH)
    amount: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    text: models.TextField[str, str] = models.TextField()
    people: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    in_detail: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    day: models.DateField[dt.date, dt.date] = models.DateField()
    silent: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    noticed_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)
    ended_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Alert]] = models.Manager()

    class Meta:
        """Newest first; one at a time of what lasts."""

        ordering: ClassVar[list[str]] = ["-noticed_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["rule", "partner_id", "designation", "subject"], condition=Q(ended_at=None), name="alert_once_while_it_lasts"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organization", "silent", "-noticed_at"], name="alert_newest")]

    def __str__(self) -> str:
        return self.text


class Delivery(models.Model):
    """One message to one recipient of a channel, with the alerts in it.

    `identity` names it to the receiver and stays the same over its attempts. It is due at `due_at`; `claim` says which process sends it.
    `code` and `words` are the last answer.
    """

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(
        Organization, models.CASCADE, related_name="alert_deliveries"
    )
    channel: models.ForeignKey[Channel | None, Channel | None] = models.ForeignKey(
        Channel, models.SET_NULL, null=True, related_name="deliveries"
    )
    channel_name: models.CharField[str, str] = models.CharField(max_length=NAME_LENGTH)
    recipient: models.CharField[str, str] = models.CharField(max_length=RECIPIENT_LENGTH)
    identity: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    alerts: models.ManyToManyField[Alert, models.Model] = models.ManyToManyField(Alert, related_name="deliveries")
    is_test: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    state: models.CharField[str, str] = models.CharField(max_length=15, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    made_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)
    due_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()
    sent_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    attempts: models.IntegerField[int, int] = models.IntegerField(default=0)
    code: models.CharField[str, str] = models.CharField(max_length=10, blank=True)
    words: models.TextField[str, str] = models.TextField(blank=True)
    claim: models.CharField[str, str] = models.CharField(max_length=300, blank=True)
    claimed_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Delivery]] = models.Manager()

    class Meta:
        """Newest first; alerts gather in one message until it is first sent."""

        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["channel", "recipient", "due_at"],
                condition=Q(state=DeliveryState.WAITING, attempts=0, is_test=False),
                name="alerts_gather_in_one_delivery",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_at"], name="delivery_due"),
            models.Index(fields=["organization", "-made_at"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_name}: {self.recipient} ({self.state})"


class Attempt(models.Model):
    """One attempt at a delivery: when, and what was answered."""

    delivery: models.ForeignKey[Delivery, Delivery] = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now)
    code: models.CharField[str, str] = models.CharField(max_length=10, blank=True)
    words: models.TextField[str, str] = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Attempt]] = models.Manager()

    class Meta:
        """Oldest first."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.code or self.words}"

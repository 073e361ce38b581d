"""Organizations, the partners that they see, and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils import timezone

from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.models.stamps import Stamping, StampingRows, new_stamp
from attain.people.models.users import User
from attain.people.roles import GRANTS, SEES_NAMES, Access, Role

if TYPE_CHECKING:
    import datetime as dt


class OrganizationKind(models.TextChoices):
    """What an organization is in the programme."""

    PARTNER = "partner", "Partner"
    DISTRIBUTOR = "distributor", "Distributor"


class Consent(models.TextChoices):
    """What an organization may see of a partner: its own, or what a reseller consented to."""

    OWN = "own", "Own account"
    TOTALS = "totals", "Totals"
    DETAIL = "detail", "Details"


class Organization(models.Model):
    """Who uses Attain: a partner with its account or accounts, or a distributor with the resellers that it serves.

    `rows_stamp` is another one after every change of its partners and of the consents that it was given.
    """

    name: models.CharField[str, str] = models.CharField("name", max_length=200)
    slug: models.SlugField[str, str] = models.SlugField(unique=True)
    kind: models.CharField[str, str] = models.CharField(max_length=20, choices=OrganizationKind.choices, default=OrganizationKind.PARTNER)
    sees_all: models.BooleanField[bool, bool] = models.BooleanField("every partner of the store is its own", default=False)
    created_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)
    rows_stamp: models.CharField[str, str] = models.CharField(max_length=32, blank=True, editable=False)

    objects: ClassVar[models.Manager[Organization]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; what was read before a consent changed must not bring back the stamp of then."""
        self.rows_stamp = new_stamp()
        super().save(*args, **kwargs)


class OrganizationPartner(Stamping):
    """A partner of the facts that an organization may see: its own, or a reseller's that consented.

    A consent holds up to and including the day `until` (None: as long as the row is there); `given_by` and `given_at` say whose word it is.
    """

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(Organization, models.CASCADE, related_name="partners")
    partner_id: models.CharField[str, str] = models.CharField("partner", max_length=PARTNER_ID_LENGTH, db_index=True)
    name: models.TextField[str, str] = models.TextField("name", blank=True)
    consent: models.CharField[str, str] = models.CharField(max_length=10, choices=Consent.choices, default=Consent.OWN)
    until: models.DateField[dt.date | None, dt.date | None] = models.DateField("until", null=True)
    given_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    given_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)

    stamps: ClassVar[str] = "organization"
    objects: ClassVar[models.Manager[OrganizationPartner]] = StampingRows["OrganizationPartner"].as_manager()

    class Meta(Stamping.Meta):
        ordering: ClassVar[list[str]] = ["name", "partner_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "partner_id"], name="partner_once_an_organization")
        ]
        # Its own accounts are found without reading its consents, and who consented is read from the index alone.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organization", "consent", "until", "partner_id"], name="partner_by_consent")
        ]

    def __str__(self) -> str:
        return self.name or self.partner_id

    @classmethod
    def in_force(cls) -> models.QuerySet[OrganizationPartner]:
        """Give the rows that hold today (UTC): a consent that is over shows nothing any more."""
        return cls.objects.filter(models.Q(until=None) | models.Q(until__gte=timezone.now().date()))

    @property
    def is_over(self) -> bool:
        """Say whether its time is over."""
        return self.until is not None and self.until < timezone.now().date()


class Segment(models.Model):
    """Some partners under a name that an organization gave them."""

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(Organization, models.CASCADE, related_name="segments")
    name: models.CharField[str, str] = models.CharField("name", max_length=80)
    made_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[Segment]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "name"], name="segment_once_an_organization")
        ]

    def __str__(self) -> str:
        return self.name


class SegmentPartner(models.Model):
    """A partner in a segment."""

    segment: models.ForeignKey[Segment, Segment] = models.ForeignKey(Segment, models.CASCADE, related_name="partners")
    partner_id: models.CharField[str, str] = models.CharField("partner", max_length=PARTNER_ID_LENGTH)

    objects: ClassVar[models.Manager[SegmentPartner]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["segment", "partner_id"], name="partner_once_a_segment")
        ]

    def __str__(self) -> str:
        return self.partner_id


class Member(models.Model):
    """A person in an organization, with one role there."""

    organization: models.ForeignKey[Organization, Organization] = models.ForeignKey(Organization, models.CASCADE, related_name="members")
    user: models.ForeignKey[User, User] = models.ForeignKey(User, models.CASCADE, related_name="members")
    role: models.CharField[str, str] = models.CharField(max_length=30, choices=Role.choices)
    names_shown: models.BooleanField[bool, bool] = models.BooleanField("sees the names of certified people", default=False)
    joined_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[Member]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["user__email"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "user"], name="member_once_an_organization")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"

    def may(self, access: Access) -> bool:
        """Say whether the role has an access."""
        return access in GRANTS[Role(self.role)]

    @property
    def sees_names(self) -> bool:
        """Say whether the names of certified people are shown to this member."""
        return Role(self.role) in SEES_NAMES or self.names_shown

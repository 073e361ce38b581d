"""Scores and statuses as pages read them: one publication is current, and each of its rows answers a page by itself.

Points and totals are whole millionths (`*_micro`), cut, so that they sort and compare exactly. Everything here can be made anew from the
store by `attain refresh`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.models import Stamping, StampingRows, new_stamp

NAME_FOLDED_LENGTH = 200
"""So many characters of a name lists are ordered by and searched; an index of PostgreSQL takes no text of any length."""


class PublicationState(models.TextChoices):
    """Where a publication stands."""

    BUILDING = "building", "Building"
    CURRENT = "current", "Current"
    EARLIER = "earlier", "Earlier"


class Publication(models.Model):
    """One day's scores of all partners, published from one state of the facts by one rulebook.

    `store` is the path or address that was read, `facts` and `rulebook` are digests. `claim` and `claimed_at` say which process builds it.
    `rows_stamp` is another one after every change of its portfolio rows.
    """

    day: models.DateField[dt.date, dt.date] = models.DateField()
    store: models.TextField[str, str] = models.TextField()
    facts: models.CharField[str, str] = models.CharField(max_length=64)
    rulebook: models.CharField[str, str] = models.CharField(max_length=64)
    engine: models.CharField[str, str] = models.CharField(max_length=20)
    basis: models.CharField[str, str] = models.CharField(max_length=20)
    refresh_day: models.SmallIntegerField[int | None, int | None] = models.SmallIntegerField(null=True)
    data_month: models.CharField[str, str] = models.CharField(max_length=7, blank=True)
    months: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    """The data month of each usage table."""
    state: models.CharField[str, str] = models.CharField(max_length=10, choices=PublicationState.choices, default=PublicationState.BUILDING)
    partners: models.IntegerField[int, int] = models.IntegerField(default=0)
    started_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()
    finished_at: models.DateTimeField[dt.datetime | None, dt.datetime | None] = models.DateTimeField(null=True)
    claim: models.CharField[str, str] = models.CharField(max_length=300, blank=True)
    claimed_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()
    rows_stamp: models.CharField[str, str] = models.CharField(max_length=32, default=new_stamp, editable=False)

    objects: ClassVar[models.Manager[Publication]] = models.Manager()

    class Meta:
        """One publication is current, and one at most is being built."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state=PublicationState.CURRENT), name="one_current_publication"),
            models.UniqueConstraint(fields=["state"], condition=Q(state=PublicationState.BUILDING), name="one_publication_building"),
        ]

    def __str__(self) -> str:
        return f"{self.day} ({self.state})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; what was read before its rows changed must not bring back the stamp of then."""
        self.rows_stamp = new_stamp()
        super().save(*args, **kwargs)


class PublishedPartner(models.Model):
    """One partner of a publication: who it is and how it stands over all designations.

    `day`, `facts` and `published_at` are the row's own: one partner may be published anew within a publication. `held` counts its
    designations that are held, and `in_progress`, `qualified`, `enrolled` and `renewal_due` those of each status; `best_micro` is the best
    total.
    """

    publication: models.ForeignKey[Publication, Publication] = models.ForeignKey(Publication, models.CASCADE, related_name="partner_rows")
    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH)
    name: models.TextField[str, str] = models.TextField(blank=True)
    name_folded: models.CharField[str, str] = models.CharField(max_length=NAME_FOLDED_LENGTH, blank=True)
    kind: models.CharField[str, str] = models.CharField(max_length=20, blank=True)
    country: models.TextField[str, str] = models.TextField(blank=True)
    distributor_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, blank=True)
    badges: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    all_held: models.TextField[str, str] = models.TextField(blank=True)
    held: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    in_progress: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    enrolled: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    qualified: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    renewal_due: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    best_micro: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    day: models.DateField[dt.date, dt.date] = models.DateField()
    facts: models.CharField[str, str] = models.CharField(max_length=64)
    published_at: models.DateTimeField[dt.datetime, dt.datetime] = models.DateTimeField()

    objects: ClassVar[models.Manager[PublishedPartner]] = models.Manager()

    class Meta:
        """Each partner once; read by id, by distributor, and in order of name or best total."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["publication", "partner_id"], name="published_partner_once")]
        indexes: ClassVar = [
            models.Index(fields=["publication", "name_folded", "partner_id"], name="published_partner_name"),
            models.Index(fields=["publication", "distributor_id", "name_folded"], name="published_partner_dist"),
            models.Index(fields=["publication", "best_micro", "partner_id"], name="published_partner_best"),
        ]

    def __str__(self) -> str:
        return self.name or self.partner_id


class PublishedDesignation(models.Model):
    """One designation of one partner: the track that counts and why, its status, what blocks it, and every metric of every track.

    `tracks`, in the rulebook's order, is read by `attain.published.shapes`. `change_micro` is the difference from the last day of the
    month before (`change_since`); it is empty where that day has no score. `reported_micro` is Microsoft's latest number.
    """

    account: models.ForeignKey[PublishedPartner, PublishedPartner] = models.ForeignKey(
        PublishedPartner, models.CASCADE, related_name="designations"
    )
    publication: models.ForeignKey[Publication, Publication] = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    designation: models.CharField[str, str] = models.CharField(max_length=40)
    edition: models.CharField[str, str] = models.CharField(max_length=20)
    track: models.CharField[str, str] = models.CharField(max_length=20)
    selected_by: models.CharField[str, str] = models.CharField(max_length=10)
    selected_why: models.TextField[str, str] = models.TextField()
    total_micro: models.BigIntegerField[int, int] = models.BigIntegerField()
    cap_micro: models.BigIntegerField[int, int] = models.BigIntegerField()
    qualifies: models.BooleanField[bool, bool] = models.BooleanField()
    complete: models.BooleanField[bool, bool] = models.BooleanField()
    data_month: models.CharField[str, str] = models.CharField(max_length=7, blank=True)
    blocks: models.TextField[str, str] = models.TextField(blank=True)
    gaps: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    tracks: models.JSONField[list[Any], list[Any]] = models.JSONField()
    status: models.CharField[str, str] = models.CharField(max_length=20)
    status_name: models.TextField[str, str] = models.TextField()
    status_reason: models.TextField[str, str] = models.TextField()
    next_date: models.DateField[dt.date, dt.date] = models.DateField()
    next_event: models.CharField[str, str] = models.CharField(max_length=20)
    next_meaning: models.TextField[str, str] = models.TextField()
    window_start: models.DateField[dt.date, dt.date] = models.DateField()
    window_end: models.DateField[dt.date, dt.date] = models.DateField()
    qualified_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    enrolled_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    recorded: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    anniversary: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    renewal_start: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    renewal_end: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    best_micro: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    best_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    change_micro: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    change_since: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    change_cause: models.TextField[str, str] = models.TextField(blank=True)
    reported_micro: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    reported_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    reported_track: models.TextField[str, str] = models.TextField(blank=True)

    objects: ClassVar[models.Manager[PublishedDesignation]] = models.Manager()

    class Meta:
        """Each designation of a partner once; read with its partner, and over all partners by total, status or next date."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "designation"], name="published_designation_once")]
        indexes: ClassVar = [
            models.Index(fields=["publication", "designation", "total_micro", "account"], name="published_by_total"),
            models.Index(fields=["publication", "designation", "status", "total_micro"], name="published_by_status"),
            models.Index(fields=["publication", "designation", "next_date", "account"], name="published_by_next_date"),
        ]

    def __str__(self) -> str:
        return self.designation


class PortfolioRow(Stamping):
    """One designation of one partner as a distributor's list shows it: narrow, so that a list over all partners reads little.

    `distance_micro` is what is missing to the total that qualifies; less than nothing beyond it. `blocking` is the single metric in the way
    (`attain.published.portfolio_rows`), `at_floor` counts the metrics that earn nothing where each must. `at_risk_on` is the first day on
    which it would no longer qualify if usage went on as in the last month; `unclaimed_micro` are the points that it would gain if usage had
    the associations that it lacks. `month_statuses` has a letter a month, the last for the month of `day`.
    """

    publication: models.ForeignKey[Publication, Publication] = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    account: models.ForeignKey[PublishedPartner, PublishedPartner] = models.ForeignKey(
        PublishedPartner, models.CASCADE, related_name="portfolio_rows"
    )
    partner_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH)
    name: models.TextField[str, str] = models.TextField(blank=True)
    name_folded: models.CharField[str, str] = models.CharField(max_length=NAME_FOLDED_LENGTH, blank=True)
    country: models.TextField[str, str] = models.TextField(blank=True)
    distributor_id: models.CharField[str, str] = models.CharField(max_length=PARTNER_ID_LENGTH, blank=True)
    designation: models.CharField[str, str] = models.CharField(max_length=40)
    track: models.CharField[str, str] = models.CharField(max_length=20)
    total_micro: models.BigIntegerField[int, int] = models.BigIntegerField()
    distance_micro: models.BigIntegerField[int, int] = models.BigIntegerField()
    qualifies: models.BooleanField[bool, bool] = models.BooleanField()
    complete: models.BooleanField[bool, bool] = models.BooleanField()
    status: models.CharField[str, str] = models.CharField(max_length=20)
    next_date: models.DateField[dt.date, dt.date] = models.DateField()
    next_event: models.CharField[str, str] = models.CharField(max_length=20)
    blocking: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    at_floor: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    at_risk_on: models.DateField[dt.date | None, dt.date | None] = models.DateField(null=True)
    unclaimed_micro: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    data_month: models.CharField[str, str] = models.CharField(max_length=7, blank=True)
    day: models.DateField[dt.date, dt.date] = models.DateField()
    month_statuses: models.CharField[str, str] = models.CharField(max_length=60, blank=True)

    stamps: ClassVar[str] = "publication"
    objects: ClassVar[models.Manager[PortfolioRow]] = StampingRows["PortfolioRow"].as_manager()

    class Meta(Stamping.Meta):
        """Each designation of a partner once; read in each order of a list of one designation, and by distance or name of all."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "designation"], name="portfolio_row_once")]
        indexes: ClassVar = [
            models.Index(fields=["publication", "designation", "distance_micro", "partner_id"], name="portfolio_by_distance"),
            models.Index(fields=["publication", "designation", "total_micro", "partner_id"], name="portfolio_by_total"),
            models.Index(fields=["publication", "designation", "next_date", "partner_id"], name="portfolio_by_next_date"),
            models.Index(fields=["publication", "designation", "at_risk_on", "partner_id"], name="portfolio_by_at_risk"),
            models.Index(fields=["publication", "designation", "unclaimed_micro", "partner_id"], name="portfolio_by_unclaimed"),
            models.Index(fields=["publication", "designation", "blocking", "distance_micro", "partner_id"], name="portfolio_by_blocking"),
            models.Index(fields=["publication", "designation", "qualifies", "distance_micro", "partner_id"], name="portfolio_by_within"),
            models.Index(fields=["publication", "distance_micro", "partner_id"], name="portfolio_all_by_distance"),
            models.Index(fields=["publication", "name_folded", "partner_id"], name="portfolio_all_by_name"),
            models.Index(fields=["publication", "partner_id"], name="portfolio_by_partner"),
            # Counts read these alone, and no row; that by name is the order of a list and what a search reads, too.
            models.Index(
                fields=["publication", "designation", "name_folded", "partner_id", "status", "distributor_id"], name="portfolio_by_name"
            ),
            models.Index(fields=["publication", "designation", "status", "partner_id", "distributor_id"], name="portfolio_by_status"),
            models.Index(fields=["publication", "designation", "distributor_id", "partner_id"], name="portfolio_by_distributor"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.designation}"


class PublishedHistory(models.Model):
    """One designation of one partner through time, as `attain.published.shapes` reads it: `months`, and the `days` of each change."""

    account: models.ForeignKey[PublishedPartner, PublishedPartner] = models.ForeignKey(
        PublishedPartner, models.CASCADE, related_name="histories"
    )
    designation: models.CharField[str, str] = models.CharField(max_length=40)
    months: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    days: models.JSONField[list[Any], list[Any]] = models.JSONField()

    objects: ClassVar[models.Manager[PublishedHistory]] = models.Manager()

    class Meta:
        """Each designation of a partner once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "designation"], name="published_history_once")]

    def __str__(self) -> str:
        return self.designation

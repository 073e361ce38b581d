"""How a partner and its designations stand, as an answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ninja import Schema
from pydantic import Field

from attain.api.amounts import Amount, Month, maybe_micro, of_micro

if TYPE_CHECKING:
    from attain.published.models import Publication, PublishedPartner
    from attain.published.read import Designation, Metric, Track


class PublicationShown(Schema):
    """What answers are made from: the day, and digests of the facts and the rulebook."""

    day: dt.date = Field(examples=["2026-11-24"])
    facts: str
    rulebook: str
    basis: str = Field(examples=["acr"])
    data_month: Month
    partners: int
    state: str = Field(examples=["current"])
    finished_at: dt.datetime | None

    @classmethod
    def of(cls, holds: Publication) -> PublicationShown:
        """Show a publication."""
        return cls(
            day=holds.day,
            facts=holds.facts,
            rulebook=holds.rulebook,
            basis=holds.basis,
            data_month=holds.data_month,
            partners=holds.partners,
            state=holds.state,
            finished_at=holds.finished_at,
        )


class PartnerShown(Schema):
    """A partner (a global account): who it is and how it stands over all designations on `day`."""

    partner_id: str = Field(examples=["1000001"])
    name: str = Field(examples=["Contoso"])
    kind: str
    country: str
    distributor_id: str
    badges: list[str]
    all_held: str
    held: int
    best_total: Amount
    day: dt.date

    @classmethod
    def of(cls, row: PublishedPartner) -> PartnerShown:
        """Show a partner."""
        return cls(
            partner_id=row.partner_id,
            name=row.name,
            kind=row.kind,
            country=row.country,
            distributor_id=row.distributor_id,
            badges=row.badges,
            all_held=row.all_held,
            held=row.held,
            best_total=of_micro(row.best_micro),
            day=row.day,
        )


class DesignationShown(Schema):
    """A designation of a partner: the track that counts and why, its total, its status, what blocks it, and Microsoft's own number."""

    designation: str = Field(examples=["security"])
    name: str
    edition: str = Field(examples=["2026-07"])
    track: str = Field(examples=["enterprise"])
    selected_by: str
    selected_why: str
    total: Amount
    cap: Amount
    qualifying_total: Amount
    qualifies: bool
    complete: bool
    data_month: Month
    blocks: str
    gaps: list[str]
    status: str = Field(examples=["in_progress"])
    status_name: str
    status_reason: str
    next_date: dt.date
    next_event: str
    next_meaning: str
    window_start: dt.date
    window_end: dt.date
    qualified_on: dt.date | None
    enrolled_on: dt.date | None
    recorded: bool
    anniversary: dt.date | None
    renewal_start: dt.date | None
    renewal_end: dt.date | None
    best_total: Amount | None
    best_on: dt.date | None
    change: Amount | None
    change_since: dt.date | None
    change_cause: str
    reported: Amount | None
    reported_on: dt.date | None
    reported_track: str

    @classmethod
    def fields_of(cls, found: Designation) -> dict[str, object]:
        """Give the fields of a designation."""
        row = found.row
        same = set(cls.model_fields) & {field.attname for field in row._meta.concrete_fields}
        return {
            **{name: getattr(row, name) for name in same},
            "name": found.name,
            "total": of_micro(row.total_micro),
            "cap": of_micro(row.cap_micro),
            "qualifying_total": found.qualifying_total,
            "best_total": maybe_micro(row.best_micro),
            "change": maybe_micro(row.change_micro),
            "reported": maybe_micro(row.reported_micro),
        }


class MetricShown(Schema):
    """A metric of a track. `value` and `full_marks` are empty where it adds unlike things; `sentence` says it in words."""

    metric: str = Field(examples=["net_customer_adds"])
    name: str
    category: str
    value: Amount | None
    full_marks: Amount | None
    points: Amount
    max_points: Amount
    complete: bool
    earns: bool
    data_month: Month
    state: str = Field(examples=["In progress"])
    sentence: str

    @classmethod
    def of(cls, found: Metric) -> MetricShown:
        """Show a metric."""
        score = found.score
        return cls(
            metric=found.id,
            name=found.name,
            category=found.category,
            value=maybe_micro(score.value),
            full_marks=maybe_micro(score.full_marks),
            points=of_micro(score.points),
            max_points=of_micro(score.max_points),
            complete=score.complete,
            earns=score.earns,
            data_month=score.data_month,
            state=found.state,
            sentence=found.sentence,
        )


class TrackShown(Schema):
    """A track with its metrics, whether or not it counts."""

    track: str
    selected: bool
    total: Amount
    cap: Amount
    complete: bool
    reaches: bool
    data_month: Month
    metrics: list[MetricShown]

    @classmethod
    def of(cls, found: Track, selected: bool) -> TrackShown:
        """Show a track."""
        score = found.score
        return cls(
            track=found.id,
            selected=selected,
            total=of_micro(score.total),
            cap=of_micro(score.cap),
            complete=score.complete,
            reaches=score.reaches,
            data_month=score.data_month,
            metrics=[MetricShown.of(metric) for metric in found.metrics],
        )

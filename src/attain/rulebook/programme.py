"""The shape of the programme's own file: what holds for every designation alike, each figure a dated and cited leaf.

`Programme` is the file as written, over all its days; `Programme.on(day)` is what was in force on one day, as plain values.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from attain.errors import AttainError
from attain.rulebook.leaf import Entry, Exact, Strict, in_force
from attain.rulebook.model import Category, MetricId

T = TypeVar("T")

StatusId = Literal["in_progress", "qualified", "enrolled", "renewal_due"]
Increments = Literal["continuous", "whole"]


class QualificationWindow(Strict):
    """How far back from a day (or an anniversary) a qualified day counts: some days, or the whole calendar months before its own.

    `renewal_window` also lets in the days of the renewal window, which follow the anniversary.
    """

    days_before: int | None = None
    months_before: int | None = None
    renewal_window: bool = False

    @model_validator(mode="after")
    def _one_of_two(self) -> QualificationWindow:
        if (self.days_before is None) == (self.months_before is None):
            message = "give exactly one of days_before and months_before"
            raise ValueError(message)
        return self


class EnrollmentTrack(Strict):
    """The track an enrolled partner keeps until renewal: `prefer` if it was that on any of the monthly rows, else `otherwise`.

    The rows are the last days of the `months_before` months before the enrollment, and the day of the enrollment itself.
    """

    months_before: int
    designations: tuple[str, ...]
    prefer: Literal["enterprise", "smb"]
    otherwise: Literal["enterprise", "smb"]


class CategoryName(Strict):
    """A category and the name it is shown by."""

    id: Category
    name: str


class MetricName(Strict):
    """A metric, the name it is shown by and the category it belongs to."""

    id: MetricId
    name: str
    category: Category


class DesignationName(Strict):
    """A designation: its name on a score card (`name`), and as a title that a partner may show (`title`)."""

    id: str
    name: str
    title: str


class Badge(Strict):
    """A badge shown to customers, and the designations under it."""

    id: str
    name: str
    designations: tuple[str, ...]


class Status(Strict):
    """A status of a designation and what it means for the partner."""

    id: StatusId
    name: str
    meaning: str


class Role(Strict):
    """A role of Partner Center, by the name it has there."""

    id: str
    name: str


class ReadingChange(Strict):
    """What another reading changes in the rules: exactly one of these.

    `increments`: how growth earns. `pools`: net adds the pools up before floor and cap. `promoted`: false drops the mercy for customers
    that outgrew a band. `growth_from`: baseline_month counts growth from the month a year ago, whatever the association.
    `already_deployed`: counts leaves no tenant out. `segments`: the segments that are smb in a track assigned by segments.
    """

    increments: Increments | None = None
    pools: Literal["net"] | None = None
    promoted: Literal[False] | None = None
    growth_from: Literal["baseline_month"] | None = None
    already_deployed: Literal["counts"] | None = None
    segments: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_change(self) -> ReadingChange:
        if len(self.model_fields_set) != 1:
            message = f"give exactly one of {', '.join(type(self).model_fields)}"
            raise ValueError(message)
        return self


class OtherReading(Strict):
    """Another way to read what an interpretation fixes, which can be scored to see whether Microsoft reads it so."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    text: str
    change: ReadingChange


class Interpretation(Strict):
    """A reading fixed where the documentation is silent or contradicts itself. `applies_to` holds dotted rule paths, `*` for any part.

    `otherwise` holds the other readings that can be scored.
    """

    id: Annotated[str, Field(pattern=r"^I-[1-9]\d*$")]
    title: str
    text: str
    applies_to: tuple[str, ...]
    otherwise: tuple[OtherReading, ...] = ()


@dataclass(frozen=True)
class ProgrammeRules:
    """The programme's figures in force on one day, and the day from which all of them were."""

    from_: dt.date
    points_cap: Fraction
    qualifying_total: Fraction
    metric_above: Fraction
    decimals_shown: int
    increments: Increments
    refresh_day: int
    skilling_refresh_days: int
    retired_certificate_years: int
    badges: tuple[Badge, ...]
    all_held: str
    not_enrolled_window: QualificationWindow
    enrolled_window: QualificationWindow
    renewal_window_days: int
    anniversary_days: int
    fee_usd: Fraction
    history_months_before: int
    enrollment_track: EnrollmentTrack | None
    workspace_roles: dict[str, tuple[str, ...]]
    metric_names: dict[str, str]

    def shown(self, points: Fraction) -> str:
        """Write points as a person sees them: rounded half-even to the shown decimals, but never up across the qualifying total (I-2)."""
        scale = 10**self.decimals_shown
        scaled = round(points * scale)
        if points < self.qualifying_total <= Fraction(scaled, scale):
            scaled = points.numerator * scale // points.denominator
        sign, digits = "-" * (scaled < 0), str(abs(scaled)).rjust(self.decimals_shown + 1, "0")
        cut = len(digits) - self.decimals_shown
        return f"{sign}{digits[:cut]}.{digits[cut:]}" if self.decimals_shown else f"{sign}{digits}"


class Programme(Strict):
    """The programme's whole file, over all its days."""

    id: str
    name: str
    points_cap: tuple[Entry[Exact], ...]
    qualifying_total: tuple[Entry[Exact], ...]
    metric_above: tuple[Entry[Exact], ...]
    decimals_shown: tuple[Entry[int], ...]
    increments: tuple[Entry[Increments], ...]
    refresh_day: tuple[Entry[Annotated[int, Field(ge=1, le=31)]], ...]
    skilling_refresh_days: tuple[Entry[int], ...]
    retired_certificate_years: tuple[Entry[int], ...]
    categories: tuple[CategoryName, ...]
    metrics: tuple[MetricName, ...]
    designations: tuple[DesignationName, ...]
    badges: tuple[Entry[tuple[Badge, ...]], ...]
    all_held: tuple[Entry[str], ...]
    statuses: tuple[Status, ...]
    not_enrolled_window: tuple[Entry[QualificationWindow], ...]
    enrolled_window: tuple[Entry[QualificationWindow], ...]
    renewal_window_days: tuple[Entry[int], ...]
    anniversary_days: tuple[Entry[int], ...]
    fee_usd: tuple[Entry[Exact], ...]
    history_months_before: tuple[Entry[int], ...]
    enrollment_track: tuple[Entry[EnrollmentTrack], ...]
    roles: tuple[Role, ...]
    workspace_roles: tuple[Entry[dict[str, tuple[str, ...]]], ...]
    interpretations: tuple[Interpretation, ...]

    @model_validator(mode="after")
    def _leaves_in_order(self) -> Programme:
        for name, leaf in self._leaves().items():
            days = [entry.from_ for entry in leaf]
            if not days or days != sorted(set(days)):
                message = f"{name} needs at least one entry, each beginning on a later day than the one before"
                raise ValueError(message)
            if any(entry.value is None for entry in leaf):
                message = f"{name} holds for every track alike: write value, not by_track"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _names_agree(self) -> Programme:
        designations = {designation.id for designation in self.designations}
        named = [badge.designations for entry in self.badges for badge in entry.value or ()]
        named += [entry.value.designations for entry in self.enrollment_track if entry.value is not None]
        roles = {role.id for role in self.roles}
        granted = {role for entry in self.workspace_roles for ids in (entry.value or {}).values() for role in ids}
        for what, unknown in (
            ("designation", {name for names in named for name in names} - designations),
            ("role", granted - roles),
            ("category", {metric.category for metric in self.metrics} - {category.id for category in self.categories}),
        ):
            if unknown:
                message = f"no {what} is called {', '.join(sorted(unknown))}"
                raise ValueError(message)
        others = tuple(other for reading in self.interpretations for other in reading.otherwise)
        for group in (self.categories, self.metrics, self.designations, self.statuses, self.roles, self.interpretations, others):
            ids = [member.id for member in group]
            if len(ids) != len(set(ids)):
                message = f"{', '.join(sorted({name for name in ids if ids.count(name) > 1}))} stands there twice"
                raise ValueError(message)
        return self

    @property
    def first_day(self) -> dt.date:
        """Give the first day on which every figure that the programme began with is in force."""
        return self._eras[0].from_

    def on(self, day: dt.date) -> ProgrammeRules:
        """Resolve the programme's figures for `day`. Raises AttainError before the programme's first day."""
        index = bisect_right(self._era_starts, day) - 1
        if index < 0:
            raise AttainError(
                "before-programme",
                f"{self.name} did not exist on {day}",
                hint=f"choose a day from {self.first_day} on",
            )
        return self._eras[index]

    def era_starts(self, after: dt.date, until: dt.date) -> tuple[dt.date, ...]:
        """List the days after `after`, up to `until`, on which some figure of the programme changed."""
        return self._era_starts[bisect_right(self._era_starts, after) : bisect_right(self._era_starts, until)]

    @cached_property
    def _era_starts(self) -> tuple[dt.date, ...]:
        return tuple(era.from_ for era in self._eras)

    @cached_property
    def _eras(self) -> tuple[ProgrammeRules, ...]:
        leaves = self._leaves()
        first = max(leaf[0].from_ for name, leaf in leaves.items() if name != "enrollment_track")
        starts = {entry.from_ for leaf in leaves.values() for entry in leaf if entry.from_ > first}
        return tuple(self._resolve(day) for day in (first, *sorted(starts)))

    def _leaves(self) -> dict[str, tuple[Entry[Any], ...]]:
        return {
            "points_cap": self.points_cap,
            "qualifying_total": self.qualifying_total,
            "metric_above": self.metric_above,
            "decimals_shown": self.decimals_shown,
            "increments": self.increments,
            "refresh_day": self.refresh_day,
            "skilling_refresh_days": self.skilling_refresh_days,
            "retired_certificate_years": self.retired_certificate_years,
            "badges": self.badges,
            "all_held": self.all_held,
            "not_enrolled_window": self.not_enrolled_window,
            "enrolled_window": self.enrolled_window,
            "renewal_window_days": self.renewal_window_days,
            "anniversary_days": self.anniversary_days,
            "fee_usd": self.fee_usd,
            "history_months_before": self.history_months_before,
            "enrollment_track": self.enrollment_track,
            "workspace_roles": self.workspace_roles,
        }

    def _resolve(self, day: dt.date) -> ProgrammeRules:
        track = in_force(self.enrollment_track, day)
        return ProgrammeRules(
            from_=day,
            points_cap=_value(self.points_cap, day),
            qualifying_total=_value(self.qualifying_total, day),
            metric_above=_value(self.metric_above, day),
            decimals_shown=_value(self.decimals_shown, day),
            increments=_value(self.increments, day),
            refresh_day=_value(self.refresh_day, day),
            skilling_refresh_days=_value(self.skilling_refresh_days, day),
            retired_certificate_years=_value(self.retired_certificate_years, day),
            badges=_value(self.badges, day),
            all_held=_value(self.all_held, day),
            not_enrolled_window=_value(self.not_enrolled_window, day),
            enrolled_window=_value(self.enrolled_window, day),
            renewal_window_days=_value(self.renewal_window_days, day),
            anniversary_days=_value(self.anniversary_days, day),
            fee_usd=_value(self.fee_usd, day),
            history_months_before=_value(self.history_months_before, day),
            enrollment_track=None if track is None else track.value,
            workspace_roles=_value(self.workspace_roles, day),
            metric_names={metric.id: metric.name for metric in self.metrics},
        )


def _value(leaf: tuple[Entry[T], ...], day: dt.date) -> T:
    entry = in_force(leaf, day)
    if entry is None or entry.value is None:
        raise AttainError("leaf-gap", f"no value in force on {day}", hint="add an entry that begins on the programme's first day")
    return entry.value

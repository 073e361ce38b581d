"""What a difference of two scores looks like: lines whose points add up exactly to what each metric and the total changed by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

LineKind = Literal[
    "rule_changed",
    "restated",
    "won",
    "lost",
    "crossed_up",
    "crossed_down",
    "association_gained",
    "association_lost",
    "growth_up",
    "growth_down",
    "year_ago_up",
    "year_ago_down",
    "certified",
    "expired",
    "retired",
    "left",
    "gate_opened",
    "gate_closed",
    "gate_holds",
    "floor",
    "cap",
    "whole_steps",
    "option_changed",
    "track_changed",
]

KIND_WORDS: dict[LineKind, str] = {
    "rule_changed": "rule changed",
    "restated": "restated",
    "won": "won",
    "lost": "lost",
    "crossed_up": "crossed the threshold",
    "crossed_down": "fell below the threshold",
    "association_gained": "association gained",
    "association_lost": "association lost",
    "growth_up": "growth up",
    "growth_down": "growth down",
    "year_ago_up": "year-ago base up",
    "year_ago_down": "year-ago base down",
    "certified": "certified",
    "expired": "certificate expired",
    "retired": "certificate retired",
    "left": "person left",
    "gate_opened": "gate opened",
    "gate_closed": "gate closed",
    "gate_holds": "gate holds",
    "floor": "floor",
    "cap": "cap",
    "whole_steps": "whole steps",
    "option_changed": "option changed",
    "track_changed": "track changed",
}
"""Each kind as a person reads it."""

COLUMNS = (
    "partner_id",
    "from",
    "to",
    "designation",
    "metric",
    "kind",
    "part",
    "entity",
    "tenant_id",
    "name",
    "before",
    "after",
    "points",
    "exact",
    "reason",
)


@dataclass(frozen=True)
class Line:
    """One cause of a change, of one metric.

    `part` names the pool or option where the metric has several. `before` and `after` are what an entity added to the value on either day
    (customers, deployments, users, US dollars, people); of a line about a rule, gate, floor, cap, option or track they are points.
    `points` are exact: before floor and cap for an entity, which have lines of their own.
    """

    metric: str
    kind: LineKind
    part: str
    entity: str
    tenant_id: str
    name: str
    before: Fraction
    after: Fraction
    points: Fraction
    reason: str


@dataclass(frozen=True)
class MetricDifference:
    """One metric on the track that counted on either day: its exact points, and the lines that add up to their difference."""

    metric: str
    name: str
    before: Fraction
    after: Fraction
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ScoredOn:
    """One designation on one day: its edition, the track that counts (or was asked for), its exact total, and whether it qualifies."""

    day: dt.date
    edition: str
    track: str
    total: Fraction
    qualified: bool
    notes: tuple[str, ...]
    """What the facts do not cover (I-11)."""


@dataclass(frozen=True)
class DesignationDifference:
    """One designation of one partner on two days. The lines of its metrics add up to the change of its total."""

    designation: str
    name: str
    before: ScoredOn
    after: ScoredOn
    metrics: tuple[MetricDifference, ...]

    @property
    def change(self) -> Fraction:
        """Give what the total changed by."""
        return self.after.total - self.before.total

    @property
    def lines(self) -> tuple[Line, ...]:
        """Give the lines of every metric."""
        return tuple(line for metric in self.metrics for line in metric.lines)


@dataclass(frozen=True)
class Difference:
    """Why the scores of one partner differ between two days, by designation.

    Lines tell what happened from the earlier day to the later. Where `from_` is the later day their points have the opposite sign.
    """

    partner_id: str
    from_: dt.date
    to: dt.date
    designations: tuple[DesignationDifference, ...]

    def of(self, designation: str) -> DesignationDifference:
        """Give one designation; KeyError where it is not among them."""
        for found in self.designations:
            if found.designation == designation:
                return found
        raise KeyError(designation)

    def records(self) -> list[dict[str, object]]:
        """Give one dictionary a line, with `COLUMNS`; `points` is a fraction and `exact` the same as text, such as 20/3."""
        return [
            {
                "partner_id": self.partner_id,
                "from": self.from_,
                "to": self.to,
                "designation": found.designation,
                "metric": line.metric,
                "kind": line.kind,
                "part": line.part,
                "entity": line.entity,
                "tenant_id": line.tenant_id,
                "name": line.name,
                "before": line.before,
                "after": line.after,
                "points": line.points,
                "exact": str(line.points),
                "reason": line.reason,
            }
            for found in self.designations
            for line in found.lines
        ]

    def turned(self) -> Difference:
        """Give the same difference asked the other way round: every number with the opposite sign, `before` and `after` exchanged."""
        return Difference(
            self.partner_id,
            self.to,
            self.from_,
            tuple(
                DesignationDifference(
                    found.designation, found.name, found.after, found.before, tuple(_turned(metric) for metric in found.metrics)
                )
                for found in self.designations
            ),
        )


def _turned(metric: MetricDifference) -> MetricDifference:
    lines = tuple(replace(line, before=line.after, after=line.before, points=-line.points) for line in metric.lines)
    return MetricDifference(metric.metric, metric.name, metric.after, metric.before, lines)

"""Current against simulated: each designation and metric of one partner today and with a scenario, and what made the difference."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.advise.applying import apply_changes
from attain.advise.moves import Move, moves
from attain.scoring.result import TOTAL

if TYPE_CHECKING:
    from attain.advise.columns import Columns, Record
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.advise.scenario import Scenario
    from attain.scoring.exact import ExactScore

ZERO = Fraction(0)


@dataclass(frozen=True)
class Standing:
    """One designation as it stands: the track that counts, its exact total, every track's, and whether it qualifies."""

    track: str
    total: Fraction
    totals: dict[str, Fraction]
    qualified: bool
    complete: bool

    @classmethod
    def of(cls, score: ExactScore) -> Standing:
        """Read it off a score."""
        totals = {track: sum(points.values(), ZERO) for track, points in score.points.items()}
        return cls(score.selected, totals[score.selected], totals, score.qualified, score.selected in score.complete)


@dataclass(frozen=True)
class MetricChange:
    """One metric on the track that counts before and after. Points are exact; `moves` add up to their difference on the later track."""

    metric: str
    name: str
    category: str
    before: Fraction
    after: Fraction
    max_points: Fraction
    moves: tuple[Move, ...]

    @property
    def change(self) -> Fraction:
        """Give the points gained or lost."""
        return self.after - self.before


@dataclass(frozen=True)
class DesignationChange:
    """One designation before and after."""

    designation: str
    name: str
    edition: str
    before: Standing
    after: Standing
    metrics: tuple[MetricChange, ...]

    @property
    def change(self) -> Fraction:
        """Give what the total of the track that counts changed by."""
        return self.after.total - self.before.total


@dataclass(frozen=True)
class Simulation:
    """A scenario played through for one partner on one day. `notes` say what the facts do not cover (I-11)."""

    partner_id: str
    as_of: dt.date
    scenario: Scenario
    designations: tuple[DesignationChange, ...]
    notes: tuple[str, ...]

    @property
    def changed(self) -> tuple[DesignationChange, ...]:
        """Give the designations in which anything moved."""
        return tuple(one for one in self.designations if one.before != one.after or any(metric.change for metric in one.metrics))

    def of(self, designation: str) -> DesignationChange:
        """Give one designation; KeyError where it is not among them."""
        for one in self.designations:
            if one.designation == designation:
                return one
        raise KeyError(designation)


def simulate(hypotheses: Hypotheses, scenario: Scenario, *, explained: bool = True) -> Simulation:
    """Play a scenario through the score: no change gives no difference.

    With `explained`, metrics that move say what moved them. Raises AttainError for a change that cannot be made; see `apply_changes`.
    """
    held = apply_changes(hypotheses, scenario.changes)
    before, after = hypotheses.current, hypotheses.score(held)
    told = moves(hypotheses, held, before, after) if explained and held is not hypotheses.today else {}
    made = tuple(designation_change(name, before.of[name], score, told.get(name, {})) for name, score in after.of.items())
    gaps = [gap for score in (*before.of.values(), *after.of.values()) for gap in score.gaps(score.selected)]
    return Simulation(hypotheses.account, hypotheses.on, scenario, made, tuple(dict.fromkeys(str(gap) for gap in gaps)))


def compare(hypotheses: Hypotheses, held: PartnerFacts) -> tuple[DesignationChange, ...]:
    """Compare today with any hypothesis, without its reasons."""
    after = hypotheses.score(held)
    return tuple(designation_change(name, hypotheses.current.of[name], score, {}) for name, score in after.of.items())


def designation_change(name: str, before: ExactScore, after: ExactScore, told: dict[str, tuple[Move, ...]]) -> DesignationChange:
    """Put two scores of a designation side by side."""
    designation = after.plan.rules.designation
    had, has = before.points[before.selected], after.points[after.selected]
    rules = {metric.id: metric for metric in after.plan.rules.metrics[after.selected]}
    known = {metric.id: metric for metric in designation.metrics}
    metrics = tuple(
        MetricChange(
            metric,
            known[metric].name,
            known[metric].category,
            had.get(metric, ZERO),
            has.get(metric, ZERO),
            rules[metric].max_points,
            told.get(metric, ()),
        )
        for metric in rules
        if metric in had or metric in has
    )
    return DesignationChange(name, designation.name, after.edition, Standing.of(before), Standing.of(after), metrics)


COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "designation": "text",
    "metric": "text",
    "track_before": "text",
    "track_after": "text",
    "before": "amount",
    "after": "amount",
    "change": "amount",
    "qualified_before": "yes",
    "qualified_after": "yes",
}
"""The columns of a simulation as rows, and what each holds."""


def records(found: Simulation) -> list[Record]:
    """Give one row a metric, and one a designation (metric `total`), with `COLUMNS`."""
    rows: list[Record] = []
    for one in found.designations:
        shared = {
            "partner_id": found.partner_id,
            "as_of": found.as_of,
            "designation": one.designation,
            "track_before": one.before.track,
            "track_after": one.after.track,
        }
        for metric in one.metrics:
            points = {"before": metric.before, "after": metric.after, "change": metric.change}
            rows.append({**shared, "metric": metric.metric, **points, "qualified_before": None, "qualified_after": None})
        points = {"before": one.before.total, "after": one.after.total, "change": one.change}
        qualified = {"qualified_before": one.before.qualified, "qualified_after": one.after.qualified}
        rows.append({**shared, "metric": TOTAL, **points, **qualified})
    return rows

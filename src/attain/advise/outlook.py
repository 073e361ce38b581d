"""What a forecast says: each designation's scores to come, why they move, until when it is safe, and what decides the renewal.

A forecast is never an entitlement: what is shown from it says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from attain.advise.columns import Columns, Record
    from attain.advise.courses import Usage
    from attain.advise.expected import Expected
    from attain.lifecycle import Period, StatusOn

CauseKind = Literal["months", "certificate", "edition", "programme", "enrollment", "late_data"]
NOT_AN_ENTITLEMENT = "A forecast by Attain on the assumptions named. It is not Microsoft's number and entitles to nothing."


@dataclass(frozen=True)
class Cause:
    """Something known or assumed that happens on a day and may move a score, in words."""

    kind: CauseKind
    words: str


@dataclass(frozen=True)
class MetricStep:
    """A metric that a step moved, on the track that counts from then on: its points before and after, and what may have moved it."""

    metric: str
    before: Fraction
    after: Fraction
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Step:
    """A score that holds from a day until the next step.

    Attributes:
        metrics: points of the track that counts, by metric; exact, cut at six decimals as scores are.
        totals: the total of every track.
        low, high: the range of the total by the errors of earlier forecasts; None where there were none to compare.
        moved: the metrics that changed, with their causes; empty for the first step.
        causes: all that happens on the day and bears on the designation.
    """

    day: dt.date
    edition: str
    track: str
    total: Fraction
    totals: dict[str, Fraction]
    metrics: dict[str, Fraction]
    qualified: bool
    complete: bool
    low: Fraction | None
    high: Fraction | None
    moved: tuple[MetricStep, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Renewal:
    """What decides whether an enrolled designation may be renewed.

    Attributes:
        window: the qualification window, `qualify_by` its last day: one qualified day up to then secures the renewal.
        qualified_on: the last qualified day in the window so far; None where there is none.
        expected_on: the first qualified day in the window by scores and forecast; None where none is to be expected.
    """

    anniversary: dt.date
    window: Period
    qualify_by: dt.date
    qualified_on: dt.date | None
    expected_on: dt.date | None


@dataclass(frozen=True)
class DesignationForecast:
    """One designation to come.

    Attributes:
        steps: from the day of the forecast on, each holding until the next.
        safe_until: the last day of the unbroken run of qualified days from the day of the forecast on; None where it does not qualify then.
        at_risk_on: the first day on which it no longer qualifies; None where that is not in sight. `at_risk_because` says why.
        doubtful_from: the first day on which the low end of the range is under the qualifying total; None where there is none, or no range.
        qualifies_on: the first qualified day; None where none is in sight.
        status: of the day of the forecast.
        renewal: None where it is not enrolled.
    """

    designation: str
    name: str
    steps: tuple[Step, ...]
    safe_until: dt.date | None
    at_risk_on: dt.date | None
    at_risk_because: tuple[str, ...]
    doubtful_from: dt.date | None
    qualifies_on: dt.date | None
    status: StatusOn
    renewal: Renewal | None

    def on(self, day: dt.date) -> Step:
        """Give the step that holds on a day of the forecast; KeyError before its first."""
        found = [step for step in self.steps if step.day <= day]
        if not found:
            raise KeyError(day)
        return found[-1]


@dataclass(frozen=True)
class Forecast:
    """One partner's designations from `as_of` to `until`.

    Attributes:
        usage: how usage goes on, and `expected` what the user set.
        last_known: the last known month of each usage table, as `2026-10`.
        comparisons: how many earlier forecasts stand behind the ranges; 0 where ranges were not asked for.
        notes: what the facts do not cover (I-11).
    """

    partner_id: str
    as_of: dt.date
    until: dt.date
    usage: Usage
    expected: tuple[Expected, ...]
    last_known: dict[str, str]
    designations: tuple[DesignationForecast, ...]
    comparisons: int
    notes: tuple[str, ...]

    def of(self, designation: str) -> DesignationForecast:
        """Give one designation; KeyError where it is not among them."""
        for one in self.designations:
            if one.designation == designation:
                return one
        raise KeyError(designation)


COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "usage": "text",
    "designation": "text",
    "day": "day",
    "edition": "text",
    "track": "text",
    "metric": "text",
    "points": "amount",
    "low": "amount",
    "high": "amount",
    "qualified": "yes",
    "complete": "yes",
    "reason": "text",
}
"""The columns of a forecast as rows, and what each holds."""


def records(found: Forecast) -> list[Record]:
    """Give a row for each step and metric, and one for its total, with `COLUMNS`; points hold from `day` until the next of its kind."""
    rows: list[Record] = []
    for one in found.designations:
        for step in one.steps:
            shared: Record = {
                "partner_id": found.partner_id,
                "as_of": found.as_of,
                "usage": found.usage,
                "designation": one.designation,
                "day": step.day,
                "edition": step.edition,
                "track": step.track,
                "complete": step.complete,
            }
            moved = {each.metric: "; ".join(cause.words for cause in each.causes) for each in step.moved}
            for metric, points in step.metrics.items():
                own = {"metric": metric, "points": points, "low": None, "high": None, "qualified": None}
                rows.append({**shared, **own, "reason": moved.get(metric, "")})
            total = {"metric": "total", "points": step.total, "low": step.low, "high": step.high, "qualified": step.qualified}
            rows.append({**shared, **total, "reason": "; ".join(cause.words for cause in step.causes)})
    return rows

"""What an explanation looks like: the rows behind one number, as the data contract says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

COLUMNS = (
    "pool",
    "option",
    "entity",
    "tenant_id",
    "name",
    "before",
    "after",
    "counted_before",
    "counted_after",
    "change",
    "points",
    "reason",
)


@dataclass(frozen=True)
class ExplainedRow:
    """One entity's part in a metric. `before`, `after`, `change` and `points` are exact; None = empty.

    For counts and sums `change` adds up to the metric's value (of each option, where there are options); for percentages `before`, `after`
    and `change` add up to the two totals. `points` is the row's share before floor and cap.

    For searching, and no part of the contract: a `near_miss` does not count now, but has half or more of what the condition that fails asks
    for; an `unrecognized` row has usage now that no eligible association recognizes.
    """

    pool: str
    option: str
    entity: str
    tenant_id: str
    name: str
    before: Fraction | None
    after: Fraction | None
    counted_before: bool | None
    counted_after: bool
    change: Fraction
    points: Fraction | None
    reason: str
    near_miss: bool = False
    unrecognized: bool = False


@dataclass(frozen=True)
class PoolSummary:
    """A pool or option as a whole: what it amounts to, with the formula in numbers, and its points after floor and cap."""

    id: str
    name: str
    formula: str
    points: Fraction


@dataclass(frozen=True)
class Explanation:
    """The rows behind one metric of one partner on one track, and how they become points."""

    partner_id: str
    designation: str
    edition: str
    track: str
    metric: str
    as_of: dt.date
    rows: tuple[ExplainedRow, ...]
    pools: tuple[PoolSummary, ...]
    notes: tuple[str, ...] = ()

    def records(self) -> list[dict[str, object]]:
        """Give the rows as plain dictionaries in the contract's column order."""
        return [{name: getattr(row, name) for name in COLUMNS} for row in self.rows]

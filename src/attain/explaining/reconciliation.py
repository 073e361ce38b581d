"""What a comparison of Microsoft's numbers with ours looks like: each number, the difference, and what could explain it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

ClueKind = Literal[
    "missing_months",
    "missing_table",
    "unrecognized",
    "not_linked",
    "unknown_name",
    "set_aside",
    "unassigned",
    "basis",
    "refresh",
    "skilling_refresh",
    "track",
    "edition",
    "interpretation",
]

COLUMNS = (
    "partner_id",
    "as_of",
    "designation",
    "edition",
    "track",
    "metric",
    "reported_value",
    "value",
    "reported_points",
    "points",
    "difference",
    "agrees",
    "could_explain",
)


@dataclass(frozen=True)
class Clue:
    """One thing that could explain a difference.

    `points` is our number with it (None: not worked out), `agrees` whether that is Microsoft's. `interpretation` and `reading` name the
    interpretation and the other reading of it. `nameless` are the words without the people that they name; empty where they name none.
    """

    kind: ClueKind
    words: str
    points: Fraction | None = None
    agrees: bool = False
    interpretation: str = ""
    reading: str = ""
    nameless: str = ""

    def said(self, *, names: bool) -> str:
        """Give the words, with the names of people only where `names` allows them."""
        return self.words if names or not self.nameless else self.nameless


@dataclass(frozen=True)
class Compared:
    """One number that Microsoft reported, and ours of the same day, track and metric (`total` for the total).

    `points` are exact, `value` is cut at six decimals; None where the facts lack the table, or where a metric has no single value. `clues`
    are there where the numbers disagree, those that make them agree first.
    """

    as_of: dt.date
    designation: str
    edition: str
    track: str
    metric: str
    reported_value: Decimal | None
    value: Fraction | None
    reported_points: Decimal | None
    points: Fraction | None
    agrees: bool
    clues: tuple[Clue, ...]

    @property
    def difference(self) -> Fraction | None:
        """Give ours less Microsoft's, in points."""
        return None if self.points is None or self.reported_points is None else self.points - Fraction(self.reported_points)


@dataclass(frozen=True)
class Answer:
    """One clue that by itself makes every reported number of a designation and day agree."""

    designation: str
    as_of: dt.date
    clue: Clue


@dataclass(frozen=True)
class Reconciliation:
    """Microsoft's numbers for one partner beside ours.

    `answers` name what by itself makes all numbers of a designation agree. `faults` are reported rows that cannot be compared, each with
    its reason.
    """

    partner_id: str
    rows: tuple[Compared, ...]
    answers: tuple[Answer, ...]
    faults: tuple[str, ...]

    def records(self) -> list[dict[str, object]]:
        """Give one dictionary a row, with `COLUMNS`."""
        return [
            {
                "partner_id": self.partner_id,
                "as_of": row.as_of,
                "designation": row.designation,
                "edition": row.edition,
                "track": row.track,
                "metric": row.metric,
                "reported_value": None if row.reported_value is None else Fraction(row.reported_value),
                "value": row.value,
                "reported_points": None if row.reported_points is None else Fraction(row.reported_points),
                "points": row.points,
                "difference": row.difference,
                "agrees": row.agrees,
                "could_explain": "; ".join(clue.words for clue in row.clues),
            }
            for row in self.rows
        ]

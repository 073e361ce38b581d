"""A metric and a change in one short sentence."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.published.shapes import MICRO, MetricScore, exact
from attain.rulebook.words import TRACK_NAMES
from attain.scoring.cards import State, plain
from attain.scoring.result import TOTAL
from attain.scoring.units import counted

if TYPE_CHECKING:
    from attain.rulebook.model import Metric
    from attain.rulebook.programme import ProgrammeRules
    from attain.scoring.timeline import MonthOn, RowOn

HUNDREDTHS = Decimal("0.01")
LESS_THAN = Decimal("0.01")


def state_of(score: MetricScore) -> State:
    """Say how far a metric is."""
    if score.points >= score.max_points:
        return "Achieved"
    return "In progress" if score.points > 0 else "Not started"


def amount(value: int, kind: str) -> str:
    """Write a metric's value, in millionths, with its unit; a percentage is cut at two decimals."""
    number = exact(value)
    if kind == "percent":
        return f"{plain(number.quantize(HUNDREDTHS, rounding=ROUND_DOWN))}%"
    return plain(number) if kind == "mixed" else counted(plain(number), kind)


def sentence(score: MetricScore, metric: Metric) -> str:
    """Say what a metric's value is and what earns its maximum: `6 customers added; full marks from 10`."""
    if score.value is None:
        return f"{_parts(metric)}: View details shows each of them."
    full = "" if score.full_marks is None else f"; {full_words(score, metric)}"
    missing = "" if score.complete else "; months are missing"
    return f"{value_words(score, metric)}{full}{missing}."


def value_words(score: MetricScore, metric: Metric) -> str:
    """Say what a metric's value is: `6 customers added`."""
    return _parts(metric) if score.value is None else _fact(score.value, metric)


def full_words(score: MetricScore, metric: Metric) -> str:
    """Say what earns the maximum: `full marks from 10 customers`; empty where no single value does."""
    return "" if score.full_marks is None else f"full marks from {amount(score.full_marks, metric.value_is)}"


def still_words(score: MetricScore, rules: ProgrammeRules) -> str:
    """Say what a metric may still earn, or that it earns all: one sentence."""
    if not score.complete:
        return "Months of data are missing, so this number is not final."
    if score.points >= score.max_points:
        return "Nothing more to earn here."
    missing = rules.shown(Fraction(score.max_points - score.points, MICRO))
    return f"{missing} more points can be earned here."


def _parts(metric: Metric) -> str:
    """Name what a metric without a value of its own adds up: `Azure and Microsoft 365, points added up`."""
    return f"{' and '.join(dict.fromkeys(pool.name for pool in metric.pools))}, points added up"


def _fact(value: int, metric: Metric) -> str:
    kind = metric.value_is
    compares = any(pool.compare == "difference" for pool in metric.pools)
    if kind == "percent":
        return f"{amount(-value, kind)} less than a year ago" if value < 0 else f"{amount(value, kind)} growth"
    if kind == "people":
        people = plain(exact(value))
        return "Nobody scores" if value == 0 else f"{counted(people, 'people')} {'scores' if value == MICRO else 'score'}"
    if not compares:
        return amount(value, kind)
    if value == 0:
        return f"As many {kind} as a year ago"
    return f"{amount(abs(value), kind)} {'added' if value > 0 else 'lost'}"


def cause_of_change(before: MonthOn, after: MonthOn, names: dict[str, str], rules: ProgrammeRules) -> str:
    """Name what moved a total most between two days: another track, or the metric that changed most; empty where nothing moved."""
    old = {row.metric: row for row in before.rows if row.selected}
    new = {row.metric: row for row in after.rows if row.selected}
    if old[TOTAL].track != new[TOTAL].track:
        now, then = (TRACK_NAMES.get(rows[TOTAL].track, rows[TOTAL].track) for rows in (new, old))
        return f"Another track counts: {now}, before {then}"
    moved = {name: _points(new, name) - _points(old, name) for name in (old.keys() | new.keys()) - {TOTAL}}
    main = max(sorted(moved), key=lambda name: abs(moved[name]), default=None)
    if main is None or moved[main] == 0:
        return ""
    size = Fraction(abs(moved[main]), MICRO)
    shown = rules.shown(size) if size >= LESS_THAN else f"under {LESS_THAN}"
    return f"{names.get(main, main)} {'up' if moved[main] > 0 else 'down'} {shown}"


def _points(rows: dict[str, RowOn], name: str) -> int:
    return rows[name].points if name in rows else 0

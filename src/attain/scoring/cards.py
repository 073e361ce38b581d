"""A score as people read it: one card a designation, with its metrics, its other tracks and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from attain.lifecycle.windows import rules_on
from attain.scoring.result import TOTAL
from attain.scoring.units import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.rulebook.load import Book
    from attain.rulebook.programme import ProgrammeRules
    from attain.scoring.result import ScoreRow, Scores

State = Literal["Achieved", "In progress", "Not started"]
HUNDREDTHS = Decimal("0.01")


@dataclass(frozen=True)
class MetricCard:
    """One metric of the selected track, its numbers as shown."""

    metric: str
    name: str
    category: str
    value: str
    full_marks: str
    points: str
    max_points: str
    state: State
    complete: bool


@dataclass(frozen=True)
class OtherTrack:
    """A track that does not count. `would_qualify` says that it reaches what the one that counts must."""

    track: str
    total: str
    would_qualify: bool


@dataclass(frozen=True)
class DesignationCard:
    """One designation of one partner on the track that counts. `others` are the other tracks' totals; `blocks` says what is missing."""

    partner_id: str
    designation: str
    name: str
    edition: str
    track: str
    data_month: str
    total: str
    cap: str
    qualified: bool
    complete: bool
    blocks: str
    others: tuple[OtherTrack, ...]
    metrics: tuple[MetricCard, ...]


def cards(book: Book, scores: Scores) -> Iterator[DesignationCard]:
    """Make a card for each partner and designation of `scores`, in its order."""
    rules = rules_on(book.programme, scores.as_of)
    for (partner_id, designation), rows in groupby(scores.rows(), key=lambda row: (row.partner_id, row.designation)):
        yield _card(book, rules, partner_id, designation, list(rows))


def plain(value: Decimal) -> str:
    """Write a decimal with its thousands separated and without needless zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _value(value: Decimal, kind: str) -> str:
    """Write a metric's value with its unit; a percentage is cut at two decimals."""
    if kind == "percent":
        return f"{plain(value.quantize(HUNDREDTHS, rounding=ROUND_DOWN))}%"
    return plain(value) if kind == "mixed" else counted(plain(value), kind)


def _card(book: Book, rules: ProgrammeRules, partner_id: str, designation: str, rows: list[ScoreRow]) -> DesignationCard:
    totals = {row.track: row for row in rows if row.metric == TOTAL}
    total = next(row for row in totals.values() if row.selected)
    kinds = {metric.id: metric for metric in book.designations[designation].metrics}
    selected = [row for row in rows if row.selected and row.metric != TOTAL]
    metrics = tuple(
        MetricCard(
            row.metric,
            kinds[row.metric].name,
            kinds[row.metric].category,
            "" if row.value is None else _value(row.value, kinds[row.metric].value_is),
            "" if row.full_marks is None else plain(row.full_marks),
            rules.shown(Fraction(row.points)),
            plain(row.max_points),
            _state(row),
            row.complete,
        )
        for row in selected
    )
    return DesignationCard(
        partner_id,
        designation,
        book.designations[designation].name,
        total.edition,
        total.track,
        total.data_month or "",
        rules.shown(Fraction(total.points)),
        plain(total.max_points),
        bool(total.qualified),
        total.complete,
        _blocks(
            rules, total, selected, kinds.keys() - {row.metric for row in selected}, {name: metric.name for name, metric in kinds.items()}
        ),
        tuple(
            OtherTrack(track, rules.shown(Fraction(row.points)), row.earns and row.complete)
            for track, row in totals.items()
            if track != total.track
        ),
        metrics,
    )


def _state(row: ScoreRow) -> State:
    if row.points >= row.max_points:
        return "Achieved"
    return "In progress" if row.points > 0 else "Not started"


def _blocks(rules: ProgrammeRules, total: ScoreRow, metrics: Iterable[ScoreRow], absent: set[str], names: dict[str, str]) -> str:
    """Say what keeps the track from qualifying: missing data, metrics at 0, points missing; empty where nothing does."""
    parts: list[str] = []
    if absent:
        parts.append(f"no data for {', '.join(sorted(names[metric] for metric in absent))}")
    incomplete = [names[row.metric] for row in metrics if not row.complete]
    if incomplete:
        parts.append(f"incomplete: {', '.join(incomplete)}")
    elif not total.complete and not absent:
        parts.append("incomplete: the months that assign the track")
    at_floor = [names[row.metric] for row in metrics if not row.earns]
    if at_floor:
        parts.append(f"at {rules.metric_above}: {', '.join(at_floor)}")
    if Fraction(total.points) < rules.qualifying_total:
        missing = rules.qualifying_total - Fraction(total.points)
        parts.append(f"{rules.shown(missing)} points short of {rules.qualifying_total}")
    return "; ".join(parts)

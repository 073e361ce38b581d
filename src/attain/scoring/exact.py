"""One partner's scores as exact fractions on every track, with the plan behind them: what differences and comparisons start from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.scoring.locks import AssignedOn, enrollments_of, locked_tracks
from attain.scoring.metrics import Results
from attain.scoring.rationals import MICRO
from attain.scoring.run import assigned_tracks
from attain.scoring.tracks import selected_tracks, track_result
from attain.scoring.values import plan_and_values

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import DesignationPlan, MetricPlan, Plan
    from attain.scoring.result import Gap
    from attain.scoring.tracks import TrackResult


@dataclass(frozen=True)
class ExactScore:
    """One designation of one partner: points by track and metric (metrics without a table are absent), and the track that counts.

    `values` are what the metrics' cards show, cut at millionths (None: empty), likewise.
    `reaches` names the tracks that have the qualifying total with every metric earning, `complete` those whose windows the facts cover:
    none, where the track that an enrollment keeps is not certain, for which `undecided` has what the facts lack.
    """

    plan: DesignationPlan
    points: dict[str, dict[str, Fraction]]
    values: dict[str, dict[str, Fraction | None]]
    selected: str
    reaches: frozenset[str]
    complete: frozenset[str]
    undecided: tuple[Gap, ...] = ()

    @property
    def edition(self) -> str:
        """Name the edition that the score follows."""
        return self.plan.rules.edition.id

    @property
    def qualified(self) -> bool:
        """Say whether the designation qualifies on the day."""
        return self.selected in self.reaches & self.complete

    def gaps(self, track: str) -> tuple[Gap, ...]:
        """Say what the facts lack of what a track needs, and of what decides which one counts (I-11)."""
        own = (gap for metric in self.plan.metrics[track] for gap in metric.gaps)
        return tuple(dict.fromkeys((*own, *self.plan.assignment_gaps, *self.undecided)))

    def metrics(self, track: str) -> tuple[MetricPlan, ...]:
        """Give the metrics of a track that have a score."""
        return tuple(metric for metric in self.plan.metrics[track] if metric.is_scored)


@dataclass(frozen=True)
class ExactScores:
    """The scores of one partner on one day, by designation, in the book's order."""

    plan: Plan
    of: dict[str, ExactScore]


def exact_scores(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    account: str,
    *,
    designations: Sequence[str] | None,
    options: Chosen,
    engine: Backend,
) -> ExactScores:
    """Score one global account exactly; raises AttainError for an unknown designation or edition, and before the first edition."""
    plan, values = plan_and_values(book, facts, as_of, [account], [account], designations=designations, options=options, engine=engine)
    enrollments = enrollments_of(facts, [account], as_of)
    computed = Results(values, plan.programme.increments)

    def assigned(designation: str, day: dt.date, among: Sequence[str]) -> AssignedOn:
        return assigned_tracks(book, facts, day, designation, among, options=options, backend=engine)

    found: dict[str, ExactScore] = {}
    for planned in plan.designations:
        locks = locked_tracks(book, plan, planned, enrollments, [account], assigned)
        results = {track: track_result(metrics, computed, plan.programme) for track, metrics in planned.metrics.items()}
        selected = selected_tracks(planned, results, values, locks.tracks)
        found[planned.rules.designation.id] = exact_score(planned, results, selected, 0, locks.undecided.get(0, ()))
    return ExactScores(plan, found)


def exact_score(
    planned: DesignationPlan,
    results: Mapping[str, TrackResult],
    selected: Mapping[str, pl.Series],
    row: int,
    undecided: tuple[Gap, ...] = (),
) -> ExactScore:
    """Take the score of one row out of the results of a designation's tracks."""
    complete = (
        track
        for track, metrics in planned.metrics.items()
        if not undecided and not planned.assignment_gaps and not any(metric.gaps for metric in metrics)
    )
    return ExactScore(
        plan=planned,
        points={track: {name: one.points.at(row) for name, one in result.metrics.items()} for track, result in results.items()},
        values={track: {name: _value(one.value[row]) for name, one in result.metrics.items()} for track, result in results.items()},
        selected=next(track for track, wins in selected.items() if wins[row]),
        reaches=frozenset(track for track, result in results.items() if result.reaches[row]),
        complete=frozenset(complete),
        undecided=undecided,
    )


def _value(micro: int | None) -> Fraction | None:
    return None if micro is None else Fraction(micro, MICRO)

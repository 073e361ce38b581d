"""What moved a metric between today and a hypothesis: a line a customer or person, and one for what gate, floor and cap held back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.engine.backends import PolarsBackend
from attain.explaining.causes import Moment, row_lines
from attain.explaining.entities import Entities
from attain.explaining.lines import KIND_WORDS
from attain.explaining.states import PeoplePart, metric_state
from attain.explaining.words import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.explaining.lines import Line
    from attain.explaining.states import MetricState, Part
    from attain.scoring.exact import ExactScore, ExactScores
    from attain.scoring.plan import MetricPlan, Plan

ZERO = Fraction(0)
TODAY, CHANGED = "today", "with the changes"


@dataclass(frozen=True)
class Move:
    """One cause of a change of a metric. `kind` is a few words; `points` are exact, before gate, floor and cap for a customer or person."""

    kind: str
    part: str
    entity: str
    tenant_id: str
    name: str
    points: Fraction
    reason: str


def moves(hypotheses: Hypotheses, held: PartnerFacts, before: ExactScores, after: ExactScores) -> dict[str, dict[str, tuple[Move, ...]]]:
    """Say by designation and metric what moved its points, on the track that counts afterwards; the points of its moves add up to that.

    Where another track counts than before, each metric has a move for it too.
    """
    moved = {
        name: [metric for metric in score.metrics(score.selected) if _differs(before.of[name], score, metric)]
        for name, score in after.of.items()
    }
    metrics = [metric for some in moved.values() for metric in some]
    if not metrics:
        return {}
    then = _Stand(hypotheses, before.plan, hypotheses.today, metrics, TODAY)
    now = _Stand(hypotheses, after.plan, held, metrics, CHANGED)
    return {
        name: {metric.rules.id: tuple(_metric_moves(before.of[name], after.of[name], metric, then, now)) for metric in some}
        for name, some in moved.items()
        if some
    }


def _differs(before: ExactScore, after: ExactScore, metric: MetricPlan) -> bool:
    name = metric.rules.id
    on_track = before.points[after.selected].get(name, ZERO) != after.points[after.selected].get(name, ZERO)
    return on_track or before.points[before.selected].get(name, ZERO) != after.points[after.selected].get(name, ZERO)


class _Stand:
    """The states of metrics by one set of the partner's facts."""

    def __init__(self, hypotheses: Hypotheses, plan: Plan, held: PartnerFacts, metrics: list[MetricPlan], words: str) -> None:
        self.plan = plan
        engine = PolarsBackend()
        self._engine = engine
        entities = Entities(plan, held.facts, hypotheses.account, engine, hypotheses.book, metrics)
        self.moment = Moment(words, entities)

    def state(self, metric: MetricPlan) -> MetricState:
        return metric_state(metric, self.moment.entities, self._engine, self.plan.programme.increments)


def _metric_moves(before: ExactScore, after: ExactScore, metric: MetricPlan, then: _Stand, now: _Stand) -> Iterator[Move]:
    name, track = metric.rules.id, after.selected
    old, new = then.state(metric), now.state(metric)
    identities = [new.option] if new.option is not None else [part.id for part in new.parts]
    told = ZERO
    for identity in identities:
        label = identity if len(new.parts) > 1 else ""
        for line in row_lines(name, old.part(identity), new.part(identity), then.moment, now.moment, restated=False):
            told += line.points
            yield _move(line, label)
    held_back = new.points - old.points - told
    if held_back:
        yield Move("gates, floor and cap", "", "", "", "", held_back, _held_back(old, new))
    other = before.points[track].get(name, ZERO) - before.points[before.selected].get(name, ZERO)
    if other:
        reason = f"the {track} track counts {CHANGED}, the {before.selected} track does {TODAY}"
        yield Move(KIND_WORDS["track_changed"], "", "", "", "", other, reason)


def _move(line: Line, label: str) -> Move:
    return Move(KIND_WORDS[line.kind], label, line.entity, line.tenant_id, line.name, line.points, line.reason)


def _held_back(old: MetricState, new: MetricState) -> str:
    """Say what the metric earns of what its rows add up to, both times."""
    if new.option != old.option and new.option is not None:
        return (
            f"the option {new.option} counts {CHANGED}, {old.option} does {TODAY}: {number(new.points)} against {number(old.points)} points"
        )
    said = [
        f"{words}: {number(_raw(state))} points by the rows, {number(state.points)} earned{_why(state)}"
        for words, state in ((TODAY, old), (CHANGED, new))
    ]
    return "; ".join(said)


def _counting(state: MetricState) -> list[Part]:
    return [part for part in state.parts if state.option in {None, part.id}]


def _raw(state: MetricState) -> Fraction:
    return sum((part.ladder.raw for part in _counting(state)), ZERO)


def _why(state: MetricState) -> str:
    parts = _counting(state)
    if any(not part.gate_open for part in parts):
        shut = any(isinstance(part, PeoplePart) for part in parts)
        return " (a step is not met)" if shut else " (growth needs a base)"
    if _raw(state) < state.points:
        return " (a loss earns 0, not less)"
    return f" (at most {number(state.plan.rules.max_points)})" if _raw(state) > state.points else ""

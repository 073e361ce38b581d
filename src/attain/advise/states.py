"""The metrics of the tracks that count, each with the entities behind it, worked out once for all who ask."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attain.engine.backends import PolarsBackend
from attain.explaining.entities import Entities
from attain.explaining.states import metric_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.advise.hypothesis import Hypotheses
    from attain.explaining.states import MetricState
    from attain.scoring.plan import Plan


class Standings:
    """The states of all metrics on the tracks that count today."""

    def __init__(self, hypotheses: Hypotheses) -> None:
        """Read what is behind the metrics when first asked."""
        self._hypotheses = hypotheses

    @property
    def plan(self) -> Plan:
        """Give the plan of the score."""
        return self._hypotheses.plan

    @cached_property
    def _states(self) -> dict[str, tuple[MetricState, ...]]:
        current = self._hypotheses.current
        metrics = {name: score.metrics(score.selected) for name, score in current.of.items()}
        engine = PolarsBackend()
        every = [metric for some in metrics.values() for metric in some]
        today = self._hypotheses.today.facts
        entities = Entities(self.plan, today, self._hypotheses.account, engine, self._hypotheses.book, every)
        increments = self.plan.programme.increments
        return {name: tuple(metric_state(metric, entities, engine, increments) for metric in some) for name, some in metrics.items()}

    def of(self, designation: str) -> tuple[MetricState, ...]:
        """Give the metrics of a designation."""
        return self._states[designation]

    def every(self) -> Iterator[MetricState]:
        """Give the metrics of all designations."""
        for states in self._states.values():
            yield from states

"""The rows behind a metric of usage: entities of each pool, with and without recognition, and their verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.entities import Entities
from attain.explaining.formula import pool_summary
from attain.explaining.on_disk import Shelf
from attain.explaining.pool_rows import FIRST_MOVED, pool_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from attain.engine.backends import Backend
    from attain.explaining.pool_rows import Order, PoolRows
    from attain.explaining.queries import MetricQuery, ScanKey
    from attain.explaining.result import ExplainedRow, PoolSummary
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import MetricPlan, Plan
    from attain.scoring.pools import PoolPlan


@dataclass(frozen=True)
class PoolExplainer:
    """Explains metrics of usage of one partner; `query` is one that is kept of the metric."""

    plan: Plan
    facts: Facts
    account: str
    engine: Backend
    book: Book
    query: MetricQuery | None = None

    def explain(self, metric: MetricPlan) -> tuple[list[ExplainedRow], list[PoolSummary]]:
        """Give the rows of every pool, those that moved most first, and the pools' formulas."""
        rows: list[ExplainedRow] = []
        pools: list[PoolSummary] = []
        for pool, found in self.rows(metric):
            made = list(found)
            rows += made
            pools.append(pool_summary(pool, made))
        return rows, pools

    def rows(self, metric: MetricPlan) -> list[tuple[PoolPlan, PoolRows]]:
        """Find the rows of every pool; they are put in words when they are asked for."""
        entities = self._entities(metric)
        return [(pool, pool_rows(entities, pool, labels)) for pool, labels in _labeled(metric)]

    def runs(self, metric: MetricPlan, order: Order) -> list[PoolRows]:
        """Find the rows of every pool as `rows` does, each pool's in an order; of very many customers in several runs of some customers.

        The runs of a pool follow each other; each is in order, and all but the only one of a table are on disk.
        """
        if self.query is None:
            entities = self._entities(metric)
            return [pool_rows(entities, pool, labels, order) for pool, labels in _labeled(metric)]
        totals: dict[str, Fraction | None] = {}
        if order.by == "points" and any(pool.rules.pool.compare == "percent" for pool in metric.pools):
            # Whether there are points at all is known once all that was there a year ago is added up.
            totals = self._gathered(self.query, metric, FIRST_MOVED, {})[1]
        return self._gathered(self.query, metric, order, totals)[0]

    def _gathered(
        self, query: MetricQuery, metric: MetricPlan, order: Order, totals: Mapping[str, Fraction | None]
    ) -> tuple[list[PoolRows], dict[str, Fraction | None]]:
        """Give the runs of all pools, and what there was a year ago in each pool of growth, by its id."""
        whole = self._entities(metric)
        runs: dict[str, list[PoolRows]] = {pool.rules.pool.id: [] for pool in metric.pools}
        shelf = Shelf()
        for lot in query.lots(self.facts, self.engine, self.account):
            entities = self._entities(metric, lot.frames)
            for pool, labels in _labeled(metric):
                if pool.rules.pool.table == lot.table:
                    identity = pool.rules.pool.id
                    found = pool_rows(entities, pool, labels, order, totals.get(identity))
                    if not lot.is_all:
                        found = replace(found, entities=whole, parts=shelf.put(found.parts))
                    runs[identity].append(found)
        sums = {identity: _sum([one.then_total for one in found]) for identity, found in runs.items()}
        known = {**sums, **totals}
        return [replace(one, then_total=known[identity]) for identity, found in runs.items() for one in found], sums

    def _entities(self, metric: MetricPlan, frames: Mapping[ScanKey, pl.DataFrame] | None = None) -> Entities:
        return Entities(self.plan, self.facts, self.account, self.engine, self.book, [metric], self.query, frames)


def _sum(totals: Sequence[Fraction | None]) -> Fraction | None:
    found = [one for one in totals if one is not None]
    return sum(found, Fraction(0)) if found else None


def _labeled(metric: MetricPlan) -> Iterator[tuple[PoolPlan, tuple[str, str]]]:
    """Name the pool and the option of the rows of each pool."""
    is_best, several = metric.rules.metric.combine == "best", len(metric.pools) > 1
    for pool in metric.pools:
        identity = pool.rules.pool.id
        yield pool, ("", identity) if is_best else (identity if several else "", "")

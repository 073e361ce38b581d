"""The rows behind a metric of usage: entities of each pool, with and without recognition, and their verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.explaining.entities import Entities
from attain.explaining.formula import pool_summary
from attain.explaining.pool_rows import pool_rows

if TYPE_CHECKING:
    from attain.engine.backends import Backend
    from attain.explaining.pool_rows import PoolRows
    from attain.explaining.queries import MetricQuery
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
        entities = Entities(self.plan, self.facts, self.account, self.engine, self.book, [metric], self.query)
        is_best, several = metric.rules.metric.combine == "best", len(metric.pools) > 1
        found: list[tuple[PoolPlan, PoolRows]] = []
        for pool in metric.pools:
            identity = pool.rules.pool.id
            labels = ("", identity) if is_best else (identity if several else "", "")
            found.append((pool, pool_rows(entities, pool, labels)))
        return found

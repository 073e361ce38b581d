"""The rows behind a metric of usage: entities of each pool, with and without recognition, and their verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.entities import Entities
from attain.explaining.formula import pool_summary
from attain.explaining.result import ExplainedRow, PoolSummary

if TYPE_CHECKING:
    from attain.engine.backends import Backend
    from attain.explaining.entities import Key
    from attain.explaining.verdicts import Verdict
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import MetricPlan, Plan
    from attain.scoring.pools import PoolPlan

ZERO = Fraction(0)


@dataclass(frozen=True)
class PoolExplainer:
    """Explains metrics of usage of one partner."""

    plan: Plan
    facts: Facts
    account: str
    engine: Backend
    book: Book

    def explain(self, metric: MetricPlan) -> tuple[list[ExplainedRow], list[PoolSummary]]:
        """Give the rows of every pool, those that moved most first, and the pools' formulas."""
        entities = Entities(self.plan, self.facts, self.account, self.engine, self.book, [metric])
        is_best = metric.rules.metric.combine == "best"
        rows: list[ExplainedRow] = []
        pools: list[PoolSummary] = []
        for pool in metric.pools:
            made = [_row(pool, entities, key, verdict) for key, verdict in entities.verdicts(pool).items()]
            identity = pool.rules.pool.id
            labels = {"option": identity} if is_best else {"pool": identity if len(metric.pools) > 1 else ""}
            then_total = sum((row.before or ZERO for row in made), ZERO) if pool.rules.pool.compare == "percent" else None
            rows.extend(replace(row, points=_points(pool, row.change, then_total), **labels) for row in made)
            pools.append(pool_summary(pool, made))
        order = {pool.id: position for position, pool in enumerate(pools)}
        return sorted(rows, key=lambda row: (order.get(row.pool or row.option, 0), -abs(row.change), -(row.after or 0), row.entity)), pools


def _row(pool: PoolPlan, entities: Entities, key: Key, verdict: Verdict) -> ExplainedRow:
    """Make one entity's row."""
    now, then = verdict.now, verdict.then
    rules = pool.rules.pool
    before, after = (then.judged, now.judged) if rules.value == "count" else (then.amount, now.amount)
    has_then = rules.compare != "level"
    tenant = key[0] if rules.entity != "service" else ""
    return ExplainedRow(
        pool="",
        option="",
        entity=entities.entity_name(pool, key),
        tenant_id=tenant,
        name=entities.customer_names.get(tenant, ""),
        before=before if has_then else None,
        after=after,
        counted_before=then.counts if has_then else None,
        counted_after=now.counts,
        change=verdict.change,
        points=None,
        reason=verdict.reason(),
        near_miss=verdict.near_miss,
        unrecognized=verdict.unrecognized,
    )


def _points(pool: PoolPlan, change: Fraction, then_total: Fraction | None) -> Fraction | None:
    rules = pool.rules
    if then_total is None:
        return change * rules.max_points / rules.full_marks
    return change * 100 / then_total * rules.max_points / rules.full_marks if then_total > 0 else None

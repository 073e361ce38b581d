"""The rows behind a metric of usage: entities of each pool, with and without recognition, and their verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.explaining.formula import pool_summary
from attain.explaining.result import ExplainedRow, PoolSummary
from attain.explaining.verdicts import Verdict, side
from attain.scoring.pools import Scans, plan_pool
from attain.scoring.scans import PARTNER
from attain.scoring.values import partner_rows

if TYPE_CHECKING:
    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import MetricPlan, Plan
    from attain.scoring.pools import PoolPlan

Entity = tuple[str | int, ...]
Row = Mapping[str, int | None]
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
        names = self._customer_names()
        everything = Scans(self.plan.scans.coding, self.plan.scans.windows, any_association=True)
        is_best = metric.rules.metric.combine == "best"
        rows: list[ExplainedRow] = []
        pools: list[PoolSummary] = []
        for pool in metric.pools:
            unrecognized = plan_pool(everything, pool.rules, metric.track)
            found, seen = self._entities(self.plan.scans, pool), self._entities(everything, unrecognized)
            made: list[ExplainedRow] = []
            for entity in sorted({*found, *seen}, key=str):
                row = self._row(pool, entity, self._verdict(pool, unrecognized, found.get(entity, {}), seen.get(entity, {})))
                if row is not None:
                    made.append(replace(row, name=names.get(row.tenant_id, "")))
            identity = pool.rules.pool.id
            labels = {"option": identity} if is_best else {"pool": identity if len(metric.pools) > 1 else ""}
            then_total = sum((row.before or ZERO for row in made), ZERO) if pool.rules.pool.compare == "percent" else None
            rows.extend(replace(row, points=_points(pool, row.change, then_total), **labels) for row in made)
            pools.append(pool_summary(pool, made))
        order = {pool.id: position for position, pool in enumerate(pools)}
        return sorted(rows, key=lambda row: (order.get(row.pool or row.option, 0), -abs(row.change), -(row.after or 0), row.entity)), pools

    def _customer_names(self) -> dict[str, str]:
        """Read how tenants are called: the user's own alias, else the customer's name."""
        if "customers" not in self.facts.tables:
            return {}
        frame = self.facts.scan("customers").select("tenant_id", name=pl.coalesce("alias", "name")).collect()
        return {tenant: name or "" for tenant, name in frame.iter_rows()}

    def _entities(self, scans: Scans, pool: PoolPlan) -> dict[Entity, Row]:
        scan = scans.by_name[pool.scan]
        frame = self.engine.collect(scan.entities(partner_rows(self.plan, self.facts, self.engine, scan.table, [self.account])))
        return {tuple(row[key] for key in scan.keys): row for row in frame.drop(PARTNER).iter_rows(named=True)}

    def _verdict(self, pool: PoolPlan, unrecognized: PoolPlan, found: Row, seen: Row) -> Verdict:
        return Verdict(
            pool,
            self.plan.windows[pool.rules.pool.table],
            self.book.catalog,
            side(pool, found, "now"),
            side(pool, found, "then"),
            side(unrecognized, seen, "now"),
            side(unrecognized, seen, "then"),
            excluded=_is_set(pool, found, "excluded"),
            inside_now=_is_set(pool, found, "inside_now"),
        )

    def _row(self, pool: PoolPlan, entity: Entity, verdict: Verdict) -> ExplainedRow | None:
        """Make one entity's row; None where nothing is there on either side, recognized or not."""
        now, then = verdict.now, verdict.then
        if not any(one.judged or one.amount or one.paid or one.active for one in (now, then, verdict.seen_now, verdict.seen_then)):
            return None
        rules = pool.rules.pool
        if rules.value == "count":
            change = Fraction(int(now.counts) - int(then.counts))
            before, after = then.judged, now.judged
        else:
            change = (now.amount if now.counts else ZERO) - (then.amount if then.counts else ZERO)
            before, after = then.amount, now.amount
        has_then = rules.compare != "level"
        tenant = str(entity[0]) if rules.entity != "service" else ""
        return ExplainedRow(
            pool="",
            option="",
            entity=self._entity_name(rules.entity, entity),
            tenant_id=tenant,
            name="",
            before=before if has_then else None,
            after=after,
            counted_before=then.counts if has_then else None,
            counted_after=now.counts,
            change=change,
            points=None,
            reason=verdict.reason(),
        )

    def _entity_name(self, kind: str, entity: Entity) -> str:
        if kind == "tenant":
            return str(entity[0])
        catalog = self.book.catalog
        vocabulary, listed = (catalog.services, "service") if kind == "service" else (catalog.workloads, "workload")
        return vocabulary.name(self.facts.names[listed][int(entity[-1])])


def _points(pool: PoolPlan, change: Fraction, then_total: Fraction | None) -> Fraction | None:
    rules = pool.rules
    if then_total is None:
        return change * rules.max_points / rules.full_marks
    return change * 100 / then_total * rules.max_points / rules.full_marks if then_total > 0 else None


def _is_set(pool: PoolPlan, row: Row, role: str) -> bool:
    column = pool.columns.get(role)
    return column is not None and row.get(column) == 1

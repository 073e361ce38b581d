"""What a number is made of below a tenant: its subscriptions or workloads; and the same usage by the location that reported it.

The plan of the score runs as it is, over rows in which the part stands where the tenant does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.backends import PolarsBackend
from attain.explaining.entities import Entities
from attain.explaining.queries import metric_plan
from attain.facts.schema import BASES
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, resolve_accounts
from attain.scoring.scans import PARTNER

if TYPE_CHECKING:
    import datetime as dt
    from fractions import Fraction

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.explaining.verdicts import Side
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import MetricPlan, Plan
    from attain.scoring.pools import PoolPlan

AZURE = "azure_usage"
ROW_KEY = ("month", "tenant_id", "subscription_id", "service", "offer", "basis")


@dataclass(frozen=True)
class Part:
    """One subscription or workload of a tenant, or one location, in one pool.

    `before` and `after` are what is recognized a year ago and now, in the unit that the pool's condition looks at; `unrecognized` is what
    there is now beside it that no eligible association recognizes.
    """

    pool: str
    name: str
    before: Fraction | None
    after: Fraction
    unrecognized: Fraction


def parts(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partner: str,
    designation: str,
    metric: str,
    track: str,
    tenant: str | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> tuple[Part, ...]:
    """Split a metric of usage: `tenant` by subscription (Azure) or workload, or without one Azure usage by the location that reported it.

    Usage that several locations report is the largest of them in the score (I-10), so that locations may add up to more. Largest first in
    each pool. Empty for certificates, and for locations where no pool is about Azure. Raises AttainError for unknown names.
    """
    engine: Backend = backend or PolarsBackend()
    account = resolve_accounts(facts, [partner])[0]
    plan = make_plan(book, facts, as_of, designations=[designation], options=options)
    found = metric_plan(plan.designations[0], track, metric)
    pools = [pool for pool in found.pools if tenant is not None or pool.rules.pool.table == AZURE]
    if not pools:
        return ()
    split = _Split(plan, facts, account, engine, book, found, tenant)
    return tuple(part for pool in pools for part in split.parts(pool))


def locations(facts: Facts, account: str) -> tuple[str, ...]:
    """List the locations of a global account by id, itself among them."""
    found = facts.scan("locations").filter(pl.col("account") == account).select(PARTNER).collect()
    return tuple(sorted(found[PARTNER].to_list()))


class _Split(Entities):
    """Entities of rows in which the part stands where the tenant does."""

    def __init__(self, plan: Plan, facts: Facts, account: str, engine: Backend, book: Book, metric: MetricPlan, tenant: str | None) -> None:
        super().__init__(plan, facts, account, engine, book, [metric])
        self._tenant = tenant

    def parts(self, pool: PoolPlan) -> list[Part]:
        """Give the parts of one pool."""
        compares = pool.rules.pool.compare != "level"
        made: dict[str, Part] = {}
        for key, verdict in self.verdicts(pool).items():
            name = key[0]
            now, then, seen = (_amount(pool, side) for side in (verdict.now, verdict.then, verdict.seen_now))
            earlier = made.get(name)
            part = Part(pool.rules.pool.id, name, then if compares else None, now, max(seen - now, seen * 0))
            made[name] = part if earlier is None else _together(earlier, part)
        return sorted(made.values(), key=lambda part: (-part.after, -(part.before or 0), part.name))

    def _table(self, table: str) -> Rows:
        if table not in self._rows:
            rows = self._azure() if table == AZURE else self._workloads(table)
            self._rows[table] = nw.from_native(rows.lazy())
        return self._rows[table]

    def _azure(self) -> pl.DataFrame:
        rows = self.facts.azure_detail(self.account, self.plan.months(AZURE)).filter(pl.col("basis") == BASES.index(self.plan.basis))
        if self._tenant is None:
            return rows.with_columns(pl.col("location_id").alias("tenant_id")).drop("location_id", "subscription_id")
        mine = rows.filter(pl.col("tenant_id") == self._tenant)
        once = mine.group_by(PARTNER, *ROW_KEY).agg(pl.col("acr").max(), pl.col("associations").bitwise_or())
        return once.with_columns(pl.col("subscription_id").fill_null("").alias("tenant_id")).drop("subscription_id")

    def _workloads(self, table: str) -> pl.DataFrame:
        files = [str(file) for file in self.facts.files(table, self.plan.months(table))]
        rows = pl.scan_parquet(files).filter((pl.col(PARTNER) == self.account) & (pl.col("tenant_id") == self._tenant)).collect()
        workloads = self.book.catalog.workloads
        names = {code: workloads.name(name) if name in workloads else name for code, name in enumerate(self.facts.names["workload"])}
        return rows.with_columns(pl.col("workload").replace_strict(names, return_dtype=pl.String).alias("tenant_id"))


def _amount(pool: PoolPlan, side: Side) -> Fraction:
    return side.judged if pool.rules.pool.value == "count" else side.amount


def _together(one: Part, other: Part) -> Part:
    before = None if one.before is None or other.before is None else one.before + other.before
    return Part(one.pool, one.name, before, one.after + other.after, one.unrecognized + other.unrecognized)

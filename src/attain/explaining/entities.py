"""The entities behind pools of usage of one partner on one day, with and without recognition; each scan of a table is read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import narwhals as nw

from attain.engine.backends import PolarsBackend
from attain.engine.slots import run_small
from attain.explaining.verdicts import Verdict, side
from attain.facts.customers import CustomerNames, customer_names
from attain.scoring.pools import Scans, plan_pool
from attain.scoring.scans import PARTNER
from attain.scoring.values import partner_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import MetricPlan, Plan
    from attain.scoring.pools import PoolPlan

Key = tuple[str, ...]
"""What names an entity in any facts: the tenant, or the tenant and the workload's code, or the service's code."""
Row = Mapping[str, int | None]
_PoolKey = tuple[str, str]


class Entities:
    """The entities of the pools of some metrics."""

    def __init__(self, plan: Plan, facts: Facts, account: str, engine: Backend, book: Book, metrics: Iterable[MetricPlan]) -> None:
        """Plan the pools of `metrics` together; rows are read when first asked for."""
        self.plan, self.facts, self.account, self.book = plan, facts, account, book
        self._engine = engine
        coding, windows = plan.scans.coding, plan.scans.windows
        self._scans = {False: Scans(coding, windows), True: Scans(coding, windows, any_association=True)}
        self._pools: dict[tuple[bool, _PoolKey], PoolPlan] = {}
        for metric in metrics:
            for pool in metric.pools:
                for seen, scans in self._scans.items():
                    self._pools[seen, _key(pool)] = plan_pool(scans, pool.rules, metric.track)
        self._rows: dict[str, Rows] = {}
        self._found: dict[tuple[bool, str], dict[Key, Row]] = {}

    def verdicts(self, pool: PoolPlan) -> dict[Key, Verdict]:
        """Give the verdict on every entity that a pool of the metrics has anything of, recognized or not."""
        recognized, seen = self._pools[False, _key(pool)], self._pools[True, _key(pool)]
        found, everything = self._entities(recognized, seen=False), self._entities(seen, seen=True)
        made = {key: self._verdict(recognized, seen, found.get(key, {}), everything.get(key, {})) for key in {*found, *everything}}
        return {key: made[key] for key in sorted(made) if made[key].anything}

    @cached_property
    def customer_names(self) -> CustomerNames:
        """Give how tenants are called: the user's own alias, else the customer's name."""
        return customer_names(self.facts)

    def entity_name(self, pool: PoolPlan, key: Key) -> str:
        """Call an entity by its tenant, or by the catalog's name of the workload or service."""
        kind = pool.rules.pool.entity
        if kind == "tenant":
            return key[0]
        catalog = self.book.catalog
        return (catalog.services if kind == "service" else catalog.workloads).name(key[-1])

    def _entities(self, pool: PoolPlan, *, seen: bool) -> dict[Key, Row]:
        found = self._found.get((seen, pool.scan))
        if found is not None:
            return found
        scan = self._scans[seen].by_name[pool.scan]
        entities = scan.entities(self._table(scan.table))
        frame = run_small([entities])[0] if isinstance(self._engine, PolarsBackend) else self._engine.collect(entities)
        names = [self.facts.names.get(key) for key in scan.keys]
        known: dict[Key, Row] = {}
        for row in frame.drop(PARTNER).iter_rows(named=True):
            key = (str(row[key]) if listed is None else listed[int(row[key])] for key, listed in zip(scan.keys, names, strict=True))
            known[tuple(key)] = row
        self._found[seen, pool.scan] = known
        return known

    def _table(self, table: str) -> Rows:
        """Read the partner's rows of a table: once, where they are on this machine."""
        if table not in self._rows:
            rows = partner_rows(self.plan, self.facts, self._engine, table, [self.account])
            self._rows[table] = nw.from_native(self._engine.collect(rows).lazy()) if isinstance(self._engine, PolarsBackend) else rows
        return self._rows[table]

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


def _key(pool: PoolPlan) -> _PoolKey:
    return pool.rules.path, pool.track


def _is_set(pool: PoolPlan, row: Row, role: str) -> bool:
    column = pool.columns.get(role)
    return column is not None and row.get(column) == 1

"""The entities behind pools of usage of one partner on one day, with and without recognition; each scan of a table is read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.backends import PolarsBackend
from attain.engine.slots import run_small
from attain.explaining.queries import PlannedPools
from attain.explaining.verdicts import Verdict, side
from attain.facts.customers import CustomerNames, customer_names
from attain.scoring.scans import PARTNER
from attain.scoring.values import partner_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.explaining.queries import MetricQuery, ScanKey
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import MetricPlan, Plan
    from attain.scoring.pools import PoolPlan

Key = tuple[str, ...]
"""What names an entity in any facts: the tenant, or the tenant and the workload's code, or the service's code."""
Row = Mapping[str, int | None]


class Entities:
    """The entities of the pools of some metrics."""

    def __init__(
        self,
        plan: Plan,
        facts: Facts,
        account: str,
        engine: Backend,
        book: Book,
        metrics: Iterable[MetricPlan],
        query: MetricQuery | None = None,
        frames: Mapping[ScanKey, pl.DataFrame] | None = None,
    ) -> None:
        """Plan the pools of `metrics` together, or take a `query` of one of them that is kept.

        Rows are read when first asked for, unless `frames` are there: the entities of scans, of some customers say.
        """
        self.plan, self.facts, self.account, self.book = plan, facts, account, book
        self._engine, self._query = engine, query
        self._planned = PlannedPools(plan, metrics) if query is None else query.pools
        self._rows: dict[str, Rows] = {}
        self._frames: dict[ScanKey, pl.DataFrame] = dict(frames or {})
        self._found: dict[ScanKey, dict[Key, Row]] = {}

    def verdicts(self, pool: PoolPlan) -> dict[Key, Verdict]:
        """Give the verdict on every entity that a pool of the metrics has anything of, recognized or not."""
        found, everything = (self._entities((seen, self.planned(pool, seen=seen).scan)) for seen in (False, True))
        made = {key: self.verdict(pool, found.get(key, {}), everything.get(key, {})) for key in {*found, *everything}}
        return {key: made[key] for key in sorted(made) if made[key].anything}

    def planned(self, pool: PoolPlan, *, seen: bool) -> PoolPlan:
        """Give a pool as it is planned here: as the score sees usage, or as if every association were recognized."""
        return self._planned.pool(pool, seen=seen)

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

    def frame(self, asked: ScanKey) -> pl.DataFrame:
        """Give the entities of a scan as they were read, one row each."""
        if asked not in self._frames:
            if self._query is not None:
                self._frames |= self._query.run(self.facts, self._engine, self.account)
            else:
                scan = self._planned.scan(asked)
                entities = scan.entities(self._table(scan.table))
                self._frames[asked] = (
                    run_small([entities])[0] if isinstance(self._engine, PolarsBackend) else self._engine.collect(entities)
                )
        return self._frames[asked]

    def key_columns(self, pool: PoolPlan) -> dict[str, pl.Expr]:
        """Say what names the entities of a pool that is planned here, in the frames of its scans: names in place of codes."""
        keys = self._planned.scan((False, pool.scan)).keys
        named = {key: self.facts.names.get(key) for key in keys}
        return {
            key: pl.col(key).cast(pl.String)
            if names is None
            else pl.col(key).replace_strict(list(range(len(names))), list(names), return_dtype=pl.String)
            for key, names in named.items()
        }

    def _entities(self, asked: ScanKey) -> dict[Key, Row]:
        """Put the rows of a scan under what names their entities."""
        if asked not in self._found:
            frame, keys = self.frame(asked), self._planned.scan(asked).keys
            names = [self.facts.names.get(key) for key in keys]
            columns = [column for column in frame.columns if column != PARTNER]
            known: dict[Key, Row] = {}
            for values in zip(*(frame.get_column(column).to_list() for column in columns), strict=True):
                row = dict(zip(columns, values, strict=True))
                key = (str(row[key]) if listed is None else listed[int(row[key])] for key, listed in zip(keys, names, strict=True))
                known[tuple(key)] = row
            self._found[asked] = known
        return self._found[asked]

    def _table(self, table: str) -> Rows:
        """Read the partner's rows of a table: once, where they are on this machine."""
        if table not in self._rows:
            rows = partner_rows(self.plan, self.facts, self._engine, table, [self.account], self._planned.months(table))
            self._rows[table] = nw.from_native(self._engine.collect(rows).lazy()) if isinstance(self._engine, PolarsBackend) else rows
        return self._rows[table]

    def verdict(self, pool: PoolPlan, found: Row, everything: Row) -> Verdict:
        """Judge an entity by its rows: as the score sees usage, and as if every association were recognized."""
        recognized, seen = self.planned(pool, seen=False), self.planned(pool, seen=True)
        return Verdict(
            recognized,
            self.plan.windows[pool.rules.pool.table],
            self.book.catalog,
            side(recognized, found, "now"),
            side(recognized, found, "then"),
            side(seen, everything, "now"),
            side(seen, everything, "then"),
            excluded=_is_set(recognized, found, "excluded"),
            inside_now=_is_set(recognized, found, "inside_now"),
        )


def _is_set(pool: PoolPlan, row: Row, role: str) -> bool:
    column = pool.columns.get(role)
    return column is not None and row.get(column) == 1

"""The pools of some metrics, planned with and without recognition; and what is asked of one metric, put together once for many partners.

Planning a metric and describing its query takes longer than one partner's rows do, so both are kept while the rulebook stays and the facts
have the same tables, names, months and masks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.slots import Slot, filled, run_small
from attain.errors import AttainError, nearest
from attain.facts.kept import Kept
from attain.scoring.plan import make_plan
from attain.scoring.pools import Scans, plan_pool
from attain.scoring.scans import PARTNER
from attain.scoring.values import partner_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import DesignationPlan, MetricPlan, Plan
    from attain.scoring.pools import PoolPlan
    from attain.scoring.scans import Scan

KEPT = 128
"""Metrics kept in this process, those asked for last: all there are on one day, and then some."""
FEW_ROWS = 200_000
"""Who has more rows of a table in the months of a metric is not read into memory whole."""
LOT_ROWS = 60_000
"""For a file so many rows are read at a time, about: what a file takes of memory grows with it."""
ScanKey = tuple[bool, str]
"""Whether unrecognized usage is seen too, and the name of a scan."""


class PlannedPools:
    """The pools of some metrics, each planned twice: as the score sees usage, and as if every association were recognized."""

    def __init__(self, plan: Plan, metrics: Iterable[MetricPlan]) -> None:
        """Plan the pools of `metrics` together, so that they share their scans."""
        coding, windows = plan.scans.coding, plan.scans.windows
        self._scans = {False: Scans(coding, windows), True: Scans(coding, windows, any_association=True)}
        self._pools: dict[tuple[bool, str, str], PoolPlan] = {}
        for metric in metrics:
            for pool in metric.pools:
                for seen, scans in self._scans.items():
                    self._pools[seen, pool.rules.path, pool.track] = plan_pool(scans, pool.rules, metric.track)

    def pool(self, pool: PoolPlan, *, seen: bool) -> PoolPlan:
        """Give a pool of the metrics as it is planned here."""
        return self._pools[seen, pool.rules.path, pool.track]

    def scan(self, key: ScanKey) -> Scan:
        """Give a scan of the pools."""
        seen, name = key
        return self._scans[seen].by_name[name]

    def scans(self) -> dict[ScanKey, Scan]:
        """Give the scans whose entities the pools are made of."""
        return {(seen, pool.scan): self.scan((seen, pool.scan)) for (seen, _, _), pool in self._pools.items()}

    def months(self, table: str) -> frozenset[int]:
        """Give the months of a usage table that the pools look at, which may be few of those that their designation does."""
        every = (scan for scans in self._scans.values() for scan in scans.by_name.values() if scan.table == table)
        return frozenset(month for scan in every for month in scan.months)


class MetricQuery:
    """One metric on one day: its plan, and the query for its entities over the rows of whichever partner is asked for."""

    def __init__(self, plan: Plan, metric: MetricPlan, facts: Facts) -> None:
        """Describe the query; nothing is read but the columns of the tables."""
        self.plan, self.metric = plan, metric
        self.pools = PlannedPools(plan, [metric])
        scans = self.pools.scans()
        tables = dict.fromkeys(scan.table for scan in scans.values())
        self._slots = {table: Slot(facts.files(table)) for table in tables}
        self._query: dict[ScanKey, Rows] = {key: scan.entities(self._slots[scan.table].rows) for key, scan in scans.items()}
        self._running = Lock()

    @property
    def tables(self) -> tuple[str, ...]:
        """The usage tables that it reads."""
        return tuple(self._slots)

    def run(self, facts: Facts, engine: Backend, account: str) -> dict[ScanKey, pl.DataFrame]:
        """Read the rows of one account, of the months that the metric looks at, and give the entities of every scan."""
        rows = {table: self._rows(facts, engine, account, table) for table in self._slots}
        frames = dict(zip(rows, engine.collect_all([found.head(FEW_ROWS + 1) for found in rows.values()]), strict=True))
        if any(frame.height > FEW_ROWS for frame in frames.values()):
            # One scan after another, so that of many rows few are in memory at a time.
            return {key: engine.collect(scan.entities(rows[scan.table])) for key, scan in self.pools.scans().items()}
        return self._entities(frames)

    def lots(self, facts: Facts, engine: Backend, account: str) -> Iterator[Lot]:
        """Read the rows of one account table by table, and of many rows those of some customers at a time, in order of their tenants."""
        for table in self._slots:
            rows = self._rows(facts, engine, account, table)
            frame = engine.collect(rows.head(LOT_ROWS + 1))
            by_tenant = all("tenant_id" in scan.keys for scan in self.pools.scans().values() if scan.table == table)
            if frame.height <= LOT_ROWS:
                yield Lot(table, self._entities({table: frame}), is_all=True)
                continue
            del frame
            bounds = self._bounds(facts, account, table) if by_tenant else []
            for first, last in pairwise([None, *bounds, None]):
                some = rows
                if first is not None:
                    some = some.filter(nw.col("tenant_id") >= first)
                if last is not None:
                    some = some.filter(nw.col("tenant_id") < last)
                yield Lot(table, self._entities({table: engine.collect(some)}), is_all=not bounds)

    def _rows(self, facts: Facts, engine: Backend, account: str, table: str) -> Rows:
        return partner_rows(self.plan, facts, engine, table, [account], self.pools.months(table))

    def _entities(self, frames: Mapping[str, pl.DataFrame]) -> dict[ScanKey, pl.DataFrame]:
        """Run the query of some tables on rows in memory."""
        scans = self.pools.scans()
        asked = {key: query for key, query in self._query.items() if scans[key].table in frames}
        with self._running, filled((self._slots[table], frame) for table, frame in frames.items()):
            return dict(zip(asked, run_small(list(asked.values())), strict=True))

    def _bounds(self, facts: Facts, account: str, table: str) -> list[str]:
        """Choose tenants between which about `LOT_ROWS` rows lie, by the last month that has any: every month is sorted by tenant."""
        files = facts.files(table, self.pools.months(table))
        step = max(LOT_ROWS // len(files), 1)
        for file in reversed(files):
            mine = pl.scan_parquet(str(file)).filter(pl.col(PARTNER) == account).select("tenant_id").with_row_index("place")
            found = mine.filter((pl.col("place") % step == 0) & (pl.col("place") > 0)).collect(engine="streaming")
            if found.height:
                return found["tenant_id"].unique().sort().to_list()
        return []


@dataclass(frozen=True)
class Lot:
    """The entities of the scans of a table, of all customers or of some."""

    table: str
    frames: dict[ScanKey, pl.DataFrame]
    is_all: bool


_kept: Kept[MetricQuery] = Kept(KEPT)


def metric_query(book: Book, facts: Facts, as_of: dt.date, designation: str, track: str, metric: str, options: Chosen) -> MetricQuery:
    """Give what is asked of a metric of a track, kept for the partners asked for next.

    Raises AttainError for an unknown designation, edition, track or metric, and where a table that the metric needs is missing.
    """
    asked = (book.digest, as_of, designation, track, metric, options)
    made = partial(_made, book, facts, as_of, designation, track, metric, options)
    return _kept.answer(asked, made, about=facts.folder, state=facts.shape)


def _made(book: Book, facts: Facts, as_of: dt.date, designation: str, track: str, metric: str, options: Chosen) -> MetricQuery:
    plan = make_plan(book, facts, as_of, designations=[designation], options=options)
    planned = metric_plan(plan.designations[0], track, metric)
    if not planned.is_scored:
        gap = planned.gaps[0]
        raise AttainError("missing-table", f"{metric} cannot be explained: {gap}", hint=f"add {gap.table}.csv to the facts")
    return MetricQuery(plan, planned, facts)


def metric_plan(planned: DesignationPlan, track: str, metric: str) -> MetricPlan:
    """Find a metric of a track; raises AttainError `unknown-track` or `unknown-metric` with what there is."""
    if track not in planned.metrics:
        raise AttainError(
            "unknown-track", f"{planned.rules.designation.id} has no track {track!r}", hint=f"its tracks: {', '.join(planned.metrics)}"
        )
    for found in planned.metrics[track]:
        if found.rules.id == metric:
            return found
    known = [found.rules.id for found in planned.metrics[track]]
    near = nearest(metric, known)
    hint = (f"did you mean {near[0]}? " if near else "") + f"its metrics: {', '.join(known)}"
    raise AttainError("unknown-metric", f"{planned.rules.designation.id} has no metric {metric!r}", hint=hint)

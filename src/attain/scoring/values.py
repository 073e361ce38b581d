"""The numbers of partners that a plan asks for, read from the facts in one query.

For a few partners at a time the plan and its query are compiled once and kept, and only their own rows are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.backends import PolarsBackend
from attain.engine.slots import Slot, filled, run_small
from attain.facts.kept import Kept
from attain.facts.schema import BASES
from attain.scoring.assign import AZURE, RevenueAssignment
from attain.scoring.plan import CERTIFICATIONS, make_plan
from attain.scoring.scans import PARTNER, Gathered, value_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import Plan

AT_ONCE = 3000
"""What an engine on this machine gathers per tenant grows with the tenants: partners go in parts of this many."""
FEW = 32
"""Up to so many partners are read row group by row group; more are found sooner in one pass over everything."""
KEPT = 64
"""Compiled plans kept in this process, those asked for last."""
CUSTOMERS = "customers"
Told = Callable[[int, int], None]
"""Takes how many accounts are done, of how many."""
SEGMENTS = ("tenant_id", "segment")


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def plan_and_values(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    accounts: list[str],
    wanted: Sequence[str] | None,
    *,
    designations: Sequence[str] | None,
    options: Chosen,
    engine: Backend,
    told: Told = silent,
) -> tuple[Plan, pl.DataFrame]:
    """Compile the rules of a day and run them: one row per account (0 where a table has nothing on it), one Int64 column per number.

    `wanted` is None where `accounts` are all there are. `told` is told how many accounts of how many are done.
    """
    if wanted is not None and len(wanted) <= FEW and isinstance(engine, PolarsBackend):
        compiled = _compiled(book, facts, as_of, designations, options)
        return compiled.plan, joined(compiled.run(facts, engine, wanted), accounts)
    customers = segments(facts, engine)
    plan = make_plan(book, facts, as_of, designations=designations, options=options, customers=customers)
    return plan, values_by_plan([plan], facts, engine, accounts, wanted, AT_ONCE, told)[0]


def values_by_plan(
    plans: Sequence[Plan],
    facts: Facts,
    engine: Backend,
    accounts: list[str],
    wanted: Sequence[str] | None,
    at_once: int,
    told: Told = silent,
) -> list[pl.DataFrame]:
    """Run plans that share their scans, for `at_once` accounts at a time: for each plan one row per account.

    Files are sorted by partner, so a part reads little of what the others read. An engine that spreads over machines takes all at once.
    """
    size = at_once if isinstance(engine, PolarsBackend) else max(len(accounts), 1)
    starts = range(0, max(len(accounts), 1), size)
    parts: list[list[pl.DataFrame]] = []
    for start in starts:
        parts.append(_part(plans, facts, engine, accounts[start : start + size], wanted, whole=len(starts) == 1))
        told(min(start + size, len(accounts)), len(accounts))
    return [pl.concat(values) for values in zip(*parts, strict=True)]


def _part(
    plans: Sequence[Plan], facts: Facts, engine: Backend, accounts: list[str], wanted: Sequence[str] | None, *, whole: bool
) -> list[pl.DataFrame]:
    """Give the numbers of some accounts, which follow each other in order: one frame a plan."""

    def rows(table: str) -> Rows:
        found = partner_rows(plans[0], facts, engine, table, wanted)
        return found if whole else found.filter((nw.col(PARTNER) >= accounts[0]) & (nw.col(PARTNER) <= accounts[-1]))

    usage = usage_query(plans, rows)
    people = [people_query(plan, rows) for plan in plans]
    found = engine.collect_all([*usage, *(frame for frames in people for frame in frames)])
    shared = joined(found[: len(usage)], accounts)
    own = iter(found[len(usage) :])
    return [shared.hstack(joined([next(own) for _ in frames], accounts).drop(PARTNER)) for frames in people]


def segments(facts: Facts, engine: Backend) -> Rows | None:
    """Read the segment of each tenant lazily, if there are customers."""
    return engine.scan(facts.files(CUSTOMERS)).select(*SEGMENTS) if CUSTOMERS in facts.tables else None


def partner_rows(
    plan: Plan, facts: Facts, engine: Backend, table: str, wanted: Sequence[str] | None, months: Collection[int] | None = None
) -> Rows:
    """Read a usage or certificate table lazily: only the basis asked for, only the accounts `wanted` (None: all).

    Files of other `months` than those named (None: all that the plan looks at) are not opened.
    """
    rows = engine.scan(facts.files(table, plan.months(table) if months is None else months))
    if wanted is not None:
        rows = rows.filter(nw.col(PARTNER) == wanted[0] if len(wanted) == 1 else _one_of(wanted))
    return _of_basis(plan, table, rows)


def _one_of(wanted: Sequence[str]) -> nw.Expr:
    """Keep some accounts; the bounds let row groups of others be left out, since files are sorted by partner."""
    partner = nw.col(PARTNER)
    return partner.is_in(list(wanted)) & (partner >= min(wanted, default="")) & (partner <= max(wanted, default=""))


def _of_basis(plan: Plan, table: str, rows: Rows) -> Rows:
    return rows.filter(nw.col("basis") == BASES.index(plan.basis)) if table == AZURE else rows


def usage_query(plans: Sequence[Plan], rows: Callable[[str], Rows]) -> list[Rows]:
    """Put together the scans of usage tables that `plans` share, over the `rows` of each table: a frame a scan, one row a partner."""
    gathered: dict[str, Gathered] = {}

    def of(table: str) -> Gathered:
        if table not in gathered:
            gathered[table] = Gathered(rows(table))
        return gathered[table]

    asked: list[Rows] = []
    for name, scan in plans[0].scans.by_name.items():
        if scan.verdicts.columns:
            asked.append(scan.partners(of(scan.table)).rename({column: value_name(name, column) for column in scan.verdicts.columns}))
    assignments = [designation.assignment for plan in plans for designation in plan.designations]
    by_revenue = {found.column: found for found in assignments if isinstance(found, RevenueAssignment)}
    asked.extend(found.partners(of(found.table)) for found in by_revenue.values())
    return asked


def people_query(plan: Plan, rows: Callable[[str], Rows]) -> list[Rows]:
    """Put together the scan of certificates, if the plan asks for one."""
    return [plan.certificates.partners(rows(CERTIFICATIONS))] if plan.certificates.lists.columns else []


def _query(plan: Plan, rows: Callable[[str], Rows]) -> list[Rows]:
    return [*usage_query([plan], rows), *people_query(plan, rows)]


def joined(found: Sequence[pl.DataFrame], accounts: list[str]) -> pl.DataFrame:
    """Join frames of one row a partner: one row an account, 0 where a frame has none."""
    values = pl.DataFrame({PARTNER: accounts}, schema={PARTNER: pl.String})
    for frame in found:
        values = values.join(frame, on=PARTNER, how="left", maintain_order="left")
    return values.with_columns(pl.exclude(PARTNER).fill_null(0).cast(pl.Int64))


@dataclass
class _Compiled:
    """A plan and its query over slots, one run at a time."""

    plan: Plan
    slots: dict[str, Slot]
    query: list[Rows]
    lock: Lock = field(default_factory=Lock)

    def run(self, facts: Facts, engine: Backend, wanted: Sequence[str]) -> list[pl.DataFrame]:
        """Read the rows of the accounts `wanted` and run the query on them."""
        frames = {
            table: engine.collect(partner_rows(self.plan, facts, engine, table, wanted)) for table in self.slots if table != CUSTOMERS
        }
        if CUSTOMERS in self.slots and AZURE in frames:
            frames[CUSTOMERS] = _segments(facts, frames[AZURE]["tenant_id"].unique())
        with self.lock, filled((self.slots[table], frame) for table, frame in frames.items()):
            return run_small(self.query)


_plans: Kept[_Compiled] = Kept(KEPT)
_sorted_segments: Kept[pl.DataFrame] = Kept(1)


def _compiled(book: Book, facts: Facts, as_of: dt.date, designations: Sequence[str] | None, options: Chosen) -> _Compiled:
    names = None if designations is None else frozenset(designations)
    compile_ = partial(_newly_compiled, book, facts, as_of, designations, options)
    return _plans.answer((book.digest, as_of, names, options), compile_, about=facts.folder, state=facts.shape)


def _newly_compiled(book: Book, facts: Facts, as_of: dt.date, designations: Sequence[str] | None, options: Chosen) -> _Compiled:
    slots: dict[str, Slot] = {}

    def slot(table: str) -> Rows:
        if table not in slots:
            slots[table] = Slot(facts.files(table), SEGMENTS if table == CUSTOMERS else None)
        return slots[table].rows

    customers = slot(CUSTOMERS) if CUSTOMERS in facts.tables else None
    plan = make_plan(book, facts, as_of, designations=designations, options=options, customers=customers)
    return _Compiled(plan, slots, _query(plan, lambda table: _of_basis(plan, table, slot(table))))


def _segments(facts: Facts, tenants: pl.Series) -> pl.DataFrame:
    """Give the segments of some tenants, from a sorted copy that is kept."""
    every = _sorted_segments.answer(
        facts.folder, lambda: facts.scan(CUSTOMERS).select(*SEGMENTS).collect().sort("tenant_id"), state=facts.digest
    )
    if not every.height:
        return every
    places = every["tenant_id"].search_sorted(tenants).clip(upper_bound=every.height - 1).unique()
    return every[places]

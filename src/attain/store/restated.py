"""Facts with the months that later loads told otherwise as they were told before: what a restatement moved is seen by comparing the two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.store.conforming import OUTPUTS
from attain.store.facts import StoreFacts, store_facts
from attain.store.loads import Loads
from attain.store.tables import CONFORMED, RESTATEMENTS, SLICE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from attain.rulebook.catalog import Catalog
    from attain.store.state import State


@dataclass(frozen=True, slots=True)
class Restated:
    """A month of a table that a load told otherwise. `read` is false where names got other numbers since, so that it cannot be read."""

    table: str
    month: str
    load: int
    read: bool


@dataclass(frozen=True, slots=True)
class Restatement:
    """One measure of a month of a table that a load told otherwise of a global account: the sums before and after."""

    load: int
    partner_id: str
    table: str
    month: str
    measure: str
    before: Decimal
    after: Decimal


def restatements_since(facts: StoreFacts, load: int, partners: Collection[str] | None = None) -> list[Restatement]:
    """List what loads after `load` told otherwise, summed up by global account (`partners`; None: every one), oldest load first.

    What sums up to the same as before is left out: rows moved between the locations of an account.
    """
    files = facts.state.of(RESTATEMENTS)
    if not files:
        return []
    paths = [facts.place.at(f"{RESTATEMENTS}/{file.path}") for file in files]
    rows = pl.scan_parquet(paths).filter((pl.col("load") > load) & (pl.col("load") <= facts.load))
    located = facts.scan("locations").select("partner_id", "account").unique("partner_id")
    account = pl.coalesce("account", "partner_id")
    rows = rows.join(located, on="partner_id", how="left").with_columns(account.alias("partner_id"))
    if partners is not None:
        rows = rows.filter(pl.col("partner_id").is_in(list(partners)))
    keys = ["load", "partner_id", "table", pl.col("month").dt.strftime("%Y-%m"), "measure"]
    sums = rows.group_by(keys).agg(pl.col("before", "after").sum()).filter(pl.col("before") != pl.col("after"))
    found = sums.sort("load", "partner_id", "table", "month", "measure").collect()
    return [Restatement(*row) for row in found.iter_rows()]


def before_restatements(
    facts: StoreFacts, partners: Sequence[str], day: dt.date, catalog: Catalog
) -> tuple[StoreFacts, tuple[Restated, ...]]:
    """Give `facts` with the months of some partners (accounts and locations) as they were before loads after `day` restated them.

    All else stays as it is known now. Gives the months too; none where nothing was restated, and then the same facts.
    """
    loads = Loads(facts.place)
    later = [load.number for load in loads.every() if load.number <= facts.load and load.restated and load.at[:10] > day.isoformat()]
    files = facts.state.of(RESTATEMENTS)
    if not later or not files:
        return facts, ()
    rows = pl.read_parquet([facts.place.at(f"{RESTATEMENTS}/{file.path}") for file in files])
    rows = rows.filter(pl.col("load").is_in(later) & pl.col("partner_id").is_in(list(partners)))
    first = rows.group_by("table", pl.col("month").dt.strftime("%Y-%m")).agg(pl.col("load").min()).sort("table", "month")
    states: dict[int, State] = {}
    state, found = facts.state, list[Restated]()
    for table, month, load in first.iter_rows():
        if load not in states:
            states[load] = loads.numbered(load - 1)[1]
        readable = states[load].coding == state.coding and month in states[load].slices.get(table, {})
        found.append(Restated(table, month, load, readable))
        if readable:
            state = _with_month(state, states[load], table, month)
    told = store_facts(facts.place, [], state, catalog)
    return replace(told, report=facts.report, load=facts.load), tuple(found)


def _with_month(state: State, other: State, table: str, month: str) -> State:
    """Give `state` with one month of a usage table as `other` has it."""
    for output in OUTPUTS[table]:
        name = f"{CONFORMED}{output}"
        kept = tuple(file for file in state.of(name) if file.partition.get(SLICE) != month)
        state = state.with_files(name, (*kept, *other.of(name, **{SLICE: month})))
    slices = {**state.slices.get(table, {}), month: other.slices[table][month]}
    return replace(state, slices={**state.slices, table: slices})

"""Is a store whole: files against their digests, tables against the loads that name them, rows against their keys."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.facts.schema import TABLES
from attain.store.detail import read_detail
from attain.store.erasing import rewritten
from attain.store.tables import SCORES, DeltaFiles, all_tables, files_held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attain.store.state import State
    from attain.store.store import Store

ROWS_NAMED = 3


def faults(store: Store, tell: Callable[[str], None] = lambda _text: None) -> Iterator[str]:
    """Give what is wrong with a store, a line each; nothing where all is well. `tell` is told what is being looked at."""
    every = store.loads.every()
    checked: set[tuple[str, str]] = set()
    anew = rewritten(store)
    damaged = False
    for load in every:
        tell(f"load {load.number} of {len(every)}")
        _, state = store.loads.numbered(load.number)
        yield from _versions(store, load.number, load.versions, state)
        for table, files in state.files.items():
            for file in files:
                if (table, file.path) not in checked:
                    checked.add((table, file.path))
                    name = f"{table}/{file.path}"
                    fault = _fault_of_file(store, name, {file.sha256, *anew.get(name, ())})
                    if fault is not None:
                        damaged = True
                        yield fault
    newest = store.loads.newest()
    if newest is not None and not damaged:
        tell("keys and references")
        yield from _keys(store, newest[1])
        yield from _strangers(store, newest[1])


def leftovers(store: Store) -> list[tuple[str, int]]:
    """List the files, with their bytes, that no load names: what imports left that never ended. They are harmless, and seen by no one."""
    named = {
        f"{table}/{file.path}"
        for load in store.loads.every()
        for table, files in store.loads.numbered(load.number)[1].files.items()
        for file in files
    }
    named |= {f"{name}/{path}" for name in ("loads", SCORES) for path in files_held(DeltaFiles(store.place, name).open())}
    return [
        (name, size) for name, size in store.place.names() if name.endswith(".parquet") and "_delta_log/" not in name and name not in named
    ]


def _versions(store: Store, number: int, versions: dict[str, int], state: State) -> Iterator[str]:
    for name in all_tables():
        if name not in versions:
            continue
        try:
            held = set(files_held(DeltaFiles(store.place, name).open(versions[name])))
        except AttainError as error:
            yield f"load {number}: {error.message}"
            continue
        if held != {file.path for file in state.of(name)}:
            yield f"load {number}: version {versions[name]} of {name} does not hold the files that the load names"


def _fault_of_file(store: Store, name: str, digests: set[str]) -> str | None:
    content = store.place.read(name)
    if content is None:
        return f"{name}: the file is missing"
    return None if hashlib.sha256(content).hexdigest() in digests else f"{name}: the file is not as it was written"


def _keys(store: Store, state: State) -> Iterator[str]:
    for table, contract in TABLES.items():
        for file in state.of(table):
            content = store.place.read(f"{table}/{file.path}")
            if content is None:
                continue
            rows = pl.read_parquet(io.BytesIO(content))
            key = [name for name in contract.key if name in rows.columns]
            twice = rows.height - rows.select(key).unique().height
            if twice:
                yield f"{table}/{file.path}: {twice:,} rows have the key of another"
            if rows.height != file.rows:
                yield f"{table}/{file.path}: {rows.height:,} rows where the load counts {file.rows:,}"


def _strangers(store: Store, state: State) -> Iterator[str]:
    for dimension, key in (("partners", "partner_id"), ("customers", "tenant_id")):
        if not state.of(dimension):
            continue
        known = read_detail(store.place, dimension, state.of(dimension)).select(key)
        for table in ("azure_usage", "workload_usage", "workload_revenue"):
            if not state.of(table):
                continue
            named = pl.scan_parquet([store.place.at(f"{table}/{file.path}") for file in state.of(table)]).select(key).drop_nulls().unique()
            strangers = named.join(known.lazy(), on=key, how="anti").sort(key).collect()[key].to_list()
            if strangers:
                some = ", ".join(strangers[:ROWS_NAMED]) + (", ..." if len(strangers) > ROWS_NAMED else "")
                yield f"note: {len(strangers):,} of {table} have no row in {dimension}: {some}; their rows count all the same"

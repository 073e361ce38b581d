"""Fewer, larger files: what each load appended a little to is written anew as one file, and logs get a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.store.store import empty_load
from attain.store.tables import CONFORMED, PEOPLE, REJECTS, RESTATEMENTS, SLICE, DeltaFiles, all_tables, columns_of, partitions_of
from attain.store.writing import write_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attain.store.state import Load, State
    from attain.store.store import Store

GROWING = (REJECTS, PEOPLE, RESTATEMENTS, f"{CONFORMED}names")


def compact(store: Store, say: Callable[[str], None] = lambda _text: None) -> Load | None:
    """Bring the files of the tables that grow by a file a load into one each, as a load of its own; None where there is nothing to do.

    Earlier loads keep naming their files: nothing is removed. Raises AttainError `store-busy`, `store-empty`.
    """
    with store.importing(say) as scratch:
        newest = store.loads.newest()
        if newest is None:
            raise AttainError("store-empty", "nothing is imported yet", store.place.root, "import files first")
        last, before = newest
        after = before
        for table in GROWING:
            if len(before.of(table)) > 1:
                after = _in_one(store, after, table, scratch)
        for name in all_tables():
            DeltaFiles(store.place, name).open().create_checkpoint()
        if after == before:
            return None
        done = store.finish(empty_load(last.number + 1, "compact"), after, before, last.versions, scratch)
        if done is None:
            raise AttainError("store-busy", "an import ended meanwhile", store.place.root, "try again")
        return done


def _in_one(store: Store, state: State, table: str, scratch: Path) -> State:
    columns = [name for name in columns_of(table) if name not in partitions_of(table)]
    rows = pl.concat([pl.read_parquet(store.place.at(f"{table}/{file.path}")).select(columns) for file in state.of(table)])
    partition: dict[str, str | None] = {SLICE: "all"} if partitions_of(table) else {}
    return state.with_files(table, (write_file(store.place, scratch, table, rows, partition),))

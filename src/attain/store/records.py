"""What a store remembers beside facts: rows set aside, months restated, ids that are one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.schema import TABLES
from attain.store.detail import scan_detail
from attain.store.people import main_ids, people_rows
from attain.store.tables import REJECTS, RESTATEMENTS, columns_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from attain.store.state import State
    from attain.store.store import Store

Record = dict[str, object]


def rejects_of(store: Store, load: int) -> list[Record]:
    """List the rows that a load set aside: file, row, column, value, reason, hint, and the row as given."""
    return _of_load(store, REJECTS, load)


def restatements_of(store: Store, load: int) -> list[Record]:
    """List what a load changed of months that were told before: table, partner_id, month, measure, before and after (Decimal)."""
    return _of_load(store, RESTATEMENTS, load)


def merges(store: Store) -> list[Record]:
    """List the ids that were found to be one person: the id, the one the person goes by, and the load that said so."""
    newest = store.loads.newest()
    if newest is None:
        return []
    people = people_rows(store.place, newest[1])
    main = main_ids(people)
    linked = people.filter(pl.col("other_id").is_not_null())
    said: dict[str, int] = {}
    for person, other, load in linked.select("person_id", "other_id", "load").iter_rows():
        for one in (str(person), str(other)):
            said[one] = min(int(load), said.get(one, int(load)))
    return [{"id": one, "goes_by": main[one], "load": said[one]} for one in sorted(main) if main[one] != one]


def loads_with(store: Store, partners: Collection[str]) -> dict[int, int]:
    """Count the rows that are there of some partners (accounts and locations as delivered), by the load that brought them."""
    newest = store.loads.newest()
    if newest is None:
        return {}
    found: dict[int, int] = {}
    for table, described in TABLES.items():
        if all(column.name != "partner_id" for column in described.columns):
            continue
        rows = scan_detail(store.place, table, newest[1].of(table)).filter(pl.col("partner_id").is_in(list(partners)))
        for load, count in rows.group_by("load_id").len().collect().iter_rows():
            found[int(load)] = found.get(int(load), 0) + int(count)
    return found


def _of_load(store: Store, table: str, load: int) -> list[Record]:
    _, state = store.loads.numbered(load)
    return rows_of(store, state, table).filter(pl.col("load") == load).drop("load").to_dicts()


def rows_of(store: Store, state: State, table: str) -> pl.DataFrame:
    """Read all rows of a table that keeps records."""
    files = state.of(table)
    if not files:
        return pl.DataFrame(schema=columns_of(table))
    return pl.read_parquet([store.place.at(f"{table}/{file.path}") for file in files])

"""People of a store: names beside their ids, and the several ids of one person brought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.store.tables import PEOPLE, columns_of

if TYPE_CHECKING:
    from attain.store.place import Place
    from attain.store.state import State


ERASED = ""
"""The name of a person whose name was erased: none, and files that name it later are not believed."""


def people_rows(place: Place, state: State) -> pl.DataFrame:
    """Read the people: `person_id`, another id of the same person or null, and the name, null, or ERASED."""
    files = state.of(PEOPLE)
    if not files:
        return pl.DataFrame(schema=columns_of(PEOPLE))
    return pl.read_parquet([place.at(f"{PEOPLE}/{file.path}") for file in files])


def main_ids(people: pl.DataFrame) -> dict[str, str]:
    """Give, for each id that `people` links to others, the first of them in the alphabet, by which the person goes."""
    main: dict[str, str] = {}

    def find(one: str) -> str:
        while main.setdefault(one, one) != one:
            main[one] = main[main[one]]
            one = main[one]
        return one

    for left, right in people.select("person_id", "other_id").drop_nulls().sort(pl.all()).iter_rows():
        first, second = sorted((find(left), find(right)))
        main[second] = first
    return {one: find(one) for one in main}


def erased_people(people: pl.DataFrame) -> set[str]:
    """Give the ids whose names were erased, with all ids that are known to be the same people."""
    main = main_ids(people)
    erased = {str(one) for one in people.filter(pl.col("person_name") == ERASED)["person_id"]}
    goes_by = {main.get(one, one) for one in erased}
    return erased | {one for one, first in main.items() if first in goes_by}


def merged_people(place: Place, state: State, rows: pl.DataFrame) -> pl.DataFrame:
    """Put the main id of each person into certification rows."""
    ids = main_ids(people_rows(place, state))
    if not ids:
        return rows
    moved = pl.col("person_id").replace(list(ids), list(ids.values()))
    key = ["partner_id", "person_id", "certification", "earned_on", "source"]
    order = rows.with_columns(moved).sort(*key, "status", "expires_on", nulls_last=True)
    return order.unique(key, keep="first", maintain_order=True)

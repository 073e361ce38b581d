"""People of a store: names beside their ids, and the several ids of one person brought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.people import STANDING
from attain.store.tables import PEOPLE, columns_of

if TYPE_CHECKING:
    from attain.store.place import Place
    from attain.store.state import State


ERASED = ""
"""The name of a person whose name was erased: none, and files that name it later are not believed."""
_RANK = "#rank"


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
    """Put the main id of each person into certification rows; of two rows of one certificate an active one wins, then the later expiry."""
    ids = main_ids(people_rows(place, state))
    if not ids:
        return rows
    moved = pl.col("person_id").replace(list(ids), list(ids.values()))
    key = ["partner_id", "person_id", "certification", "earned_on", "source"]
    # an empty status is active, and no expiry is the latest, as where two locations of one account tell of one certificate
    rank = (
        pl.col("status").fill_null(STANDING[0]).replace_strict({name: place for place, name in enumerate(STANDING)}, default=len(STANDING))
    )
    order = rows.with_columns(moved, rank.alias(_RANK)).sort(
        *key, _RANK, "expires_on", descending=[*(False for _ in key), False, True], nulls_last=[*(True for _ in key), True, False]
    )
    return order.unique(key, keep="first", maintain_order=True).drop(_RANK)

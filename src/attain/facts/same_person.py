"""People who are known by several ids: which one each goes by, and what the imports of a facts folder have found out about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.facts.folder import PEOPLE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Link = tuple[str, str]
"""An id with a better one of the same person."""
_LINKS = {"person_id": pl.String(), "better_id": pl.String()}


def best_ids(same: Iterable[Link]) -> dict[str, str]:
    """Give, for each id of a person who is known by several, the one to go by. `same` pairs an id with a better one of the same person.

    Of several that nothing is better than, it is the first in the alphabet.
    """
    pairs = sorted(same)
    group: dict[str, set[str]] = {}
    for other, better in pairs:
        together = group.setdefault(other, {other}) | group.setdefault(better, {better})
        for one in together:
            group[one] = together
    outdone = {other for other, _ in pairs}
    return {one: min(members - outdone or members) for one, members in group.items()}


def by_best_ids(rows: pl.DataFrame, same: Iterable[Link]) -> pl.DataFrame:
    """Put the id to go by into the column `person_id`."""
    ids = best_ids(same)
    return rows.with_columns(pl.col("person_id").replace(list(ids), list(ids.values()))) if ids else rows


def read_links(path: Path | None) -> list[Link]:
    """Read what is known of a folder's people; None where it has no such file. Raises AttainError `people-broken`."""
    if path is None:
        return []
    try:
        rows = pl.read_parquet(path, schema=_LINKS, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        hint = "restore it from a backup, or remove it and import the files about people anew"
        raise AttainError("people-broken", f"the ids that are of one person cannot be read: {error}", PEOPLE_FILE, hint) from error
    return rows.drop_nulls().rows()


def write_links(path: Path, same: Iterable[Link]) -> None:
    """Write what is known of a folder's people."""
    pl.DataFrame(sorted(set(same)), schema=_LINKS, orient="row").write_parquet(path, compression="zstd")

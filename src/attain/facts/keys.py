"""Keys that repeat: the same row again is taken once; other values under one key set all its rows aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.detail_order import ORDER
from attain.facts.order import LEAD, packed
from attain.facts.rows import BARE, FILE
from attain.facts.text_rows import ROW

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Settled:
    """Rows whose keys are unique, the rows left out as repeats, and the rows set aside.

    In `conflicts`, `#differs` names the first column that differs, `#twin` and `#twin_file` another row of the key.
    """

    kept: pl.DataFrame
    repeated: pl.DataFrame
    conflicts: pl.DataFrame


def settle_keys(rows: pl.DataFrame, key: tuple[str, ...], united: Callable[[pl.DataFrame], pl.DataFrame]) -> Settled:
    """Settle the keys of typed rows (columns of the table, FILE, ROW). Empty cells of the key are equal to each other.

    Where keys come again, `united` is asked for their rows first, and gives them with those in one that are neither repeats nor conflicts.
    """
    keys = [name for name in key if name in rows.columns]
    hashes = None if _differ(rows, keys) else rows.select(pl.struct(keys).hash()).to_series()
    if hashes is None or hashes.n_unique() == rows.height:
        return Settled(
            rows,
            rows.clear(),
            rows.clear().with_columns(
                pl.lit(None, dtype=pl.String).alias("#differs"),
                pl.lit(None, dtype=pl.Int64).alias("#twin"),
                pl.lit(None, dtype=pl.Int32).alias("#twin_file"),
            ),
        )
    suspects = hashes.is_duplicated()
    unique, doubtful = rows.filter(~suspects), united(rows.filter(suspects)).sort(FILE, ROW)
    values = [name for name in rows.columns if name not in keys and not name.startswith("#")]
    differs = pl.coalesce(
        *(pl.when((pl.col(name).n_unique().over(keys)) > 1).then(pl.lit(name)) for name in values), pl.lit(None, dtype=pl.String)
    )
    place = pl.int_range(pl.len()).over(keys)
    doubtful = doubtful.with_columns(
        differs.alias("#differs"),
        place.alias("#place"),
        *(pl.col(column).get(end).over(keys).alias(f"{column}{end}") for column in (ROW, FILE) for end in (0, -1)),
    )
    if BARE in rows.columns:
        doubtful = doubtful.with_columns(pl.col(BARE).all().over(keys))
    clash = pl.col("#differs").is_not_null()
    first = pl.col("#place") == 0
    twin = [
        pl.when(first).then(f"{column}-1").otherwise(f"{column}0").alias(name) for column, name in ((ROW, "#twin"), (FILE, "#twin_file"))
    ]
    conflicts = doubtful.filter(clash).with_columns(twin)
    same = doubtful.filter(~clash)
    kept = same.filter(pl.col("#place") == 0).select(rows.columns)
    repeated = same.filter(pl.col("#place") > 0).select(rows.columns)
    return Settled(pl.concat([unique, kept]), repeated, conflicts)


def _differ(rows: pl.DataFrame, keys: list[str]) -> bool:
    """Say whether no key comes again, where rows stand in an order (LEAD) in which that is found out by whole numbers."""
    if LEAD not in rows.columns:
        return False
    rest = [rows[name] for name in keys if name not in ORDER]
    key = packed([rows[LEAD], *rest]) if all(column.dtype.is_integer() for column in rest) else None
    return key is not None and key.n_unique() == rows.height

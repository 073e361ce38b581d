"""The order of detail rows: one partner's stand together, and equal rows make equal files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import LEAD, OWNER, packed, runs_in_order
from attain.facts.rows import GIVEN
from attain.facts.schema import BASES, TABLES

if TYPE_CHECKING:
    from attain.facts.spellings import Spellings

ORDER = ("partner_id", "tenant_id", "subscription_id", "person_id")
"""By these rows are sorted first, then by the rest of their key."""


def in_detail_order(table: str, rows: pl.DataFrame, spellings: Spellings) -> pl.DataFrame:
    """Sort typed rows (with GIVEN) of one month of a usage table by ORDER and then by the texts of their key, and add OWNER and LEAD."""
    lead = [name for name in ORDER if name in rows.columns]
    ranks = [rank.alias(f"#rank {place}") for place, rank in enumerate(_ranks(table, rows, spellings))]
    run = runs_in_order(rows, lead)
    if run is None:
        rows = _sorted(rows, [*(rows[name] for name in lead), *ranks])
        run = runs_in_order(rows, lead)
        assert run is not None
        return rows.with_columns(run[1].alias(OWNER), run[-1].alias(LEAD))
    rows = rows.with_columns(run[1].alias(OWNER), run[-1].alias(LEAD))
    key = packed([rows[LEAD], *ranks])
    if key is None:
        # texts so many that their places do not fit into one number
        return _sorted(rows, [rows[LEAD], *ranks])
    if key.is_sorted():
        return rows
    # only neighbors change places, and what they are sorted by first is the same in all of them
    lead = [*lead, OWNER, LEAD]
    return rows.select(lead).hstack(_sorted(rows.drop(lead), [key.alias("#key")])).select(rows.columns)


def _sorted(rows: pl.DataFrame, by: list[pl.Series]) -> pl.DataFrame:
    """Sort rows by some columns beside them, empty cells first; equal ones stay as they stand."""
    names = [column.name for column in by]
    return rows[pl.DataFrame(by).select(pl.arg_sort_by(names, nulls_last=False, maintain_order=True)).to_series()]


def _ranks(table: str, rows: pl.DataFrame, spellings: Spellings) -> list[pl.Series]:
    """Give the places of the other cells of the key in the order of their texts, an empty cell before all."""
    found: list[pl.Series] = []
    for column in TABLES[table].columns:
        if column.name not in TABLES[table].key or column.name in ORDER or column.kind == "month":
            continue
        if column.kind == "name":
            ranks = spellings.texts(column.name).rank("dense").cast(pl.UInt32)
            found.append(ranks.gather(rows[f"{GIVEN}{column.name}"]).fill_null(0))
        else:
            # the basis, the one choice in a key of usage
            ranks = pl.Series([sorted(BASES).index(basis) for basis in BASES], dtype=pl.UInt32)
            found.append(ranks.gather(rows[column.name]))
    return found

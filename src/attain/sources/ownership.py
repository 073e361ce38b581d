"""Whose rows a file holds, where not everybody who imports may speak for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 5
NAMING = {"partners": ("partner_id", "global_id")}
"""Columns that name partners, of tables with more than one; there they may be empty."""
HINT = "leave them out, or ask whoever runs this server to import the file, as for a location that is not known there yet"


def check_partners(tables: Mapping[str, pl.LazyFrame], partners: frozenset[str], title: str) -> None:
    """Refuse staged tables whose rows name another partner than `partners`, or, where they are of usage, none at all.

    The list of partners may say of one's own what they are called and which location belongs to which account, and nothing of others: who
    could name a location of somebody else as its own would be given that one's rows. Raises AttainError `others-partners` and
    `partner-unknown` (no row may be left for somebody else to assign).
    """
    for table, rows in tables.items():
        columns = [column for column in NAMING.get(table, ("partner_id",)) if column in rows.collect_schema()]
        named: set[str] = {partner or "" for column in columns for partner in _distinct(rows, column)}
        if "" in named and table not in NAMING:
            raise AttainError(
                "partner-unknown", f"rows of {table} name no partner", title, "choose the partner that rows without one belong to"
            )
        if others := sorted(named - partners - {""}):
            listed = ", ".join(others[:SHOWN]) + (f" and {len(others) - SHOWN} more" if len(others) > SHOWN else "")
            raise AttainError("others-partners", f"rows of {table} are of partners that are not yours: {listed}", title, HINT)


def _distinct(rows: pl.LazyFrame, column: str) -> list[str | None]:
    return rows.select(pl.col(column).unique()).collect().to_series().to_list()

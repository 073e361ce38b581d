"""Whose rows a file holds, where not everybody who imports may speak for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHOWN = 5


def check_partners(tables: Mapping[str, tuple[Path, int]], partners: frozenset[str], title: str) -> None:
    """Refuse staged tables whose rows name another partner than `partners`, or, where they are of usage, none at all.

    Raises AttainError `others-partners`, `partner-unknown` (no row may be left for somebody else to assign) and `not-for-one-partner`
    for the table of partners itself, which decides who is who.
    """
    for table, (path, _) in tables.items():
        rows = pl.scan_parquet(path)
        if table == "partners":
            raise AttainError(
                "not-for-one-partner",
                "the list of partners holds for all who use this server",
                title,
                "ask whoever runs it to import this file",
            )
        if "partner_id" not in rows.collect_schema():
            continue
        named: set[str] = {partner or "" for partner in rows.select(pl.col("partner_id").unique()).collect().to_series()}
        if "" in named:
            raise AttainError(
                "partner-unknown", f"rows of {table} name no partner", title, "choose the partner that rows without one belong to"
            )
        if others := sorted(named - partners):
            listed = ", ".join(others[:SHOWN]) + (f" and {len(others) - SHOWN} more" if len(others) > SHOWN else "")
            raise AttainError(
                "others-partners",
                f"rows of {table} are of partners that are not yours: {listed}",
                title,
                "leave them out, or ask whoever runs this server to import the file",
            )

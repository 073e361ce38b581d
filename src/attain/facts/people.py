"""The tables without a month, conformed: customers, certificates, associations, enrollments and reported scores by global account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import in_order, without_repeats
from attain.facts.rows import kind_type
from attain.facts.schema import TABLES

if TYPE_CHECKING:
    from attain.facts.accounts import Accounts

STANDING = ("active", "not_linked", "left")
"""What a person's certificate may be, the best first."""
_ORDER = {
    "customers": ("tenant_id",),
    "certifications": ("partner_id", "person_id", "certification", "earned_on"),
    "associations": ("partner_id", "tenant_id", "association", "scope", "started_on", "location_id"),
    "enrollments": ("partner_id", "designation", "enrolled_on"),
    "reported_scores": ("partner_id", "as_of", "designation", "track", "metric"),
}


def columns(table: str) -> dict[str, pl.DataType]:
    """Give the columns and types of a conformed table without a month."""
    types = {column.name: kind_type(column) for column in TABLES[table].columns}
    return {"partner_id": pl.String(), "location_id": pl.String(), **types} if table == "associations" else types


def conform_table(table: str, rows: pl.DataFrame, accounts: Accounts) -> pl.DataFrame:
    """Conform the settled rows of a table without a month: locations rolled up, one row a fact, sorted."""
    if table != "customers":
        rows = accounts.roll_up(rows.with_columns(pl.col("partner_id").alias("location_id")))
    if table == "certifications":
        rows = _one_person(rows.with_columns(pl.col("status").fill_null("active")))
    if "designation" in rows.columns:
        rows = rows.with_columns(pl.col("designation").str.to_lowercase())
    if table == "reported_scores":
        rows = rows.with_columns(pl.col("metric").fill_null("total"))
    names = columns(table)
    order = [*_ORDER[table], *(name for name in names if name not in _ORDER[table])]
    return without_repeats(in_order(rows.select(list(names)), order), order)


def _one_person(rows: pl.DataFrame) -> pl.DataFrame:
    """A person linked at two locations of one account holds the certificate once: an active link wins, then the later expiry."""
    rank = pl.col("status").replace_strict({name: place for place, name in enumerate(STANDING)}, return_dtype=pl.Int8)
    ranked = rows.with_columns(rank.alias("#rank"))
    best = ranked.sort(
        "#rank",
        pl.col("expires_on"),
        "person_name",
        "location_id",
        descending=[False, True, False, False],
        nulls_last=[False, False, True, True],
    )
    return best.unique(["partner_id", "person_id", "certification", "earned_on"], keep="first", maintain_order=True).drop("#rank")

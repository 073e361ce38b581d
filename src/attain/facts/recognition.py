"""The associations table joined to usage: it speaks where the source of a row carries no associations, in months with an active day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.rows import BARE
from attain.facts.schema import ASSOCIATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

_ALWAYS = 1 << 30
SCHEMA = {
    "partner_id": pl.String(),
    "tenant_id": pl.String(),
    "bit": pl.Int32(),
    "scope": pl.String(),
    "first": pl.Int32(),
    "last": pl.Int32(),
}


@dataclass(frozen=True, slots=True)
class Recognition:
    """The associations table by global account: partner_id, tenant_id, bit, scope, first and last month (numbers, both included)."""

    rows: pl.DataFrame

    @classmethod
    def of(cls, associations: pl.DataFrame) -> Recognition:
        """Prepare the conformed associations rows (partner_id already the global account)."""
        bits = {code: 1 << bit for bit, code in enumerate(ASSOCIATIONS)}
        month = {name: pl.col(name).dt.year() * 12 + pl.col(name).dt.month().cast(pl.Int32) - 1 for name in ("started_on", "ended_on")}
        return cls(
            associations.select(
                "partner_id",
                "tenant_id",
                pl.col("association").replace_strict(bits, return_dtype=pl.Int32).alias("bit"),
                "scope",
                month["started_on"].fill_null(0).cast(pl.Int32).alias("first"),
                month["ended_on"].fill_null(_ALWAYS).cast(pl.Int32).alias("last"),
            ).unique()
        )

    def in_month(self, month: int) -> Recognition:
        """Keep the associations with at least one active day in the month."""
        return Recognition(self.rows.filter((pl.col("first") <= month) & (pl.col("last") >= month)))

    def fill(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Fill partner and tenant of rows that lack them, from the associations whose scope is the row's subscription.

        A subscription that several partners are associated with gives a row for each of them; one that names two tenants, or that
        contradicts what the row says, fills nothing.
        """
        lacking = pl.col("partner_id").is_null() | pl.col("tenant_id").is_null()
        links = (
            self.rows.filter(pl.col("scope").is_not_null())
            .select("scope", pl.col("partner_id").alias("#partner"), pl.col("tenant_id").alias("#tenant"))
            .unique()
        )
        links = links.filter(pl.col("#tenant").n_unique().over("scope") == 1)
        if not links.height or not rows.select(lacking.any()).item():
            return rows
        asked = rows.filter(lacking).with_row_index("#ask")
        agrees = (pl.col("partner_id").is_null() | (pl.col("partner_id") == pl.col("#partner"))) & (
            pl.col("tenant_id").is_null() | (pl.col("tenant_id") == pl.col("#tenant"))
        )
        filled = asked.join(links, left_on="subscription_id", right_on="scope").filter(agrees)
        rest = asked.join(filled, on="#ask", how="anti")
        answered = filled.with_columns(pl.col("#partner").alias("partner_id"), pl.col("#tenant").alias("tenant_id"))
        return pl.concat([rows.filter(~lacking), answered.select(rows.columns), rest.select(rows.columns)])

    def join(self, rows: pl.DataFrame, scope: str, scope_key: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
        """Give bare rows the union of the associations of their partner and tenant, unscoped or scoped to the row's `scope` cell.

        `scope_key` turns the text column `scope` into values comparable with that cell, dropping those that are none.
        """
        if not self.rows.height or not rows.select(pl.col(BARE).any()).item():
            return rows
        wide = _united(self.rows.filter(pl.col("scope").is_null()), ["partner_id", "tenant_id"], "#wide")
        narrow = _united(scope_key(self.rows.filter(pl.col("scope").is_not_null())), ["partner_id", "tenant_id", "scope"], "#narrow")
        joined = rows.join(wide, on=["partner_id", "tenant_id"], how="left", maintain_order="left").join(
            narrow,
            left_on=["partner_id", "tenant_id", scope],
            right_on=["partner_id", "tenant_id", "scope"],
            how="left",
            maintain_order="left",
        )
        given = pl.col("#wide").fill_null(0) | pl.col("#narrow").fill_null(0)
        return joined.with_columns(
            pl.when(BARE).then(pl.col("associations") | given).otherwise("associations").alias("associations")
        ).select(rows.columns)


def _united(rows: pl.DataFrame, keys: list[str], name: str) -> pl.DataFrame:
    # Distinct bits add up to their union.
    return rows.select(*keys, "bit").unique().group_by(keys).agg(pl.col("bit").sum().cast(pl.Int32).alias(name))

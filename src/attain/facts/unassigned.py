"""Azure usage that nobody is known to own: by subscription, so that it can be assigned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.money import to_dollars
from attain.facts.schema import BASES

if TYPE_CHECKING:
    from decimal import Decimal

    from attain.facts.facts import Facts

TABLE = "unassigned"


@dataclass(frozen=True, slots=True)
class Unassigned:
    """The rows of one subscription and basis without a partner or a tenant: what they say of either, their months and their amount."""

    subscription_id: str
    partner_id: str
    tenant_id: str
    basis: str
    first_month: str
    last_month: str
    rows: int
    usd: Decimal


def unassigned(facts: Facts) -> list[Unassigned]:
    """List the unassigned usage by subscription, the largest amount first."""
    if "azure_usage" not in facts.tables:
        return []
    key = ("subscription_id", "partner_id", "tenant_id", "basis")
    found = (
        facts.scan(TABLE)
        .group_by(key)
        .agg(pl.col("month").min().alias("first"), pl.col("month").max().alias("last"), pl.len().alias("rows"), pl.col("acr").sum())
        .sort([pl.col("acr").abs(), *(pl.col(name) for name in key)], descending=[True, *(False for _ in key)])
        .collect()
    )
    found = found.with_columns(to_dollars(found["acr"]))
    return [
        Unassigned(
            subscription_id=row["subscription_id"] or "",
            partner_id=row["partner_id"] or "",
            tenant_id=row["tenant_id"] or "",
            basis=BASES[int(row["basis"])],
            first_month=_month(row["first"]),
            last_month=_month(row["last"]),
            rows=row["rows"],
            usd=row["acr"],
        )
        for row in found.iter_rows(named=True)
    ]


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"

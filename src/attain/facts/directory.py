"""What the facts say of each global account beside its usage: who it is, and the numbers that Microsoft reported for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.facts.facts import Facts

REPORTED = "reported_scores"
MONEY_PLACES = 4


@dataclass(frozen=True, slots=True)
class Account:
    """A global account; what is not known is empty."""

    partner_id: str
    name: str
    kind: str
    country: str
    distributor_id: str


@dataclass(frozen=True, slots=True)
class ReportedScore:
    """A number that Microsoft showed on a day. `track` is empty where it was not noted; `metric` is `total` for the total."""

    partner_id: str
    as_of: dt.date
    designation: str
    track: str
    metric: str
    value: Decimal | None
    points: Decimal | None


def accounts(facts: Facts, partners: Sequence[str] | None = None) -> list[Account]:
    """List global accounts by id: those named (others are left out), or every one."""
    rows = facts.scan("accounts")
    if partners is not None:
        rows = rows.filter(pl.col("partner_id").is_in(list(partners)))
    names = ("partner_id", "name", "kind", "country", "distributor_id")
    found = rows.select(pl.col(names).fill_null("")).sort("partner_id").collect()
    return [Account(*row) for row in found.iter_rows()]


def ids_of(facts: Facts, accounts: Sequence[str]) -> list[str]:
    """List the ids that global accounts and their locations go by, sorted."""
    wanted = list(accounts)
    locations = facts.scan("locations").filter(pl.col("account").is_in(wanted)).select("partner_id").collect()
    return sorted({*wanted, *locations["partner_id"].to_list()})


def reported_scores(facts: Facts, partners: Sequence[str], until: dt.date) -> list[ReportedScore]:
    """List what Microsoft reported for global accounts up to a day, oldest first."""
    if REPORTED not in facts.tables:
        return []
    rows = facts.scan(REPORTED).filter(pl.col("partner_id").is_in(list(partners)) & (pl.col("as_of") <= until))
    names = ("partner_id", "as_of", "designation", "track", "metric", "value", "points")
    found = rows.select(names).sort("as_of", "partner_id", "designation", "metric").collect()
    return [
        ReportedScore(partner, as_of, designation, track or "", metric, _dollars(value), _dollars(points))
        for partner, as_of, designation, track, metric, value, points in found.iter_rows()
    ]


def _dollars(units: int | None) -> Decimal | None:
    """Read a whole number of ten-thousandths."""
    return None if units is None else Decimal(units).scaleb(-MONEY_PLACES)

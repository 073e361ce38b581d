"""Partners: which global account each location belongs to, and what is known of the account."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from attain.facts.rows import FILE
from attain.facts.text_rows import ROW

ACCOUNT_COLUMNS = ("partner_id", "name", "kind", "country", "distributor_id")


@dataclass(frozen=True, slots=True)
class Accounts:
    """The partners: `partners` (contract columns of the kept rows), and `account_of` (location, #account) where the two differ."""

    partners: pl.DataFrame
    account_of: pl.DataFrame

    def roll_up(self, rows: pl.DataFrame, column: str = "partner_id") -> pl.DataFrame:
        """Put the global account in the place of a location."""
        if not self.account_of.height:
            return rows
        moved = rows.join(self.account_of, left_on=column, right_on="location", how="left", maintain_order="left")
        return moved.with_columns(pl.coalesce("#account", column).alias(column)).drop("#account")

    def known(self) -> set[str]:
        """Give every partner id that has a row."""
        return set(self.partners["partner_id"].to_list())


def settle_partners(rows: pl.DataFrame) -> tuple[Accounts, pl.DataFrame]:
    """Work out the global account of each partner row; give the rows that contradict themselves or each other apart, with `#reason`."""
    target = pl.when(pl.col("global_id").is_not_null() & (pl.col("global_id") != pl.col("partner_id"))).then("global_id")
    moved = rows.with_columns(target.alias("#account"))
    is_location = (pl.col("account") == "location") | (pl.col("account").is_null() & pl.col("#account").is_not_null())
    locations = moved.filter(is_location)["partner_id"].to_list()
    fault = (
        pl.when((pl.col("account") == "location") & pl.col("#account").is_null())
        .then(pl.lit("is not the id of another account, but the row is a location"))
        .when((pl.col("account") == "global") & pl.col("#account").is_not_null())
        .then(pl.lit("is another account, but the row says it is global itself"))
        .when(pl.col("#account").is_in(locations))
        .then(pl.lit("is a location itself, not a global account"))
    )
    judged = moved.with_columns(fault.alias("#reason"))
    bad = judged.filter(pl.col("#reason").is_not_null()).select(FILE, ROW, "#reason", pl.col("global_id").alias("#value"))
    good = judged.filter(pl.col("#reason").is_null())
    account_of = good.filter(pl.col("#account").is_not_null()).select(pl.col("partner_id").alias("location"), "#account")
    return Accounts(good.drop("#reason", "#account", FILE, ROW), account_of), bad


def accounts_table(accounts: Accounts, seen: set[str]) -> pl.DataFrame:
    """Give one row an account: those with a row of their own, and those `seen` in the facts or named by a location (without a name)."""
    rows = accounts.partners.join(accounts.account_of, left_on="partner_id", right_on="location", how="anti").select(ACCOUNT_COLUMNS)
    rows = accounts.roll_up(rows, "distributor_id")
    have = set(rows["partner_id"].to_list())
    others = sorted((seen | set(accounts.account_of["#account"].to_list())) - have)
    added = pl.DataFrame({"partner_id": others}, schema={"partner_id": pl.String()})
    return pl.concat([rows, added], how="diagonal").sort("partner_id")


def locations_table(accounts: Accounts, everyone: list[str]) -> pl.DataFrame:
    """Give every partner id (global accounts too) with its account."""
    known = sorted({*everyone, *accounts.partners["partner_id"].to_list(), *accounts.account_of["location"].to_list()})
    rows = pl.DataFrame({"location": known}, schema={"location": pl.String()})
    joined = rows.join(accounts.account_of, on="location", how="left", maintain_order="left")
    return joined.select(pl.col("location").alias("partner_id"), pl.coalesce("#account", "location").alias("account"))

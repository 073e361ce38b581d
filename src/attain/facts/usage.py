"""One month of a usage table: associations joined, locations rolled up to the global account (I-10), subscriptions summed away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.cells import GUID
from attain.facts.order import LEAD, OWNER, in_order, packed, runs, runs_in_order
from attain.facts.rows import FILE

if TYPE_CHECKING:
    from attain.facts.accounts import Accounts
    from attain.facts.coding import Coder
    from attain.facts.recognition import Recognition

COUNTS = ("paid_licenses", "assigned_licenses", "active_users", "capacity")
AZURE_KEY = ("partner_id", "tenant_id", "subscription_id", "service", "offer", "basis")
LEADING = ("partner_id", "tenant_id", "subscription_id")
WORKLOAD_KEY = ("partner_id", "tenant_id", "workload")
COLUMNS: dict[str, dict[str, pl.DataType]] = {
    "azure_usage": {
        "month": pl.Int32(),
        "partner_id": pl.String(),
        "tenant_id": pl.String(),
        "service": pl.Int32(),
        "offer": pl.Int32(),
        "basis": pl.Int32(),
        "associations": pl.Int32(),
        "acr": pl.Int64(),
    },
    "workload_usage": {
        "month": pl.Int32(),
        "partner_id": pl.String(),
        "tenant_id": pl.String(),
        "workload": pl.Int32(),
        "associations": pl.Int32(),
        **dict.fromkeys(COUNTS, pl.Int64()),
    },
    "workload_revenue": {
        "month": pl.Int32(),
        "partner_id": pl.String(),
        "tenant_id": pl.String(),
        "workload": pl.Int32(),
        "associations": pl.Int32(),
        "revenue": pl.Int64(),
    },
}
_DETAIL_TYPES: dict[str, pl.DataType] = {
    "month": pl.Int32(),
    "location_id": pl.String(),
    "partner_id": pl.String(),
    "tenant_id": pl.String(),
    "subscription_id": pl.String(),
    "service": pl.Int32(),
    "offer": pl.Int32(),
    "basis": pl.Int32(),
    "associations": pl.Int32(),
    "acr": pl.Int64(),
}
COLUMNS["azure_detail"] = _DETAIL_TYPES
COLUMNS["unassigned"] = {name: kind for name, kind in _DETAIL_TYPES.items() if name != "location_id"}


@dataclass(frozen=True, slots=True)
class AzureMonth:
    """One month of Azure usage: aggregated rows, rows by location and subscription (for `azure_detail`), and those nobody owns."""

    usage: pl.DataFrame
    detail: pl.DataFrame
    unassigned: pl.DataFrame
    unassigned_by_file: list[tuple[int, int]]


def azure_month(rows: pl.DataFrame, accounts: Accounts, recognition: Recognition) -> AzureMonth:
    """Conform the settled rows of one month (columns of the contract, money in ten-thousandths); codes stay as they are."""
    # where every row names its partner, a global account, and its tenant, all stay where they are
    stays = LEAD in rows.columns and not accounts.account_of.height and not rows["partner_id"].null_count() + rows["tenant_id"].null_count()
    rows = azure_rows(rows, accounts, recognition)
    placed = rows["partner_id"].is_not_null() & rows["tenant_id"].is_not_null()
    # nearly all rows are, and a filter copies what it leaves
    unassigned, detail = (rows.clear(), rows) if placed.all() else (rows.filter(~placed), rows.filter(placed))
    if not stays:
        detail = _led(detail.drop(OWNER, LEAD, strict=False))
    # whole numbers tell at a small part of the cost that no key comes again, as in nearly all months
    keys = packed([detail[LEAD], *(detail[name] for name in AZURE_KEY if name not in LEADING)])
    once = detail if keys is not None and keys.n_unique() == detail.height else _once(detail, AZURE_KEY, ("acr",), "max")
    return AzureMonth(
        summed(once),
        detail,
        unassigned.select(list(COLUMNS["unassigned"])),
        unassigned.group_by(FILE).len().rows(),
    )


def _led(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort rows by LEADING, and add OWNER and LEAD."""
    run = runs_in_order(rows, LEADING)
    if run is None:
        rows = in_order(rows, LEADING)
        run = [runs(rows, LEADING[: count + 1]) for count in range(len(LEADING))]
    return rows.with_columns(run[1].alias(OWNER), run[-1].alias(LEAD))


def azure_rows(rows: pl.DataFrame, accounts: Accounts, recognition: Recognition) -> pl.DataFrame:
    """Roll settled rows of one month up to their accounts (`location_id` keeps what they named), with the associations that hold."""
    rows = accounts.roll_up(rows.with_columns(pl.col("partner_id").alias("location_id")).rename({"acr_usd": "acr"}))
    return recognition.join(recognition.fill(rows), "subscription_id", lambda links: links)


def azure_detail(rows: pl.DataFrame) -> pl.DataFrame:
    """Give those of `azure_rows` that have a partner and a tenant as rows by location and subscription."""
    placed = rows.filter(pl.col("partner_id").is_not_null() & pl.col("tenant_id").is_not_null())
    return placed.with_columns(pl.col("location_id").fill_null(pl.col("partner_id"))).select(list(COLUMNS["azure_detail"]))


def summed(rows: pl.DataFrame) -> pl.DataFrame:
    """Sum Azure rows to (month, partner, tenant, service, offer, basis, associations), in the order that `ordered` gives them.

    Rows with OWNER are sorted by partner and tenant already.
    """
    columns = list(COLUMNS["azure_usage"])
    if OWNER in rows.columns:
        owner = rows[OWNER]
    else:
        rows = in_order(rows, ("partner_id", "tenant_id"))
        owner = runs(rows, ("partner_id", "tenant_id"))
    key = packed([owner, *(rows[name] for name in ("month", "service", "offer", "basis", "associations"))])
    if key is None:
        together = rows.group_by([name for name in columns if name != "acr"], maintain_order=True)
        return ordered("azure_usage", together.agg(pl.col("acr").sum()).select(columns))
    if not rows.height:
        return rows.select(columns)
    if not key.is_sorted():
        order = key.arg_sort()
        key, rows = key.gather(order), rows.select(columns)[order]
    again = key == key.shift(-1)
    if not again.any():
        return rows.select(columns)
    ends, amounts = (~again).fill_null(value=True), rows["acr"]
    # the sum of a key is what all rows up to its last add up to, less the same of the key before
    totals = amounts.cum_sum().filter(ends)
    return rows.select(columns).filter(ends).with_columns((totals - totals.shift(1, fill_value=0)).alias("acr"))


def workload_month(table: str, rows: pl.DataFrame, accounts: Accounts, recognition: Recognition, coder: Coder) -> pl.DataFrame:
    """Conform the settled rows of one month of workload usage (the larger count across locations) or revenue (the sum)."""

    def scope_key(links: pl.DataFrame) -> pl.DataFrame:
        given = links["scope"].unique()
        # most links are of subscriptions, which no workload is named for
        scopes = given.to_list() if coder.finds_guids else given.filter(~given.str.contains(GUID)).to_list()
        codes = {"scope": scopes, "#code": [coder.find(scope) for scope in scopes]}
        known = pl.DataFrame(codes, schema={"scope": pl.String(), "#code": pl.Int32()}).drop_nulls()
        return links.join(known, on="scope").drop("scope").rename({"#code": "scope"})

    rows = recognition.join(accounts.roll_up(rows), "workload", scope_key)
    if table == "workload_usage":
        return _once(rows, WORKLOAD_KEY, COUNTS, "max").select(list(COLUMNS[table]))
    return _once(rows.rename({"revenue_usd": "revenue"}), WORKLOAD_KEY, ("revenue",), "sum").select(list(COLUMNS[table]))


def _once(rows: pl.DataFrame, key: tuple[str, ...], measures: tuple[str, ...], how: str) -> pl.DataFrame:
    """Take each key once: associations united, each measure by itself the larger, or the sum."""
    hashes = rows.select(pl.struct(key).hash()).to_series()
    if hashes.n_unique() == rows.height:
        return rows
    repeated = hashes.is_duplicated()
    several = rows.filter(repeated)
    united = pl.col("associations").bitwise_or().alias("associations")
    taken = [pl.col(name).max() if how == "max" else pl.col(name).sum() for name in measures]
    merged = several.group_by(key).agg(pl.col("month").first(), united, *taken)
    return pl.concat([rows.filter(~repeated).select(merged.columns), merged])


def ordered(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Sort conformed rows by partner and tenant, then by everything else, so that equal facts give equal files."""
    names = list(COLUMNS[table])
    lead = [name for name in LEADING if name in names]
    return in_order(rows, [*lead, *(name for name in names if name not in lead)])

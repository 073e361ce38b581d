"""Azure usage of one account by location and subscription: from the files that hold it, or straight from the detail rows of a month.

A month that one source tells of is not written twice: what differs from its detail rows are codes, accounts and associations, which are
worked out for the rows that somebody asks for. Where several sources tell of a month, which of their rows count is settled on import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts import usage
from attain.facts.accounts import Accounts
from attain.facts.recognition import Recognition
from attain.facts.rows import BARE
from attain.store.detail import scan_detail, to_typed
from attain.store.tables import CONFORMED, SLICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.facts.coding import Coder
    from attain.store.place import Place
    from attain.store.state import State, StoredFile

DETAIL, AZURE = "azure_detail", "azure_usage"


def is_derived(files: Iterable[StoredFile]) -> bool:
    """Say whether the detail of a month, of which these are the detail files, is worked out from them when it is asked for."""
    return len({file.partition["source"] for file in files}) == 1


def files_derived_from(state: State, months: Iterable[int] | None = None) -> list[StoredFile]:
    """List the detail files of the months (some or all) whose detail is worked out from them."""
    wanted = None if months is None else {_name(month) for month in months}
    held = {file.partition[SLICE] for file in state.of(f"{CONFORMED}{DETAIL}")}
    of_months = ((str(file.partition["month"])[:7], file) for file in state.of(AZURE))
    return [file for name, file in of_months if name not in held and (wanted is None or name in wanted)]


def azure_detail(
    place: Place, state: State, coders: Mapping[str, Coder], partner: str, months: Iterable[int] | None = None
) -> pl.DataFrame:
    """Give the Azure usage of a global account, in some months or all, by location and subscription, with the columns of `usage`."""
    asked = None if months is None else frozenset(months)
    wanted = None if asked is None else {_name(month) for month in asked}
    written = [file for file in state.of(f"{CONFORMED}{DETAIL}") if wanted is None or file.partition[SLICE] in wanted]
    found = [pl.DataFrame(schema=usage.COLUMNS[DETAIL])]
    if written:
        rows = pl.scan_parquet([place.at(f"{CONFORMED}{DETAIL}/{file.path}") for file in written])
        found.append(rows.filter(pl.col("partner_id") == partner).collect())
    if files := files_derived_from(state, asked):
        found.append(_derived(place, state, coders, partner, files))
    return pl.concat(found)


def _derived(place: Place, state: State, coders: Mapping[str, Coder], partner: str, files: list[StoredFile]) -> pl.DataFrame:
    locations = _conformed(place, state, "locations").filter(pl.col("account") == partner)
    recognition = Recognition.of(_conformed(place, state, "associations"))
    # plain lists, for Polars looks into no row group that has none of them
    asked = pl.col("partner_id").is_in(locations["partner_id"].to_list())
    scopes = recognition.rows.filter(pl.col("partner_id") == partner)["scope"].drop_nulls().unique().to_list()
    if scopes:
        # rows that name no partner are theirs whose association names the subscription
        asked = asked | (pl.col("partner_id").is_null() & pl.col("subscription_id").is_in(scopes))
    rows = to_typed(AZURE, scan_detail(place, AZURE, files).filter(asked).collect(), coders).drop("source")
    moved = locations.filter(pl.col("partner_id") != partner).rename({"partner_id": "location", "account": "#account"})
    accounts = Accounts(pl.DataFrame(), moved)
    told = ~pl.col(BARE) & pl.col("partner_id").is_not_null() & pl.col("tenant_id").is_not_null()
    # what says all by itself needs no associations, which are another month by month
    parts = [usage.azure_rows(rows.filter(told), accounts, Recognition(recognition.rows.clear()))]
    for (month,), some in rows.filter(~told).partition_by("month", as_dict=True).items():
        parts.append(usage.azure_rows(some, accounts, recognition.in_month(int(month))))
    return pl.concat(usage.azure_detail(part) for part in parts).filter(pl.col("partner_id") == partner)


def _name(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _conformed(place: Place, state: State, table: str) -> pl.DataFrame:
    return pl.read_parquet([place.at(f"{CONFORMED}{table}/{file.path}") for file in state.of(f"{CONFORMED}{table}")])

"""Rows of AzureUsage that were read by column, added up by key, but for keys that need more than a sum."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import groups_of_runs, in_order, packed, runs, runs_in_order
from attain.facts.staging import Staging
from attain.sources.azure_twins import TWIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attain.facts.spellings import Spellings
    from attain.sources.azure_twins import Twins
    from attain.sources.gather import Gather

KEY = ("partner_id", "tenant_id", "subscription_id", "service")
_DIGEST = pl.sum_horizontal(pl.col(name).hash(seed) for seed, name in enumerate(KEY)).alias("#digest")
"""Of two keys that are equal. Those of others seldom are."""


class Sums:
    """Rows with KEY, `month`, `attribution`, `amount` (exact, see `columnar.PLACES`) and what tells twins, if anything does.

    Services and attributions are numbers of their text in `texts`.
    """

    def __init__(self, scratch: Path, texts: Spellings, twins: Twins) -> None:
        self._staging = Staging(scratch, ("subscription_id", "tenant_id"))
        self._texts, self._twins = texts, twins

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows of a block."""
        self._staging.add(rows)

    def by_key(self, apart: Gather[Decimal]) -> Iterator[tuple[int, pl.DataFrame]]:
        """Give the sums of each month, sorted by KEY, and put into `apart` what needs more than a sum.

        That are keys with several attributions or with flagged twins, and keys that rows read singly have, too.
        """
        self._twins.settle()
        keys = [key for key, _ in apart.items()]
        single = pl.DataFrame(keys, schema=["month", *KEY], orient="row", schema_overrides=dict.fromkeys(("month", *KEY), pl.String()))
        services = self._texts.texts("service")
        numbers = pl.DataFrame({"service": services, "#number": pl.int_range(len(services), dtype=pl.UInt32, eager=True)})
        # a service that no row by column names is in no key of theirs
        single = single.join(numbers, on="service").with_columns(pl.col("#number").alias("service")).drop("#number")
        for month in self._staging.months:
            name = month_text(month)
            known = single.filter(pl.col("month") == name).select(KEY)
            for part in range(self._staging.parts(month)):
                rows = _whole(self._staging.frame(month, part))
                summed, several = _summed(rows, services)
                routed = pl.concat([several, known]).unique()
                # that a key may be among them is told in a small part of the time that a join takes
                digests = routed.select(_DIGEST).to_series()
                if routed.height and (maybe := _is_among(rows, digests)).any():
                    self._put_apart(name, rows.filter(maybe).join(routed, on=list(KEY), how="semi"), apart)
                    maybe = _is_among(summed, digests)
                    rest = summed.filter(maybe).join(routed, on=list(KEY), how="anti")
                    summed, _ = _sorted(pl.concat([summed.filter(~maybe), rest]), services)
                yield month, summed

    def _put_apart(self, month: str, rows: pl.DataFrame, apart: Gather[Decimal]) -> None:
        services, codes = (self._texts.texts(name).to_list() for name in ("service", "attribution"))
        for row in rows.iter_rows(named=True):
            key = (month, row["partner_id"], row["tenant_id"], row["subscription_id"], services[row["service"]])
            # rows of a file that flags no twins have no digests
            twin = self._twins.name(tuple(int(row[name]) for name in TWIN if row.get(name) is not None))
            apart.add(key, (codes[row["attribution"]], twin, row.get("flag", "")), row["amount"])


def month_text(month: int) -> str:
    """Write a month, given as year * 12 + month - 1, such as `2026-10`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows of several blocks with the cells of columns that not all blocks had."""
    return rows.with_columns(pl.col("flag").fill_null("")) if "flag" in rows.columns else rows


def _is_among(rows: pl.DataFrame, digests: pl.Series) -> pl.Series:
    """Say of which rows the key has one of some digests."""
    return rows.select(_DIGEST).to_series().is_in(digests.implode())


def _sorted(rows: pl.DataFrame, services: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Sort rows by KEY, services by their names, as the store sorts them; with a number a row, rising, that is equal where the key is."""
    if not rows.height:
        return rows, pl.Series(dtype=pl.UInt64)
    owners = KEY[:-1]
    run = runs_in_order(rows, owners)
    owner = groups_of_runs(rows, owners) if run is None else run[-1]
    if owner is None:
        rows = in_order(rows, owners)
        owner = runs(rows, owners)
    number = packed([owner, services.rank("dense").gather(rows["service"])])
    assert number is not None
    if number.is_sorted():
        return rows, number
    order = number.arg_sort()
    return rows[order], number.gather(order)


def _summed(rows: pl.DataFrame, services: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add up rows by KEY, attribution and flag, sorted by KEY; give the keys apart that have several of these.

    Most keys of most files have one row: it is its own sum.
    """
    flag = ["flag"] if "flag" in rows.columns else []
    columns = [*KEY, "attribution", *flag]
    rows, number = _sorted(rows, services)
    steps = (number != number.shift(1)).fill_null(value=False)
    if int(steps.sum()) == max(0, rows.height - 1):
        return rows.select(*columns, "amount"), rows.clear().select(KEY)
    # keys are numbered again: so many bits as rows need leave room for the attributions of any file
    each = packed([steps.cum_sum(), *(rows[name].to_physical() for name in ("attribution", *flag))])
    assert each is not None
    if not each.is_sorted():
        order = each.arg_sort()
        rows, number, each = rows[order], number.gather(order), each.gather(order)
    last = (each != each.shift(-1)).fill_null(value=True)
    # a sum is what all rows up to its last add up to, less the same of the one before
    totals = rows["amount"].cum_sum().filter(last)
    whole = rows.select(columns).filter(last).with_columns(totals - totals.shift(1, fill_value=Decimal(0)))
    return whole, whole.select(KEY).filter(number.filter(last).is_duplicated())

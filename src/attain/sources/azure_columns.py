"""Rows of AzureUsage read by column: what nearly all rows of a large download are. All others go the way of single rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.sources.columnar import amounts, first_amount_shows, guids, repeated, rounded_units
from attain.sources.insights import RESOLD
from attain.sources.insights_columns import InsightsColumns
from attain.sources.key_sums import Shape, Sums, month_text
from attain.sources.plain_rows import all_of, none_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from attain.sources.attribution import Attributions
    from attain.sources.files import Row
    from attain.sources.gather import Gather
    from attain.sources.insights import Names, Resellers
    from attain.sources.intake import Intake, Sheet


def _amount(row: Mapping[str, Any]) -> Decimal:
    return row["amount"]


ACR = Shape(("partner_id", "tenant_id", "subscription_id", "service"), ("amount",), _amount)


class AzureColumns:
    """Takes in the plain rows of blocks, and gives them added up by key, but for keys that need more than a sum."""

    def __init__(self, intake: Intake, names: Names, attributions: Attributions, resellers: Resellers) -> None:
        self._tally, self._services = intake.tally, intake.services
        self._columns = columns = InsightsColumns(intake, names, attributions, resellers)
        self._own = Sums(intake.scratch / "columns", columns.texts, columns.twins, ACR)
        self._resold = Sums(intake.scratch / "resold", columns.texts, columns.twins, ACR)

    def places(self, sheet: Sheet) -> frozenset[int]:
        """Give the places of the columns of a file that are looked at."""
        return self._columns.places(sheet)

    def note_single(self, row: Row, digest: str) -> None:
        """Note a row that was read singly, see `InsightsColumns.note_single`."""
        self._columns.note_single(row, digest)

    def take(self, sheet: Sheet, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block (a text column a place) and say which these are."""
        if not self._columns.begin():
            return none_of(cells.height)
        tally = self._tally
        rows, plain = self._read(sheet, cells)
        kept = rows if plain is None else rows.filter(plain)
        if not kept.height or not self._own.takes(kept):
            # beyond what sums may come to the reader of rows decides
            return none_of(cells.height)
        rows = kept.drop("location", "account", "reseller", strict=False)
        self._own.add(rows)
        tally.kept += kept.height
        tally.unassigned += int(((kept["partner_id"] == "") | (kept["tenant_id"] == "")).sum())
        tally.months.update(month_text(int(month)) for month in kept["month"].unique())
        tally.currencies.add("USD")
        self._columns.note(sheet, cells if plain is None else cells.filter(plain), kept)
        if "reseller" in kept.columns and (resold := kept["reseller"] != "").any():
            self._resold.add(rows.with_columns(kept["reseller"].alias("partner_id")).filter(resold))
        return all_of(cells.height) if plain is None else plain

    def _read(self, sheet: Sheet, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Read a block, and say which rows are plain; None where all are."""
        about = self._columns.read(sheet, cells)
        subscription, subscription_plain = guids(sheet, cells, "subscription")
        service = self._services.each(repeated(sheet, cells, "service"))
        about.plain.only(subscription_plain, service.spread(service.texts != ""))
        if about.plain.begins_plain:
            first_amount_shows(sheet, cells, "acr")
        amount, amount_plain = amounts(sheet, cells, "acr")
        about.plain.only(amount_plain)
        told = [subscription.alias("subscription_id"), self._columns.numbers("service", service).alias("service"), amount.alias("amount")]
        return about.rows.with_columns(told), about.plain.settled()

    def frames(self, apart: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        """Give usage by key (`associations` beside it), and put into `apart` what needs more than a sum, see `Sums.by_key`."""
        sums = self._tally.sums
        for month, summed in self._own.by_key(apart):
            if summed.height:
                sums["acr"] = sums.get("acr", Decimal(0)) + Decimal(str(summed["amount"].sum()))
            yield as_usage(self._own.told(month, summed), "acr")

    def resold_frames(self, apart: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        """Give what resellers sold, as `frames` does."""
        for month, summed in self._resold.by_key(apart):
            yield as_usage(self._resold.told(month, summed, RESOLD), "acr")


def as_usage(told: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Give sums as rows of the contract, on a basis."""
    return told.drop("amount").with_columns(
        pl.lit("", dtype=pl.Enum([""])).alias("offer"),
        rounded_units(told["amount"]).alias("acr_usd"),
        pl.lit(basis, dtype=pl.Enum([basis])).alias("basis"),
    )

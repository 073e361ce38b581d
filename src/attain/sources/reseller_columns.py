"""Rows of ResellerPerformance read by column: what nearly all rows of a large download are. All others go the way of single rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.spellings import Spellings
from attain.facts.text_rows import Repeated
from attain.sources.azure_columns import ACR, as_usage
from attain.sources.columnar import amounts_or_none, guids, heads_saying, months, months_named, partners, repeated, texts, whole_ids
from attain.sources.key_sums import Sums, month_text
from attain.sources.plain_rows import PlainRows, all_of, none_of
from attain.sources.source import fold
from attain.sources.twins import Twins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.dimensions import Dimension
    from attain.sources.gather import Gather
    from attain.sources.intake import Intake, Sheet

AZURE = "azure"
NO_TENANT = "no tenant is named: the invoice or the subscription details tell these by tenant"
NO_REVENUE = "no revenue is shown"
BASIS = "billed"
_NO_ATTRIBUTION = "?"
"""The rows of this report have no attribution, by which sums of others are told apart."""


def is_azure(product: str) -> bool:
    """Say whether a product is Azure, of which the report tells what a store needs."""
    return fold(product).startswith(AZURE)


class ResellerColumns:
    """Takes in the plain rows of blocks, and gives revenue added up by key."""

    def __init__(self, intake: Intake, partners: Dimension) -> None:
        self._intake, self._tally, self._partners = intake, intake.tally, partners
        self._texts = Spellings()
        self._texts.number("attribution", _NO_ATTRIBUTION)
        self._sums = Sums(intake.scratch / "revenue", self._texts, Twins(), ACR)

    def take(self, sheet: Sheet, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block (a text column a place) and say which these are."""
        plain, services = PlainRows(cells.height), self._intake.services
        month = months(texts(sheet, cells, "month"), sheet.conventions)
        reseller, provider = partners(sheet, cells, "partner"), partners(sheet, cells, "provider")
        plain.only(month.is_not_null(), reseller != "", whole_ids(reseller), whole_ids(provider))
        products = repeated(sheet, cells, "product")
        given: list[str] = products.texts.to_list()
        azure_products = [product for product in given if is_azure(product)]
        settled = dict(zip(azure_products, services.settled(azure_products), strict=True))
        azure = products.spread(pl.Series([product in settled for product in given], dtype=pl.Boolean))
        plain.only(products.spread(pl.Series([settled.get(product, True) for product in given], dtype=pl.Boolean)))
        amount, amount_plain = amounts_or_none(sheet, cells, "revenue")
        subscription, subscription_plain = guids(sheet, cells, "subscription")
        shown = azure & amount.is_not_null()
        plain.only(~azure | amount_plain, ~shown | subscription_plain)
        rows = pl.DataFrame(
            {
                "month": month,
                "partner_id": reseller,
                "provider": provider,
                "subscription_id": subscription,
                "service": products.places,
                "amount": amount,
                "azure": azure,
            }
        ).with_columns(pl.lit(self._intake.options.tenant).alias("tenant_id"))
        taken = plain.settled()
        if taken is not None:
            rows, cells = rows.filter(taken), cells.filter(taken)
        told = rows.filter(pl.col("azure") & pl.col("amount").is_not_null())
        if not self._sums.takes(told):
            # beyond what sums may come to the reader of rows decides
            return none_of(len(month))
        if rows.height:
            self._add(told, products)
            self._count(rows, told)
            self._note(sheet, cells, rows)
        return all_of(len(month)) if taken is None else taken

    def _add(self, told: pl.DataFrame, products: Repeated) -> None:
        """Take in revenue; `service` is the place of the product among texts."""
        if not told.height:
            return
        used = products.used(told["service"]) if len(products.texts) > 1 else Repeated(products.texts, told["service"])
        numbers = [self._texts.number("service", self._intake.services.one(text)) for text in used.texts.to_list()]
        attribution = pl.lit(0, dtype=pl.UInt32).alias("attribution")
        service = used.spread(pl.Series("service", numbers, dtype=pl.UInt32))
        self._sums.add(told.select("month", *ACR.key[:-1], service, attribution, "amount"))
        self._tally.months.update(month_text(int(month)) for month in told["month"].unique())
        self._tally.currencies.add("USD")

    def _count(self, rows: pl.DataFrame, told: pl.DataFrame) -> None:
        tally, of_azure = self._tally, int(rows["azure"].sum())
        tally.kept += told.height
        tally.unassigned += 0 if self._intake.options.tenant else told.height
        for reason, count in ((NO_REVENUE, of_azure - told.height), (NO_TENANT, rows.height - of_azure)):
            if count:
                tally.left_out[reason] += count

    def _note(self, sheet: Sheet, cells: pl.DataFrame, rows: pl.DataFrame) -> None:
        """Note who sells through whom."""
        who = rows.select("month", "partner_id", "provider")
        heads = heads_saying(sheet, cells, who, ("name", "market", "provider_name"))
        apart = (pl.col("provider") != pl.col("partner_id")) & (pl.col("provider") != "")
        heads = heads.with_columns(months_named(heads["month"]).alias("month"), apart.alias("apart"))
        said = {"name": "name", "market": "country"}
        kept = heads.select("partner_id", "month", "provider", "apart", *(name for name in said if name in heads.columns)).unique()
        sold_through = pl.when("apart").then("provider").otherwise(pl.lit(""))
        told = kept.with_columns(pl.lit("reseller").alias("kind"), sold_through.alias("distributor_id"))
        self._partners.add_columns(told.drop("provider", "apart").rename(said, strict=False))
        providers = heads.filter("apart").with_columns(pl.lit("distributor").alias("kind"))
        named = [pl.col("provider_name").alias("name")] if "provider_name" in heads.columns else []
        if providers.height:
            self._partners.add_columns(providers.select(pl.col("provider").alias("partner_id"), "month", "kind", *named).unique())

    def frames(self, apart: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        """Give revenue by key, and put into `apart` what rows read singly have, too, see `Sums.by_key`."""
        sums = self._tally.sums
        for month, summed in self._sums.by_key(apart):
            if summed.height:
                sums[BASIS] = sums.get(BASIS, Decimal(0)) + Decimal(str(summed["amount"].sum()))
            yield as_usage(self._sums.told(month, summed), BASIS)

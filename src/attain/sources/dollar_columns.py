"""Amounts of invoices in US dollars, by column: as they stand, by their price in dollars, or by a dated rate of the user."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.sources.cells import GREATEST_AMOUNT
from attain.sources.columnar import EXACT_AMOUNT, PLACES, amounts_or_none, repeated
from attain.sources.intake import EXACT
from attain.sources.key_sums import month_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attain.facts.text_rows import Repeated
    from attain.sources.intake import Intake, Sheet

DOLLAR = "USD"
AS_IT_STANDS, PRICED, CONVERTED = range(3)
"""How an amount in US dollars is made."""
_FINEST = Decimal(1).scaleb(-PLACES)


class DollarColumns:
    """What the lines of a block charge in US dollars, as `InvoiceReader` makes it of each: `amounts`, and how each is `made`.

    `month` is the one in which a line begins, and `charged` its amount, null where they are not plain. `plain` says which amounts are made;
    those with more than PLACES places, or of a billion and more, are not.
    """

    def __init__(self, intake: Intake, sheet: Sheet, cells: pl.DataFrame, month: pl.Series, charged: pl.Series) -> None:
        self._intake = intake
        self.currencies = repeated(sheet, cells, "currency")
        self._names = _upper(self.currencies)
        self.amounts, self.made = charged, pl.Series([AS_IT_STANDS], dtype=pl.UInt8).new_from_index(0, cells.height)
        self.plain: list[pl.Series] = []
        foreign = self.currencies.spread(pl.Series([name != DOLLAR for name in self._names], dtype=pl.Boolean))
        if foreign.any():
            self._make(sheet, cells, pl.DataFrame({"month": month, "charged": charged}).with_row_index("row"), foreign)

    def _make(self, sheet: Sheet, cells: pl.DataFrame, lines: pl.DataFrame, foreign: pl.Series) -> None:
        pricing = repeated(sheet, cells, "pricing_currency")
        in_dollars = foreign & pricing.spread(pl.Series([name == DOLLAR for name in _upper(pricing)], dtype=pl.Boolean))
        price, price_plain = amounts_or_none(sheet, cells, "effective_price")
        quantity, quantity_plain = amounts_or_none(sheet, cells, "billable")
        read = ~in_dollars | (price_plain & quantity_plain)
        priced = in_dollars & price.is_not_null() & quantity.is_not_null()
        lines = lines.with_columns(
            price.alias("price"),
            quantity.alias("quantity"),
            (lines["charged"] < 0).alias("back"),
            self.currencies.places.alias("currency"),
            pl.when(priced).then(PRICED).when(foreign).then(CONVERTED).otherwise(AS_IT_STANDS).cast(pl.UInt8).alias("made"),
        )
        # what is not plain is not made
        known = lines.filter(read & lines["charged"].is_not_null() & lines["month"].is_not_null())
        made = [
            _each(known.filter(pl.col("made") == PRICED), ("price", "quantity", "back"), _of_price),
            _each(known.filter(pl.col("made") == CONVERTED), ("charged", "currency", "month"), self._of_rate),
            known.filter(pl.col("made") == AS_IT_STANDS).select("row", pl.col("charged").alias("amount")),
        ]
        self.amounts = lines.join(pl.concat(made), on="row", how="left", maintain_order="left")["amount"]
        self.made = lines["made"]
        self.plain = [self.amounts.is_not_null()]

    def _of_rate(self, amount: Decimal, currency: int, month: int) -> Decimal | None:
        rate = self._intake.options.rates.get((self._names[currency], month_text(month)))
        return None if rate is None else EXACT.multiply(amount, rate)

    def note(self, rows: pl.DataFrame) -> None:
        """Note the currencies and rates of lines that are taken: `made`, the place of the `currency`, and the `month`."""
        tally = self._intake.tally
        converted = rows.filter(pl.col("made") == CONVERTED)
        if converted.height < rows.height:
            tally.currencies.add(DOLLAR)
        used: list[tuple[int, int]] = converted.select("currency", "month").unique().rows()
        for currency, month in used:
            tally.currencies.add(self._names[currency])
            tally.rates_used.add((self._names[currency], month_text(month)))


def _upper(names: Repeated) -> list[str]:
    given: list[str] = names.texts.to_list()
    return [name.upper() for name in given]


def _of_price(price: Decimal, quantity: Decimal, back: bool) -> Decimal:
    amount = EXACT.multiply(price, quantity)
    return -abs(amount) if back else amount


def _each(rows: pl.DataFrame, names: Sequence[str], make: Callable[..., Decimal | None]) -> pl.DataFrame:
    """Give the amount of each `row`, made once of what rows of some columns have alike; null where it does not fit."""
    distinct = rows.select(names).unique()
    made = pl.Series("amount", [_fitting(make(*cells)) for cells in distinct.iter_rows()], dtype=EXACT_AMOUNT)
    return rows.join(distinct.with_columns(made), on=names, how="left").select("row", "amount")


def _fitting(amount: Decimal | None) -> Decimal | None:
    if amount is None or abs(amount) >= GREATEST_AMOUNT:
        return None
    exact = amount.quantize(_FINEST, context=EXACT)
    return exact if exact == amount else None

"""Lines of invoices read by column: what `invoices.InvoiceReader.take` makes of each, said of the plain ones of a block."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.cells import FIRST_MONTH, GUID, LAST_MONTH
from attain.facts.text_rows import Repeated
from attain.sources.columnar import amounts, days, is_alike, months_named, repeated, texts, whole_numbers_or_none
from attain.sources.dollar_columns import DollarColumns
from attain.sources.intake import subscription_of
from attain.sources.invoice_sums import UNNUMBERED
from attain.sources.plain_rows import PlainRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attain.sources.billing import Parties
    from attain.sources.intake import Intake, Sheet
    from attain.sources.invoice_sums import Lines
    from attain.sources.products import Named, Products


class InvoiceColumns:
    """Takes in the plain lines of blocks."""

    def __init__(self, intake: Intake, parties: Parties, products: Products, lines: Lines) -> None:
        self._intake, self._tally = intake, intake.tally
        self._parties, self._products, self._lines = parties, products, lines
        self.long = list[pl.Series]()
        """Subscriptions of lines that charge for more than a month."""

    def take(self, sheet: Sheet, cells: pl.DataFrame, taken_back: Callable[[str], bool]) -> pl.Series:
        """Take in lines of which none is left out, and say which; `taken_back` tells of a charge that its seats go."""
        plain = PlainRows(cells.height)
        between = self._parties.of_columns(sheet, cells)
        plain.only(*between.plain, between.rows["partner_id"] != "", between.rows["tenant_id"] != "")
        month, last = _months(sheet, cells, plain)
        charged, charged_plain = amounts(sheet, cells, "charged")
        plain.only(charged_plain)
        dollars = DollarColumns(self._intake, sheet, cells, month, charged)
        plain.only(*dollars.plain)
        seats, seats_plain = whole_numbers_or_none(sheet, cells, "quantity")
        plain.only(seats_plain)
        charges = repeated(sheet, cells, "charge")
        goes = charges.spread(pl.Series([taken_back(text) for text in charges.texts.to_list()], dtype=pl.Boolean)) | (charged < 0)
        seats = seats.fill_null(0)
        products = repeated(sheet, cells, "product")
        given: list[str] = products.texts.to_list()
        named = self._products.each(given)
        for settled in (products.texts != "", pl.Series([one.settled for one in named], dtype=pl.Boolean)):
            plain.only(products.spread(settled))
        plain.first_singly(products, pl.Series([one.warns for one in named], dtype=pl.Boolean))
        invoices = _invoices(sheet, cells, month)
        rows = between.rows.with_columns(
            month.alias("month"),
            last.alias("last"),
            _subscriptions(texts(sheet, cells, "subscription")).alias("scope"),
            dollars.amounts.alias("charged"),
            seats.zip_with(~goes, -seats.abs()).alias("seats"),
            products.places.alias("product"),
            invoices.places.alias("invoice"),
            dollars.made.alias("made"),
            dollars.currencies.places.alias("currency"),
        )
        taken = plain.settled()
        if taken is not None:
            rows, cells = rows.filter(taken), cells.filter(taken)
        if not rows.height:
            assert taken is not None
            return taken
        if not self._lines.takes(rows["charged"]):
            # beyond what sums may come to the reader of rows decides
            return pl.Series([False]).new_from_index(0, len(month))
        self._parties.note_columns(sheet, cells, rows)
        dollars.note(rows)
        workload = _numbered(products, rows["product"], partial(self._workload, dict(zip(given, named, strict=True))))
        invoice = _numbered(invoices, rows["invoice"], partial(self._lines.invoice, sheet.name))
        self._lines.add_columns(rows.with_columns(workload.alias("workload"), invoice.alias("invoice")))
        lasting = rows.filter((pl.col("last") > pl.col("month")) & (pl.col("seats") != 0))
        if lasting.height:
            self.long.append(lasting["scope"].unique())
        self._tally.kept += rows.height
        return pl.Series([True]).new_from_index(0, len(month)) if taken is None else taken

    def _workload(self, named: Mapping[str, Named], product: str) -> int:
        """Give the number of the workload of a product, and note it; one that warns is noted by its first row, which comes singly."""
        if not named[product].warns:
            self._products.workload(product)
        return self._lines.workload(named[product].workload)


def _numbered(cells: Repeated, places: pl.Series, number: Callable[[str], int]) -> pl.Series:
    """Give the number of each row's text, by its place among the texts of some cells; texts that no row has get none."""
    used = Repeated(cells.texts, places).used(places)
    texts: list[str] = used.texts.to_list()
    return used.spread(pl.Series([number(text) for text in texts], dtype=pl.UInt32))


def _invoices(sheet: Sheet, cells: pl.DataFrame, month: pl.Series) -> Repeated:
    """Give the numbers of invoices, of lines that name none what stands for it."""
    numbers = repeated(sheet, cells, "invoice")
    if not (numbers.texts == "").any():
        return numbers
    named = numbers.spread(numbers.texts)
    own = pl.select(pl.lit(UNNUMBERED) + months_named(month.fill_null(FIRST_MONTH))).to_series()
    return Repeated.of(named.zip_with(named != "", own))


def _months(sheet: Sheet, cells: pl.DataFrame, plain: PlainRows) -> tuple[pl.Series, pl.Series]:
    """Give the months that lines begin in, and the last whose last day they charge for, as year * 12 + month - 1."""
    start, start_plain = days(texts(sheet, cells, "start"), sheet.conventions)
    end, end_plain = days(texts(sheet, cells, "end"), sheet.conventions)
    end = end.zip_with(end.is_not_null(), start)
    begun, ended = _month_numbers(start), _month_numbers(end)
    in_order = (end >= start) & (begun >= FIRST_MONTH) & (ended <= LAST_MONTH)
    plain.only(start_plain, end_plain, in_order.fill_null(value=False))
    return begun, ended - (end != end.dt.month_end()).cast(pl.Int32)


def _month_numbers(found: pl.Series) -> pl.Series:
    return found.dt.year() * 12 + (found.dt.month().cast(pl.Int32) - 1)


def _subscriptions(found: pl.Series) -> pl.Series:
    """Give what `subscription_of` gives of each."""
    if is_alike(found):
        return _subscriptions(found.head(1)).new_from_index(0, len(found))
    others = ~found.str.contains(GUID)
    if not others.any():
        return found
    distinct: list[str] = found.filter(others).unique().to_list()
    return found.replace(distinct, [subscription_of(text) for text in distinct])

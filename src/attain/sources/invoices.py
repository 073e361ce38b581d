"""Seats and revenue out of the lines of CSP invoices, by month, partner, tenant and workload.

Revenue is what a line charges before tax, in the month of its invoice: the month in which most of its lines begin, so that a correction of
an earlier month takes nothing from what that month's own invoice told. Seats are a level: a line's quantity counts in each month whose last
day lies in the time it charges for, what is removed or cancelled counts against it. No month is told in which no line begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from attain.sources.billing import Parties, association_of
from attain.sources.columnar import repeated
from attain.sources.costs import MARKETPLACE, TAX
from attain.sources.dollars import Dollars
from attain.sources.intake import Intake, Output, RowFault, Sheet, subscription_of
from attain.sources.invoice_columns import InvoiceColumns
from attain.sources.invoice_sums import UNNUMBERED, Lines
from attain.sources.links import last_day
from attain.sources.plain_rows import none_of
from attain.sources.products import Products
from attain.sources.source import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from decimal import Decimal

    from attain.sources.files import Row

AZURE = frozenset({"azureplan", "microsoftazure", "azurereservations", "azuresavingsplan"})
AZURE_ELSEWHERE = "Azure: the usage file tells it by subscription and service"
TRIAL = "trials: no paid seats"
CREDITS = frozenset({"customercredit", "credit", "tax"})
TAKEN_BACK = frozenset({"removequantity", "cancelimmediate", "cancel", "cancelinstanceprorate", "decreasequantity"})
"""Charges (folded) whose quantity is seats that go."""
NO_PARTY = "no reseller is named: --partner fills it"


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says: the days it charges for, the seats it adds (or takes), and what it charges in US dollars before tax."""

    start: date
    end: date
    seats: int
    charged: Decimal

    @property
    def last_month(self) -> str:
        """Give the last month whose last day is charged for: that of the end, or the one before where the end lies inside a month."""
        month = _month(self.end)
        return month if last_day(month) == self.end.isoformat() else _month(self.end.replace(day=1) - timedelta(days=1))


class InvoiceReader:
    """Takes in the lines of invoices."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self.dollars = Dollars(intake)
        # A legacy invoice has no number in its lines
        self._parties = Parties(intake, billed=True)
        self._products = Products(intake.catalog, intake.tally)
        self._lines = Lines(intake, self._parties)
        self._long: set[str] = set()
        self._columns = InvoiceColumns(intake, self._parties, self._products, self._lines)

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet

    def left_out(self, row: Row) -> str:
        """Leave out what others sell, Azure (its usage file tells more of it), trials and credits to the customer."""
        sheet = self.sheet
        if _is_other_publisher(sheet.text(row, "publisher")):
            return MARKETPLACE
        if fold(sheet.text(row, "line_of_business")) in AZURE or sheet.text(row, "meter") or sheet.text(row, "reservation"):
            return AZURE_ELSEWHERE
        if is_trial(sheet.text(row, "qualifiers")):
            return TRIAL
        return TAX if fold(sheet.text(row, "charge")) in CREDITS else ""

    def _charged_usd(self, row: Row, month: str) -> Decimal:
        sheet = self.sheet
        charged = sheet.money(row, "charged")
        if charged is None:
            raise RowFault(sheet.columns.column("charged"), "", "empty")
        if sheet.text(row, "currency").upper() != "USD" and sheet.text(row, "pricing_currency").upper() == "USD":
            price, quantity = sheet.money(row, "effective_price"), sheet.money(row, "billable")
            if price is not None and quantity is not None:
                self.tally.currencies.add("USD")
                return price * quantity if charged >= 0 else -abs(price * quantity)
        return self.dollars.of(sheet, row, charged, month)

    def _seats_of(self, row: Row) -> int:
        sheet = self.sheet
        quantity = sheet.money(row, "quantity")
        if quantity is None:
            return 0
        if quantity != int(quantity):
            raise RowFault(sheet.columns.column("quantity"), sheet.text(row, "quantity"), "not a whole number of seats")
        charged = sheet.money(row, "charged")
        takes = fold(sheet.text(row, "charge")) in TAKEN_BACK or (charged is not None and charged < 0)
        return -abs(int(quantity)) if takes else int(quantity)

    def take(self, row: Row) -> None:
        """Take in one line."""
        if reason := self.left_out(row):
            self.tally.left_out[reason] += 1
            return
        sheet = self.sheet
        line = self._line(row)
        month = _month(line.start)
        subscription, product = subscription_of(sheet.text(row, "subscription")), sheet.needed(row, "product")
        partner, tenant = self._parties.of(sheet, row, month, subscription, both=True)
        if not partner or not tenant:
            raise RowFault(sheet.columns.column("tenant" if partner else "reseller"), "", "empty" if partner else NO_PARTY)
        own = sheet.partner(row, "own")
        association = association_of(partner, own) if own else ""
        key = (partner, tenant, self._products.workload(product))
        invoice = (sheet.name, sheet.text(row, "invoice") or UNNUMBERED + month)
        self._lines.add(invoice, key, association, (month, line.last_month if line.seats else month), line.charged, line.seats)
        if line.seats and line.last_month > month:
            self._long.add(subscription)
        self.tally.kept += 1

    def _line(self, row: Row) -> Line:
        sheet = self.sheet
        start, end = sheet.day(row, "start"), sheet.day(row, "end")
        if start is None:
            raise RowFault(sheet.columns.column("start"), "", "empty")
        if end and end < start:
            raise RowFault(sheet.columns.column("end"), sheet.text(row, "end"), f"lies before the start, {start}")
        # of a month that no row may be of nothing could be told
        month = sheet.month(row, "start")
        return Line(start, end or start, self._seats_of(row), self._charged_usd(row, month))

    @property
    def places(self) -> frozenset[int]:
        """Give the places of the columns that are read: other dates than those of the charge only show how the file writes them."""
        fields = (field for field in self.intake.source.fields if field.name != "other_dates")
        return frozenset(place for field in fields for place in self.sheet.columns.places(field.name))

    def take_columns(self, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain lines of a block, and those that are left out whatever else they say."""
        partner = self.intake.options.partner
        if partner != partner.strip():
            # rows by column are as the contract has them
            return none_of(cells.height)
        reasons = self._reasons(cells)
        for reason, lines in reasons.drop_nulls().alias("reason").value_counts().iter_rows():
            self.tally.left_out[reason] += lines
        stays = reasons.is_null()
        if not stays.any():
            return ~stays
        if stays.all():
            return self._columns.take(self.sheet, cells, lambda charge: fold(charge) in TAKEN_BACK)
        taken = self._columns.take(self.sheet, cells.filter(stays), lambda charge: fold(charge) in TAKEN_BACK)
        return (~stays).scatter(stays.arg_true(), taken)

    def _reasons(self, cells: pl.DataFrame) -> pl.Series:
        """Give why each line of a block is left out, as `left_out` does; null where it is not."""

        def holds(name: str, condition: Callable[[str], bool]) -> pl.Series:
            found = repeated(self.sheet, cells, name)
            return found.spread(pl.Series([condition(text) for text in found.texts.to_list()], dtype=pl.Boolean))

        azure = holds("line_of_business", lambda text: fold(text) in AZURE) | holds("meter", bool) | holds("reservation", bool)
        # of several the first stands
        conditions = {
            TAX: holds("charge", lambda text: fold(text) in CREDITS),
            TRIAL: holds("qualifiers", is_trial),
            AZURE_ELSEWHERE: azure,
            MARKETPLACE: holds("publisher", _is_other_publisher),
        }
        reasons = pl.Series([None], dtype=pl.String).new_from_index(0, cells.height)
        for reason, condition in conditions.items():
            if condition.any():
                reasons = reasons.set(condition, reason)
        return reasons

    def outputs(self) -> Iterator[Output]:
        """Give seats, revenue, partners, customers and associations."""
        long = self._long.union(*(subscriptions.to_list() for subscriptions in self._columns.long))
        if long:
            billed = "1 subscription is" if len(long) == 1 else f"{len(long):,} subscriptions are"
            self.tally.warn(
                f"{billed} billed for more than a month at once: give all invoices of their term together "
                "(--parts), or later months lack their seats"
            )
        yield from self._lines.outputs()
        yield from self._parties.outputs()


def is_trial(qualifiers: str) -> bool:
    """Say whether a product is a trial by its qualifiers, of which it may have several: `Add-on, Trial`, or a list as an API writes it."""
    return "trial" in re.split(r"[^a-z]+", qualifiers.casefold())


def _is_other_publisher(name: str) -> bool:
    publisher = fold(name)
    return publisher != "" and not publisher.startswith("microsoft")


def _month(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"

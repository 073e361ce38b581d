"""Seats and revenue out of the lines of CSP invoices, by month, partner, tenant and workload.

Revenue is what a line charges before tax, in the month of its invoice: the month in which most of its lines begin, so that a correction of
an earlier month takes nothing from what that month's own invoice told. Seats are a level: a line's quantity counts in each month whose last
day lies in the time it charges for, what is removed or cancelled counts against it. No month is told in which no line begins.
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from attain.sources.billing import Parties, association_of, last_day
from attain.sources.costs import MARKETPLACE, TAX
from attain.sources.dollars import Dollars
from attain.sources.gather import Gather
from attain.sources.intake import Intake, Output, RowFault, Sheet, rounded, subscription_of
from attain.sources.products import Products
from attain.sources.source import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from attain.sources.files import Row

USAGE = ("month", "partner_id", "tenant_id", "workload", "paid_licenses")
REVENUE = ("month", "partner_id", "tenant_id", "workload", "revenue_usd")
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
        self._charged: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._seats: Gather[int] = Gather(operator.add, intake.scratch)
        self._months: dict[tuple[str, str], Counter[str]] = {}
        self._long: set[str] = set()

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet

    def left_out(self, row: Row) -> str:
        """Leave out what others sell, Azure (its usage file tells more of it), trials and credits to the customer."""
        sheet = self.sheet
        publisher = fold(sheet.text(row, "publisher"))
        if publisher and not publisher.startswith("microsoft"):
            return MARKETPLACE
        if fold(sheet.text(row, "line_of_business")) in AZURE or sheet.text(row, "meter") or sheet.text(row, "reservation"):
            return AZURE_ELSEWHERE
        if fold(sheet.text(row, "qualifiers")) == "trial":
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
        invoice = sheet.text(row, "invoice")
        self._months.setdefault((sheet.name, invoice), Counter())[month] += 1
        self._charged.add((sheet.name, invoice, *key), (association,), line.charged)
        if line.seats:
            self._seats.add(key, (association, month, line.last_month), line.seats)
            if line.last_month > month:
                self._long.add(subscription)
        self.tally.kept += 1

    def _line(self, row: Row) -> Line:
        sheet = self.sheet
        start, end = sheet.day(row, "start"), sheet.day(row, "end")
        if start is None:
            raise RowFault(sheet.columns.column("start"), "", "empty")
        if end and end < start:
            raise RowFault(sheet.columns.column("end"), sheet.text(row, "end"), f"lies before the start, {start}")
        return Line(start, end or start, self._seats_of(row), self._charged_usd(row, _month(start)))

    def outputs(self) -> Iterator[Output]:
        """Give seats, revenue, partners, customers and associations."""
        if self._long:
            self.tally.warn(
                f"{len(self._long)} subscriptions are billed for more than a month at once: give all invoices of their term together "
                "(--parts), or later months lack their seats"
            )
        yield Output("workload_revenue", REVENUE, self._revenue_rows())
        yield Output("workload_usage", USAGE, self._seat_rows())
        yield from self._parties.outputs()

    def _revenue_rows(self) -> Iterator[tuple[object, ...]]:
        counted = {invoice: max(months.items(), key=lambda item: (item[1], item[0]))[0] for invoice, months in self._months.items()}
        sums: Gather[Decimal] = Gather(operator.add, self.intake.scratch)
        for (sheet, invoice, *key), parts in self._charged.items():
            for part, amount in parts.items():
                sums.add((counted[sheet, invoice], *key), part, amount)
        for (month, *key), parts in sums.items():
            amount = sum(parts.values(), Decimal(0))
            self._link(key, month, {association for (association,) in parts})
            self.tally.months.add(month)
            self.tally.sums["billed"] = self.tally.sums.get("billed", Decimal(0)) + amount
            yield (month, *key, rounded(amount))

    def _seat_rows(self) -> Iterator[tuple[object, ...]]:
        told = sorted({month for months in self._months.values() for month in months})
        for key, parts in self._seats.items():
            for month in told:
                current = {part: seats for part, seats in parts.items() if part[1] <= month <= part[2]}
                # a removal whose purchase stands in a file that is not there would leave less than nothing
                level = max(0, sum(current.values()))
                if level:
                    self._link(key, month, {part[0] for part in current})
                    yield (month, *key, level)

    def _link(self, key: Sequence[str], month: str, associations: set[str]) -> None:
        partner, tenant, workload = key
        for association in associations - {""}:
            self._parties.link(partner, tenant, association, workload, month)


def _month(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"

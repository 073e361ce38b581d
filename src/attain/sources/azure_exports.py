"""What the cost exports of Azure have in common, under an Enterprise Agreement and a Microsoft Customer or Partner Agreement.

An *actual* and an *amortized* export have the same header. They differ in their rows: the actual one shows the purchase of a reservation
or savings plan, and its covered usage at no cost; the amortized one shows that usage at its share of the price, and what was left unused.
Where no such row is there, both exports say the same, and the amounts are taken as billed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.costs import MARKETPLACE, TAX, CostReader
from attain.sources.intake import RowFault
from attain.sources.source import fold

if TYPE_CHECKING:
    from attain.sources.files import Row

CONSUMPTION = frozenset({"", "usage"})
UNUSED = frozenset({"unusedreservation", "unusedsavingsplan"})
TRADED = frozenset({"purchase", "refund"})
KNOWN = CONSUMPTION | UNUSED | TRADED
COMMITMENT = frozenset({"reservation", "savingsplan"})
COST = "cost"
"""The reader's name of the sum whose basis only the whole file tells."""


class ExportReader(CostReader):
    """Takes in the rows of a cost export, watching which of the two kinds it is."""

    SUMMED = ("cost", "cost_usd", "quantity", "retail_usd", "retail")

    _amortized = 0
    _actual = 0
    _covered_free = 0
    _unpriced = 0
    _priced = False

    def left_out(self, row: Row) -> str:
        """Leave out the marketplace, other clouds, taxes and adjustments."""
        publisher = fold(self.sheet.text(row, "publisher_type"))
        if publisher == "aws":
            return "other provider: AWS"
        if publisher == "marketplace":
            return MARKETPLACE
        return "" if self._charge(row) in KNOWN else TAX

    def _charge(self, row: Row) -> str:
        return fold(self.sheet.text(row, "charge"))

    def amounts(self, row: Row, month: str) -> dict[str, Decimal]:
        """Give the row's cost, and its price at retail where it is consumption."""
        cost = self.usd(row, month, "cost_usd", "cost")
        if cost is None:
            raise RowFault(self.sheet.columns.column("cost") or self.sheet.columns.column("cost_usd"), "", "empty")
        found = {COST: cost}
        charge = self._charge(row)
        retail = self.retail(row, month) if charge in CONSUMPTION else None
        if retail is not None:
            found["list"] = retail
            self._priced = True
        if charge in CONSUMPTION and retail is None:
            self._unpriced += self.tally.stands_for
        self._watch(row, charge, cost)
        return found

    def retail(self, row: Row, month: str) -> Decimal | None:
        """Give the row's price at retail in US dollars, None where the file does not tell.

        A retail price of zero on usage that has a price of its own means that the export did not fill it.
        """
        amount = self.retail_usd(row, month, "retail_usd", "retail")
        if amount is not None:
            return amount if amount or not self._has_price(row) else None
        price, quantity = self.sheet.money(row, "retail_price"), self.sheet.money(row, "quantity")
        if price is None or quantity is None or (not price and self._has_price(row)):
            return None
        currency = self.sheet.text(row, "price_currency") or self.sheet.text(row, "currency")
        return self.dollars.converted(price * quantity, currency.upper(), month)

    def _has_price(self, row: Row) -> bool:
        return bool(self.sheet.money(row, "unit_price")) or bool(self.sheet.money(row, "cost"))

    def _watch(self, row: Row, charge: str, cost: Decimal) -> None:
        model = fold(self.sheet.text(row, "pricing_model"))
        commitment = model in COMMITMENT or (not model and bool(self.sheet.text(row, "reservation")))
        if charge in UNUSED or (commitment and charge in CONSUMPTION and cost):
            self._amortized += self.tally.stands_for
        elif commitment and charge in TRADED and cost:
            self._actual += self.tally.stands_for
        elif commitment and charge in CONSUMPTION:
            self._covered_free += self.tally.stands_for

    def bases(self) -> dict[str, str]:
        """Name the basis of the cost column by what the rows show or the user says, and of the retail price where every row has one."""
        wanted = self.intake.options.basis
        if wanted == "acr":
            message = "a cost export states no Azure consumed revenue"
            raise AttainError("basis-absent", message, self.sheet.name, "say --basis billed, amortized or list")
        bases = {} if wanted == "list" else {COST: self._basis_of_cost(wanted)}
        if self._priced and wanted in {"", "list"}:
            rows = "1 usage row carries" if self._unpriced == 1 else f"{self._unpriced:,} usage rows carry"
            if not self._unpriced:
                bases["list"] = "list"
            elif wanted:
                bases["list"] = "list"
                self.tally.warn(f"{rows} no retail price: the list amounts are too low by that")
            else:
                self.tally.warn(f"basis list is left out: {rows} no retail price (--basis list takes the others)")
        if not bases:
            raise AttainError("basis-absent", "the file states no retail prices", self.sheet.name, "say --basis billed or amortized")
        return bases

    def _basis_of_cost(self, wanted: str) -> str:
        shown = "amortized" if self._amortized else "billed"
        if wanted:
            if (wanted == "billed" and self._amortized) or (wanted == "amortized" and self._actual):
                self.tally.warn(f"taken as {wanted} because you say so, though rows look like the other kind of export")
            return wanted
        if self._amortized and self._actual:
            raise AttainError(
                "basis-unclear",
                f"{self._actual} rows look like an actual cost export, {self._amortized} like an amortized one",
                self.sheet.name,
                "say --basis billed or --basis amortized; two exports in one file are to be imported apart",
            )
        if not (self._amortized or self._actual or self._covered_free):
            self.tally.warn(
                "no reservation or savings plan in it, so actual and amortized cost are equal: taken as billed (or say --basis amortized)"
            )
        return shown

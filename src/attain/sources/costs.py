"""What cost files have in common: dollars by basis, rows without partner or tenant, and which charges are consumption."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from attain.sources.alike import take_alike
from attain.sources.dimensions import Dimension
from attain.sources.dollars import Dollars
from attain.sources.gather import Gather
from attain.sources.intake import Intake, Output, Sheet, rounded
from attain.sources.source import Feed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from attain.sources.files import Row

COLUMNS = ("month", "partner_id", "tenant_id", "subscription_id", "service", "offer", "acr_usd", "basis")

TAX = "taxes, credits and adjustments: no consumption of a service"
MARKETPLACE = "sold through the marketplace by others: no Azure consumption"

COST_FEEDS = (
    Feed("net customer adds, usage growth and deployments of the three Azure designations, on this basis (--basis)"),
    Feed("the Azure half of Security, on this basis (--basis)", ("meter_category",), "other names of services seldom match its lists"),
    Feed("every metric, for rows that know their tenant", ("tenant",), "--tenant, or an associations row with this subscription as scope"),
    Feed(
        "every metric, for rows that know their partner", ("partner",), "--partner, or an associations row with this subscription as scope"
    ),
    Feed("leaving out support, internal, benefit and trial offers", ("offer",), "every row counts as paid"),
)


class CostReader(ABC):
    """Takes in cost rows and sums them per key and basis, exactly, rounding once at the end.

    A source says which fields hold what adds up over rows that are alike in all else (`SUMMED`: amounts and quantities, but no prices, by
    which these are multiplied), which rows are no consumption (`left_out`), what a row costs on each basis (`amounts`) and, once all rows
    are in, under which name each of its sums is written (`bases`: a sum that is not named is left out).
    """

    SUMMED: ClassVar[tuple[str, ...]]

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.tally = intake.tally
        self.dollars = Dollars(intake)
        self.sheet: Sheet
        self._totals: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._customers = Dimension("customers", "tenant_id", ("name",), intake.scratch)

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet

    @abstractmethod
    def left_out(self, row: Row) -> str:
        """Say why a row is no consumption of an Azure service, empty where it is."""

    @abstractmethod
    def amounts(self, row: Row, month: str) -> dict[str, Decimal]:
        """Give what the row costs in US dollars, by the reader's own name of the sum."""

    @abstractmethod
    def bases(self) -> dict[str, str]:
        """Give the contract's basis for each of the reader's sums, once all rows are in."""

    def take(self, row: Row) -> None:
        """Take in one row, on every basis that it states."""
        if reason := self.left_out(row):
            self.tally.left_out[reason] += self.tally.stands_for
            return
        sheet, options = self.sheet, self.intake.options
        month = sheet.month(row, "date")
        partner = sheet.partner(row, "partner") or options.partner
        tenant = sheet.tenant(row, "tenant") or options.tenant
        subscription = sheet.subscription(row, "subscription")
        service = sheet.needed(row, "service")
        amounts = self.amounts(row, month)
        offer = self.intake.offers.one(sheet.text(row, "offer"))
        key = (month, partner, tenant, subscription, self.intake.services.one(service), offer)
        for name, amount in amounts.items():
            self._totals.add(key, (name,), amount)
        if tenant and (name := sheet.text(row, "customer_name")):
            self._customers.add(tenant, month, name)
        self.count(partner, tenant)
        self.tally.months.add(month)

    def count(self, partner: str, tenant: str) -> None:
        """Count a row that was taken in, for all that it stands for."""
        self.tally.kept += self.tally.stands_for
        if not (partner and tenant):
            self.tally.unassigned += self.tally.stands_for

    @property
    def places(self) -> frozenset[int]:
        """Give the places of the columns that are read: other dates than the day of the row only show how the file writes them."""
        fields = (field for field in self.intake.source.fields if field.kind != "date" or field.name == "date")
        return frozenset(place for field in fields for place in self.sheet.columns.places(field.name))

    def take_columns(self, cells: pl.DataFrame) -> pl.Series:
        """Take in those rows of a block together that differ in their day and amounts alone."""
        read = cells.select(str(place) for place in sorted(self.places))
        return take_alike(self, self.tally, self.sheet, read, "date", self.SUMMED)

    def usd(self, row: Row, month: str, dollars: str, own: str) -> Decimal | None:
        """Give an amount in US dollars: the file's own dollar column, else its amount with the dated rate of the user; None where empty.

        Raises RowFault where the currency has no rate for the month.
        """
        amount = self.sheet.money(row, dollars)
        if amount is not None:
            self.tally.currencies.add("USD")
            return amount
        amount = self.sheet.money(row, own)
        return None if amount is None else self.dollars.of(self.sheet, row, amount, month)

    def retail_usd(self, row: Row, month: str, dollars: str, own: str) -> Decimal | None:
        """Give an amount that a file need not state, in US dollars; None where it is empty or its currency has no rate."""
        amount = self.sheet.money(row, dollars)
        if amount is not None:
            return amount
        amount = self.sheet.money(row, own)
        return None if amount is None else self.dollars.converted(amount, self.sheet.text(row, "currency").upper(), month)

    def outputs(self) -> Iterator[Output]:
        """Give the `azure_usage` rows of every basis that is written, and the customers that are named."""
        bases = self.bases()
        yield Output("azure_usage", COLUMNS, self._rows(bases))
        yield self._customers.output()

    def _rows(self, bases: dict[str, str]) -> Iterator[tuple[object, ...]]:
        for key, parts in self._totals.items():
            for (name,), amount in sorted(parts.items()):
                if basis := bases.get(name):
                    self.tally.sums[basis] = self.tally.sums.get(basis, Decimal(0)) + amount
                    yield (*key, rounded(amount), basis)

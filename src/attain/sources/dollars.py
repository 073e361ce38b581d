"""Amounts of other currencies in US dollars: by a dated rate that the user gives and the import records, else not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.intake import RowFault

if TYPE_CHECKING:
    from decimal import Decimal

    from attain.sources.files import Row
    from attain.sources.intake import Intake, Sheet


class Dollars:
    """Turns amounts into US dollars, noting currencies and rates in the tally. The currency stands in the field `currency`."""

    def __init__(self, intake: Intake) -> None:
        self._rates, self._tally = intake.options.rates, intake.tally

    def converted(self, amount: Decimal, currency: str, month: str) -> Decimal | None:
        """Give an amount in US dollars by the user's rate for the month, None where there is none."""
        if currency == "USD":
            return amount
        rate = self._rates.get((currency, month))
        if rate is None:
            return None
        self._tally.rates_used.add((currency, month))
        return amount * rate

    def of(self, sheet: Sheet, row: Row, amount: Decimal, month: str) -> Decimal:
        """Give an amount in the row's currency in US dollars; raises RowFault where that is another one without a rate."""
        currency = sheet.text(row, "currency").upper()
        converted = self.converted(amount, currency, month)
        if converted is None:
            how = f"not in US dollars, and no rate for {month}: say --rate {currency}=RATE@{month}"
            raise RowFault(sheet.columns.column("currency"), currency, how if currency else "no currency is named")
        self._tally.currencies.add(currency)
        return converted

"""Daily-rated usage of Azure plans: the file of Partner Center, the lines of the partner billing API, and what distributors make of them.

One row is one meter of one day. `EntitlementId` is the Azure subscription; `SubscriptionId` is the plan and is not used. What was billed
is after the partner earned credit; unit price times quantity is the list price. Usage that reached Microsoft late stands in a later invoice
under the day it happened: it counts in the month of its invoice, so that no file takes anything from a month that another file tells.
"""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.billing import OBTAIN, PARTNER_FEED, PARTY_FIELDS, ROLE, Parties
from attain.sources.costs import COST_FEEDS, MARKETPLACE, TAX, CostReader
from attain.sources.gather import Gather
from attain.sources.intake import Intake, Output, RowFault
from attain.sources.source import Field, Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row

_UNBILLED_MONTHS = 2
"""Usage that no invoice tells of yet is of this month and, where it came late, of the one before."""
CREDITS = frozenset({"customercredit", "credit", "partnercredit", "refundcredit", "tax", "fee"})
"""Charges (folded) that are no consumption of a service."""


class DailyRatedReader(CostReader):
    """Takes in daily-rated usage rows."""

    SUMMED = ("billed", "pricing_total", "quantity")

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self._parties = Parties(intake)
        self._by_invoice: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._months: dict[tuple[str, str], set[str]] = {}
        self._unpriced = 0

    def left_out(self, row: Row) -> str:
        """Leave out what others sell through the marketplace, and credits."""
        publisher = fold(self.sheet.text(row, "publisher"))
        if publisher and not publisher.startswith("microsoft"):
            return MARKETPLACE
        return TAX if fold(self.sheet.text(row, "charge")) in CREDITS else ""

    def take(self, row: Row) -> None:
        """Take in one row, as billed and at list price."""
        if reason := self.left_out(row):
            self.tally.left_out[reason] += self.tally.stands_for
            return
        sheet = self.sheet
        month, invoice = sheet.month(row, "date"), sheet.text(row, "invoice")
        subscription = sheet.subscription(row, "subscription")
        service = sheet.needed(row, "service")
        amounts = self.amounts(row, month)
        partner, tenant = self._parties.of(sheet, row, month, subscription)
        if "list" not in amounts:
            self._unpriced += self.tally.stands_for
        key = (sheet.name, invoice, month, partner, tenant, subscription, self.intake.services.one(service), "")
        for basis, amount in amounts.items():
            self._by_invoice.add(key, (basis,), amount)
        self._months.setdefault((sheet.name, invoice), set()).add(month)
        self.count(partner, tenant)

    def amounts(self, row: Row, month: str) -> dict[str, Decimal]:
        """Give what was billed and, where the row has a price, its list price."""
        billed = self._billed(row, month)
        found = {"billed": billed}
        price, quantity = self.sheet.money(row, "unit_price"), self.sheet.money(row, "quantity")
        listed = None
        if price is not None and quantity is not None:
            currency = self.sheet.text(row, "pricing_currency") or self.sheet.text(row, "currency")
            listed = self.dollars.converted(price * quantity, currency.upper(), month)
        if listed is not None:
            found["list"] = listed
        return found

    def _billed(self, row: Row, month: str) -> Decimal:
        sheet = self.sheet
        billed = sheet.money(row, "billed")
        if billed is None:
            raise RowFault(sheet.columns.column("billed"), "", "empty")
        if sheet.text(row, "currency").upper() != "USD" and sheet.text(row, "pricing_currency").upper() == "USD":
            priced = sheet.money(row, "pricing_total")
            if priced is not None:
                self.tally.currencies.add("USD")
                return priced
        return self.dollars.of(sheet, row, billed, month)

    def bases(self) -> dict[str, str]:
        """Write both bases, or the one the user asked for; list only where every row has a price."""
        wanted = self.intake.options.basis
        if wanted and wanted not in {"billed", "list"}:
            message = f"a usage file states no amounts on basis {wanted}"
            raise AttainError("basis-absent", message, self.sheet.name, "say --basis billed or list")
        bases = {basis: basis for basis in ("billed", "list") if wanted in {"", basis}}
        rows = "1 row carries" if self._unpriced == 1 else f"{self._unpriced:,} rows carry"
        if self._unpriced and wanted == "list":
            self.tally.warn(f"{rows} no list price in US dollars: the list amounts are too low by that")
        elif self._unpriced and "list" in bases:
            del bases["list"]
            self.tally.warn(f"basis list is left out: {rows} no list price in US dollars (--basis list takes the others)")
        return bases

    def outputs(self) -> Iterator[Output]:
        """Give usage, partners, customers and associations."""
        late = 0
        for (sheet, invoice, month, *key), parts in self._by_invoice.items():
            counted = self._counted(sheet, invoice, month)
            late += invoice != "" and counted != month
            self.tally.months.add(counted)
            for part, amount in parts.items():
                self._totals.add((counted, *key), part, amount)
        if late:
            self.tally.warn(f"usage of earlier months that was billed late counts in the month of its invoice: {late:,} sums")
        self._tell_of_unnumbered()
        yield next(super().outputs())
        yield from self._parties.outputs()

    def _counted(self, sheet: str, invoice: str, month: str) -> str:
        """Give the month that usage counts in: that of its invoice, the last that any row of it is of.

        Usage that is not billed yet comes by the month, with some of the month before that came late. A file whose rows name no invoice
        and are of more months is no such file: there each row is of the month of its day.
        """
        months = self._months[sheet, invoice]
        return month if not invoice and len(months) > _UNBILLED_MONTHS else max(months)

    def _tell_of_unnumbered(self) -> None:
        for (sheet, invoice), months in self._months.items():
            if invoice or len(months) == 1:
                continue
            named = f"rows of {sheet} name no invoice and are of {len(months)} months"
            if len(months) > _UNBILLED_MONTHS:
                self.tally.warn(f"{named}: each counts in its own")
            else:
                self.tally.warn(f"{named}: they count in {max(months)}, as usage that came late; give each month by itself where it is not")


DAILY_RATED_USAGE = Source(
    name="daily_rated_usage",
    title="CSP billing, daily-rated usage of Azure plans",
    tables=("azure_usage", "partners", "customers", "associations"),
    fields=(
        Field("date", ("UsageDate",), key=True, fills="azure_usage.month", kind="date"),
        Field("service", ("MeterCategory",), key=True, fills="service"),
        Field("meter_category", ("MeterCategory",)),
        Field("subscription", ("EntitlementId",), key=True, fills="subscription_id associations.scope"),
        Field("billed", ("BillingPreTaxTotal",), key=True, fills="acr_usd", kind="number"),
        Field("currency", ("BillingCurrency",), key=True),
        Field("pricing_total", ("PricingPreTaxTotal",), fills="acr_usd", kind="number"),
        Field("pricing_currency", ("PricingCurrency",)),
        Field("unit_price", ("UnitPrice",), fills="acr_usd", kind="number"),
        Field("quantity", ("Quantity",), kind="number"),
        Field("charge", ("ChargeType",)),
        Field("publisher", ("PublisherName",)),
        Field("charge_period", ("ChargeStartDate", "ChargeEndDate"), kind="date"),
        *PARTY_FIELDS,
    ),
    feeds=(*COST_FEEDS[:2], PARTNER_FEED),
    reader=DailyRatedReader,
    family="cost",
    also=(
        *("PartnerId", "ProductId", "SkuId", "AvailabilityId", "SkuName", "ProductName", "PublisherId", "SubscriptionDescription"),
        *("SubscriptionId", "MeterType", "MeterId", "MeterSubCategory", "MeterName", "MeterRegion", "Unit", "ResourceLocation"),
        *("ConsumedService", "ResourceGroup", "ResourceURI", "UnitType", "ServiceInfo1", "ServiceInfo2", "Tags", "AdditionalInfo"),
        *("EffectiveUnitPrice", "PCToBCExchangeRate", "PCToBCExchangeRateDate", "EntitlementDescription"),
        *("PartnerEarnedCreditPercentage", "CreditPercentage", "CreditType", "BenefitOrderId", "BenefitId", "BenefitType"),
    ),
    notes=(
        "`BillingPreTaxTotal` is basis billed, after the partner earned credit; `UnitPrice` x `Quantity` is basis list",
        "`EntitlementId` is the Azure subscription, `SubscriptionId` the plan; rows go to the reseller, else to the partner that is billed",
        "before the invoice `ResellerMpnId` is blank: such rows stay unassigned unless `--partner` names whose they are",
        "usage that was billed late counts in the month of its invoice; rows that name no invoice count in the last month of their file, "
        "or each in its own where they are of more than two",
        "amounts in another currency are taken in the US dollars of the pricing columns, else need a dated rate, or are set aside",
        "reservations, savings plans and the marketplace are not in the money of this file",
    ),
    about="Daily-rated usage of Azure plans in the Cloud Solution Provider programme, billed or unbilled: CSV, or JSON Lines of the API.",
    obtain=OBTAIN,
    role=ROLE,
    refresh="unbilled usage within a day, billed usage with the invoice",
    lacks=(
        "Azure consumed revenue itself: Microsoft's own number differs from every cost",
        "associations other than CSP: the associations table adds them",
        "the offer: every row counts as paid",
    ),
)

"""FOCUS cost and usage rows of versions 1.0 to 1.2, with Microsoft's own `x_` columns where they are there.

Only rows whose provider is Microsoft are taken. ListCost gives basis list, BilledCost billed, EffectiveCost amortized. Usage counts on
every basis; a purchase (of a reservation, a savings plan) has no list price of consumption, so it counts on billed and amortized alone;
taxes, credits and adjustments count nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.costs import COST_FEEDS, MARKETPLACE, TAX, CostReader
from attain.sources.intake import RowFault
from attain.sources.source import Field, Source, fold

if TYPE_CHECKING:
    from decimal import Decimal

    from attain.sources.files import Row
    from attain.sources.intake import Sheet

MICROSOFT = frozenset({"microsoft", "microsoftazure", "azure", "microsoftcorporation"})
BASIS_FIELDS = {
    "list": ("list_usd", "list_cost"),
    "billed": ("billed_usd", "billed_cost"),
    "amortized": ("amortized_usd", "amortized_cost"),
}
UNPRICED = "list"


class FocusReader(CostReader):
    """Takes in FOCUS rows."""

    SUMMED = (*(field for fields in BASIS_FIELDS.values() for field in fields), "pricing_effective", "pricing_quantity")

    _unpriced = 0

    def open(self, sheet: Sheet) -> None:
        """Begin a file; refuses one without a single cost column."""
        super().open(sheet)
        self._stated = [basis for basis, fields in BASIS_FIELDS.items() if any(map(sheet.columns.has, fields))]
        if not self._stated:
            raise AttainError("column-missing", "no cost column: none of ListCost, BilledCost, EffectiveCost", sheet.name)
        if not sheet.columns.has("meter_category"):
            self.tally.warn("no x_SkuMeterCategory: FOCUS service names seldom match the services that the programme lists")

    def left_out(self, row: Row) -> str:
        """Leave out other providers, the marketplace, taxes and credits."""
        provider = self.sheet.text(row, "provider")
        if fold(provider) not in MICROSOFT:
            return f"other provider: {provider or 'none named'}"
        category, publisher = self.sheet.text(row, "publisher_category"), self.sheet.text(row, "publisher")
        if fold(category) == "vendor" or (not category and publisher and not fold(publisher).startswith("microsoft")):
            return MARKETPLACE
        return "" if fold(self.sheet.text(row, "charge")) in {"usage", "purchase", ""} else TAX

    def amounts(self, row: Row, month: str) -> dict[str, Decimal]:
        """Give the row's cost on each basis that the file states."""
        usage = fold(self.sheet.text(row, "charge")) != "purchase"
        wanted = self.intake.options.basis
        found: dict[str, Decimal] = {}
        for basis in self._stated:
            if basis == UNPRICED and not usage:
                continue
            amount = self._priced_usd(row, basis)
            if amount is None:
                # what nobody asked for may lack a rate, and so may a list price
                needed = basis != UNPRICED and wanted in {"", basis}
                amount = (self.usd if needed else self.retail_usd)(row, month, *BASIS_FIELDS[basis])
                if amount is None and needed:
                    dollars, own = (self.sheet.columns.column(field) for field in BASIS_FIELDS[basis])
                    raise RowFault(own or dollars, "", "empty")
            if amount is not None:
                found[basis] = amount
        if usage and UNPRICED in self._stated and not found.get(UNPRICED) and any(found.values()):
            self._unpriced += self.tally.stands_for
        return found

    def _priced_usd(self, row: Row, basis: str) -> Decimal | None:
        """Give the amount in the pricing currency of FOCUS 1.2 where that is the US dollar and the file has no dollar column of its own."""
        sheet = self.sheet
        if sheet.text(row, "pricing_currency").upper() != "USD" or sheet.text(row, "currency").upper() == "USD":
            return None
        if sheet.text(row, BASIS_FIELDS[basis][0]):
            return None
        if basis == "amortized":
            amount = sheet.money(row, "pricing_effective")
        elif basis == "list":
            price, quantity = sheet.money(row, "pricing_list_price"), sheet.money(row, "pricing_quantity")
            amount = None if price is None or quantity is None else price * quantity
        else:
            return None
        if amount is not None:
            self.tally.currencies.add("USD")
        return amount

    def bases(self) -> dict[str, str]:
        """Write every basis, or the one the user asked for; list only where no row lacks its list price."""
        wanted = self.intake.options.basis
        if wanted and wanted not in self._stated:
            message = f"the file states no amounts on basis {wanted}"
            raise AttainError("basis-absent", message, self.sheet.name, f"it states {', '.join(self._stated)}")
        bases = {basis: basis for basis in self._stated if not wanted or basis == wanted}
        if self._unpriced and UNPRICED in bases:
            rows = "1 row carries" if self._unpriced == 1 else f"{self._unpriced:,} rows carry"
            if wanted == UNPRICED:
                self.tally.warn(f"{rows} a cost but no list price: the list amounts are too low by that")
            else:
                del bases[UNPRICED]
                self.tally.warn(f"basis list is left out: {rows} a cost but no list price (--basis list takes the others)")
        return bases


FOCUS = Source(
    name="focus",
    title="FOCUS 1.0 to 1.2 cost and usage",
    tables=("azure_usage", "customers"),
    fields=(
        Field("date", ("ChargePeriodStart",), key=True, fills="month", kind="date"),
        Field("provider", ("ProviderName",), key=True),
        Field("charge", ("ChargeCategory",), key=True),
        Field("service", ("x_SkuMeterCategory", "MeterCategory", "ServiceName"), key=True, fills="service"),
        Field("meter_category", ("x_SkuMeterCategory", "MeterCategory")),
        Field("subscription", ("SubAccountId",), key=True, fills="subscription_id"),
        Field("list_usd", ("x_ListCostInUsd",), fills="acr_usd", kind="number"),
        Field("list_cost", ("ListCost",), fills="acr_usd", kind="number"),
        Field("billed_usd", ("x_BilledCostInUsd",), fills="acr_usd", kind="number"),
        Field("billed_cost", ("BilledCost",), fills="acr_usd", kind="number"),
        Field("amortized_usd", ("x_EffectiveCostInUsd",), fills="acr_usd", kind="number"),
        Field("amortized_cost", ("EffectiveCost",), fills="acr_usd", kind="number"),
        Field("currency", ("BillingCurrency",)),
        Field("pricing_currency", ("PricingCurrency", "x_PricingCurrency")),
        Field("pricing_effective", ("PricingCurrencyEffectiveCost",), fills="acr_usd", kind="number"),
        Field("pricing_list_price", ("PricingCurrencyListUnitPrice",), fills="acr_usd", kind="number"),
        Field("pricing_quantity", ("PricingQuantity",), kind="number"),
        Field("tenant", ("x_CustomerId",), fills="tenant_id"),
        Field("customer_name", ("x_CustomerName",), fills="name"),
        Field("partner", ("x_ResellerId",), fills="partner_id"),
        Field("offer", ("x_SkuOfferId", "OfferId"), fills="offer"),
        Field("publisher", ("PublisherName",)),
        Field("publisher_category", ("x_PublisherCategory",)),
        Field("billing_period", ("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodEnd"), kind="date"),
    ),
    feeds=COST_FEEDS,
    reader=FocusReader,
    family="cost",
    also=(
        *(
            "AvailabilityZone",
            "BillingAccountId",
            "BillingAccountName",
            "BillingAccountType",
            "ChargeClass",
            "ChargeDescription",
            "ChargeFrequency",
        ),
        *(
            "CommitmentDiscountCategory",
            "CommitmentDiscountId",
            "CommitmentDiscountName",
            "CommitmentDiscountStatus",
            "CommitmentDiscountType",
        ),
        *(
            "ConsumedQuantity",
            "ConsumedUnit",
            "ContractedCost",
            "ContractedUnitPrice",
            "InvoiceIssuerName",
            "ListUnitPrice",
            "PricingCategory",
        ),
        *(
            "PricingUnit",
            "RegionId",
            "RegionName",
            "ResourceId",
            "ResourceName",
            "ResourceType",
            "ServiceCategory",
            "SkuId",
        ),
        *(
            "SkuPriceId",
            "SubAccountName",
            "SubAccountType",
            "Tags",
            "x_ResellerName",
            "x_BillingProfileId",
            "x_InvoiceSectionId",
        ),
        # 1.1
        *("CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity", "CommitmentDiscountUnit"),
        *("ServiceSubcategory", "SkuMeter", "SkuPriceDetails"),
        # 1.2
        *("InvoiceId", "PricingCurrencyContractedUnitPrice", "x_AmortizationClass", "x_ServiceModel"),
        *("x_PartnerCreditApplied", "x_PartnerCreditRate", "x_SkuMeterId", "x_SkuMeterName", "x_SkuMeterSubcategory"),
    ),
    notes=(
        "only rows of provider Microsoft; ListCost is basis list, BilledCost billed, EffectiveCost amortized",
        "where the bill is in another currency, `PricingCurrencyEffectiveCost` and `PricingCurrencyListUnitPrice` x `PricingQuantity` are "
        "taken if the pricing currency is the US dollar (1.2); what was billed still needs a rate, or `--basis amortized` or `list` alone",
        "purchases count on billed and amortized alone; taxes, credits, adjustments and the marketplace count nowhere",
        "without `x_SkuMeterCategory` the services go by FOCUS names, which seldom match the services that Security lists",
        "rows without `x_CustomerId` or `x_ResellerId` know no tenant or partner: give `--tenant` and `--partner`, or add rows to the "
        "associations table with the subscription as scope",
    ),
    about="FOCUS cost and usage, with Microsoft's own `x_` columns where they are there.",
    obtain="Azure portal > Cost Management > Exports > Create; choose Cost and usage details (FOCUS), the billing scope that holds your "
    "customers, and one month at a time for the past.",
    role="Cost Management Reader, or Billing reader on a billing scope; in a customer's own tenant the customer has to grant it",
    refresh="within a day; a month settles some days after it ends",
    lacks=(
        "Azure consumed revenue itself: Microsoft's own number differs from every cost",
        "associations: the associations table says which link makes a row yours",
    ),
)

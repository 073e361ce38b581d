"""Cost exports under an Enterprise Agreement, actual or amortized, in PascalCase and camelCase, old and new column names."""

from __future__ import annotations

from attain.sources.azure_exports import ExportReader
from attain.sources.costs import COST_FEEDS
from attain.sources.source import Field, Source

AZURE_EA_COST = Source(
    name="azure_ea_cost",
    title="Azure cost export, Enterprise Agreement",
    tables=("azure_usage", "customers"),
    fields=(
        Field("date", ("Date", "UsageDate", "UsageDateTime"), key=True, fills="month", kind="date"),
        Field("service", ("MeterCategory",), key=True, fills="service"),
        Field("meter_category", ("MeterCategory",)),
        Field("subscription", ("SubscriptionId", "SubscriptionGuid"), key=True, fills="subscription_id"),
        Field("cost", ("Cost", "CostInBillingCurrency", "PreTaxCost", "ExtendedCost"), key=True, fills="acr_usd", kind="number"),
        Field("currency", ("BillingCurrency", "BillingCurrencyCode", "Currency"), key=True),
        Field("cost_usd", ("CostInUsd",), fills="acr_usd", kind="number"),
        Field("quantity", ("Quantity", "UsageQuantity", "ConsumedQuantity"), kind="number"),
        Field("unit_price", ("UnitPrice",), kind="number"),
        Field("retail_usd", ("PaygCostInUsd",), kind="number"),
        Field("retail", (), kind="number"),
        Field("retail_price", ("PayGPrice",), kind="number"),
        Field("price_currency", ()),
        Field("charge", ("ChargeType",)),
        Field("pricing_model", ("PricingModel",)),
        Field("reservation", ("ReservationId",)),
        Field("publisher_type", ("PublisherType",)),
        Field("offer", ("OfferId",), fills="offer"),
        Field("tenant", ("CustomerTenantId",), fills="tenant_id"),
        Field("customer_name", ("CustomerName",), fills="name"),
        Field("partner", ("ResellerMpnId",), fills="partner_id"),
        Field("billing_period", ("BillingPeriodStartDate", "BillingPeriodEndDate"), kind="date"),
    ),
    feeds=COST_FEEDS,
    reader=ExportReader,
    family="cost",
    also=(
        *(
            "BillingAccountId",
            "BillingAccountName",
            "BillingProfileId",
            "BillingProfileName",
            "AccountOwnerId",
            "AccountName",
            "SubscriptionName",
        ),
        *(
            "Product",
            "PartNumber",
            "MeterId",
            "ServiceFamily",
            "MeterSubCategory",
            "MeterRegion",
            "MeterName",
            "EffectivePrice",
            "ResourceLocation",
        ),
        *("AvailabilityZone", "ConsumedService", "ResourceId", "ResourceName", "ServiceInfo1", "ServiceInfo2", "AdditionalInfo", "Tags"),
        *("InvoiceSectionId", "InvoiceSection", "InvoiceSectionName", "CostCenter", "UnitOfMeasure", "ResourceGroup", "ReservationName"),
        *(
            "ProductOrderId",
            "ProductOrderName",
            "IsAzureCreditEligible",
            "Term",
            "PublisherName",
            "PlanName",
            "Frequency",
            "CostAllocationRuleName",
        ),
        *("BenefitId", "BenefitName", "ProductName"),
    ),
    notes=(
        "actual and amortized exports have one header: the rows of reservations and savings plans tell which it is, or --basis",
        "PayGPrice x Quantity is basis list, where every usage row carries a retail price",
        "purchases and refunds count on billed and amortized alone; taxes, adjustments and the marketplace count nowhere",
    ),
)

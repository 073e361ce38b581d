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
        "an enrollment is one customer's: name it with `--tenant`, and yourself with `--partner`",
        "amounts in another currency need a dated rate, `--rate EUR=1.08@2026-10`, or are set aside",
        "dates such as 03/04/2026 are read by the order that another date of the file decides; where none does, say `--dates mdy` or "
        "`--dates dmy`",
    ),
    about="Cost and usage details of an Enterprise Agreement, actual or amortized.",
    obtain="Azure portal > Cost Management > Exports > Create, on the billing account of the enrollment; choose Cost and usage details "
    "(actual) or (amortized).",
    role="Enterprise administrator, or a reader of the enrollment's costs",
    refresh="within a day; a month settles some days after it ends",
    lacks=(
        "Azure consumed revenue itself: Microsoft's own number differs from every cost",
        "associations: the associations table says which link makes a row yours",
    ),
)

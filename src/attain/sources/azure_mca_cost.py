"""Cost exports under a Microsoft Customer Agreement, and its partner form with tenant and reseller, actual or amortized."""

from __future__ import annotations

from attain.sources.azure_exports import ExportReader
from attain.sources.costs import COST_FEEDS
from attain.sources.source import Field, Source

AZURE_MCA_COST = Source(
    name="azure_mca_cost",
    title="Azure cost export, Microsoft Customer or Partner Agreement",
    tables=("azure_usage", "customers"),
    fields=(
        Field("date", ("date", "usageDate"), key=True, fills="month", kind="date"),
        Field("service", ("meterCategory",), key=True, fills="service"),
        Field("meter_category", ("meterCategory",)),
        Field("subscription", ("subscriptionId", "subscriptionGuid"), key=True, fills="subscription_id"),
        Field("any_cost", ("costInUsd", "costInBillingCurrency"), key=True),
        # What an Enterprise Agreement's export has not
        Field(
            "agreement", ("costInUsd", "pricingCurrency", "exchangeRatePricingToBilling", "customerTenantId", "partnerTenantId"), key=True
        ),
        Field("cost_usd", ("costInUsd",), fills="acr_usd", kind="number"),
        Field("cost", ("costInBillingCurrency",), fills="acr_usd", kind="number"),
        Field("currency", ("billingCurrency", "billingCurrencyCode")),
        Field("quantity", ("quantity",), kind="number"),
        Field("unit_price", ("unitPrice",), kind="number"),
        Field("retail_usd", ("paygCostInUsd",), kind="number"),
        Field("retail", ("paygCostInBillingCurrency",), kind="number"),
        Field("retail_price", ("payGPrice",), kind="number"),
        Field("price_currency", ("pricingCurrency", "pricingCurrencyCode")),
        Field("charge", ("chargeType",)),
        Field("pricing_model", ("pricingModel",)),
        Field("reservation", ("reservationId",)),
        Field("publisher_type", ("publisherType",)),
        Field("offer", ("offerId",), fills="offer"),
        Field("tenant", ("customerTenantId",), fills="tenant_id"),
        Field("customer_name", ("customerName",), fills="name"),
        Field("partner", ("resellerMpnId",), fills="partner_id"),
        Field(
            "billing_period",
            ("billingPeriodStartDate", "billingPeriodEndDate", "servicePeriodStartDate", "servicePeriodEndDate"),
            kind="date",
        ),
    ),
    feeds=COST_FEEDS,
    reader=ExportReader,
    family="cost",
    also=(
        *(
            "invoiceId",
            "previousInvoiceId",
            "billingAccountId",
            "billingAccountName",
            "billingProfileId",
            "billingProfileName",
            "invoiceSectionId",
        ),
        *(
            "invoiceSectionName",
            "partnerName",
            "resellerName",
            "costCenter",
            "subscriptionName",
            "serviceFamily",
            "productId",
        ),
        *("product", "productOrderId", "productOrderName", "consumedService", "meterId", "meterName", "meterSubCategory", "meterRegion"),
        *(
            "publisherId",
            "publisherName",
            "resourceGroupName",
            "resourceId",
            "resourceLocation",
            "location",
            "effectivePrice",
            "unitOfMeasure",
        ),
        *(
            "costInPricingCurrency",
            "exchangeRate",
            "exchangeRateDate",
            "isAzureCreditEligible",
            "serviceInfo1",
            "serviceInfo2",
            "additionalInfo",
        ),
        *(
            "tags",
            "paygCostInPricingCurrency",
            "frequency",
            "term",
            "reservationName",
            "partnerEarnedCreditRate",
            "partnerEarnedCreditApplied",
        ),
        *("provider", "benefitId", "benefitName", "costAllocationRuleName"),
    ),
    notes=(
        "actual and amortized exports have one header: the rows of reservations and savings plans tell which it is, or --basis",
        "the export's own US dollar columns are used where they are there; `paygCostInUsd` is basis list; another currency needs a dated "
        "rate, `--rate EUR=1.08@2026-10`",
        "it is told from an export of an Enterprise Agreement by `costInUsd`, `pricingCurrency`, `exchangeRatePricingToBilling`, "
        "`customerTenantId` or `partnerTenantId`: leave at least one of them in",
    ),
    about="Cost and usage details of a Microsoft Customer Agreement or Microsoft Partner Agreement.",
    obtain="Azure portal > Cost Management > Exports > Create, on the billing account or billing profile. On a Partner Agreement the file "
    "names customers and resellers. An indirect reseller has none of its own: its distributor has.",
    role="Billing account reader or Billing profile reader; on a Partner Agreement also Admin agent",
    refresh="within a day; a month settles some days after it ends",
    lacks=(
        "Azure consumed revenue itself: Microsoft's own number differs from every cost",
        "associations: the associations table says which link makes a row yours",
    ),
)

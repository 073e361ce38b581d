"""The usage-based reconciliation file from before Azure plans: history of Azure usage by service."""

from __future__ import annotations

from attain.sources.billing import PARTNER_FEED, PARTY_FIELDS, ROLE
from attain.sources.costs import COST_FEEDS
from attain.sources.daily_rated_usage import DailyRatedReader
from attain.sources.source import Field, Source

LEGACY_USAGE_INVOICE = Source(
    name="legacy_usage_invoice",
    title="CSP billing, legacy usage-based invoice",
    tables=("azure_usage", "partners", "customers", "associations"),
    fields=(
        Field("date", ("UsageDate", "ChargeStartDate"), key=True, fills="azure_usage.month", kind="date"),
        Field("service", ("ServiceName",), key=True, fills="service"),
        Field("meter_category", ("ServiceName",)),
        Field("subscription", ("SubscriptionId",), key=True, fills="subscription_id associations.scope"),
        Field("billed", ("PretaxCharges",), key=True, fills="acr_usd", kind="number"),
        Field("currency", ("Currency",), key=True),
        Field("unit_price", ("ListPrice",), fills="acr_usd", kind="number"),
        # What is included in the subscription is used, but nobody pays for it
        Field("quantity", ("OverageQuantity", "ConsumedQuantity"), kind="number"),
        Field("pricing_total", ()),
        Field("pricing_currency", ()),
        Field("charge", ("ChargeType",)),
        Field("publisher", ()),
        Field("charge_period", ("ChargeEndDate",), kind="date"),
        *(field if field.name != "tenant" else Field("tenant", field.aliases, fills=field.fills) for field in PARTY_FIELDS),
    ),
    feeds=(*COST_FEEDS[:3], PARTNER_FEED),
    reader=DailyRatedReader,
    family="cost",
    also=(
        *("PartnerId", "PartnerBillableAccountId", "SubscriptionName", "SubscriptionDescription", "OrderId", "ServiceType"),
        *("ResourceGuid", "ResourceName", "Region", "Sku", "DetailLineItemId", "IncludedQuantity", "TaxAmount", "PostTaxTotal"),
        *("PretaxEffectiveRate", "PostTaxEffectiveRate", "CustomerBillableAccount", "MeteredRegion", "MeteredService"),
        *("MeteredServiceType", "Project", "ServiceInfo1", "ServiceInfo2", "BillingCycleType", "Unit"),
    ),
    notes=(
        "`PretaxCharges` is basis billed; `ListPrice` x `OverageQuantity` is basis list",
        "rows without `CustomerId` know no tenant: give `--tenant`, or add rows to the associations table with the subscription as scope",
    ),
    about="Azure usage by service on an invoice of the Cloud Solution Provider programme, before Azure plans replaced it.",
    obtain="Partner Center > Billing > Billing history > Reconciliation files, usage-based, of older invoices.",
    role=ROLE,
    refresh="history only",
    lacks=("Azure consumed revenue itself: Microsoft's own number differs from every cost", "the offer: every row counts as paid"),
)

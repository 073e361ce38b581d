"""The reconciliation file of a new-commerce invoice: seats and revenue of Microsoft 365, Dynamics 365 and Power Platform."""

from __future__ import annotations

from attain.sources.billing import OBTAIN, PARTNER_FEED, PARTY_FIELDS, ROLE
from attain.sources.invoices import InvoiceReader
from attain.sources.source import Feed, Field, Source

NEW_COMMERCE_INVOICE = Source(
    name="new_commerce_invoice",
    title="CSP billing, new-commerce invoice",
    tables=("workload_revenue", "workload_usage", "partners", "customers", "associations"),
    fields=(
        Field("start", ("ChargeStartDate",), key=True, fills="workload_revenue.month workload_usage.month", kind="date"),
        Field("end", ("ChargeEndDate",), key=True, kind="date"),
        Field("product", ("ProductName", "SkuName"), key=True, fills="workload"),
        Field("charged", ("Subtotal",), key=True, fills="revenue_usd", kind="number"),
        Field("currency", ("Currency", "BillingCurrency"), key=True),
        Field("quantity", ("Quantity",), key=True, fills="paid_licenses", kind="number"),
        # What a legacy invoice has not
        Field("sku", ("SkuId", "AvailabilityId"), key=True),
        Field("charge", ("ChargeType",)),
        Field("subscription", ("SubscriptionId",), fills="associations.scope"),
        Field("billable", ("BillableQuantity",), kind="number"),
        Field("effective_price", ("EffectiveUnitPrice",), kind="number"),
        Field("pricing_currency", ("PricingCurrency",)),
        Field("publisher", ("PublisherName",)),
        Field("line_of_business", ("SubscriptionDescription",)),
        Field("meter", ("MeterDescription",)),
        Field("reservation", ("ReservationOrderId",)),
        Field("qualifiers", ("ProductQualifiers",)),
        Field("other_dates", ("OrderDate", "SubscriptionStartDate", "SubscriptionEndDate"), kind="date"),
        *PARTY_FIELDS,
    ),
    feeds=(
        Feed("net customer adds and the track of Business Applications (revenue of CSP sales)"),
        Feed("paid seats of CSP sales: the size of tenants in Modern Work, Security and Business Applications"),
        PARTNER_FEED,
    ),
    reader=InvoiceReader,
    family="billing",
    also=(
        *("PartnerId", "OrderId", "ProductId", "UnitPrice", "TaxTotal", "Total", "PriceAdjustmentDescription", "PublisherId"),
        *("TermAndBillingCycle", "UnitType", "AlternateId", "BillingFrequency", "PCToBCExchangeRate", "PCToBCExchangeRateDate"),
        *("CreditReasonCode", "ReferenceID", "PromotionID", "PartnerName"),
    ),
    notes=(
        "`Subtotal` is what the partner paid before tax, in the month of the invoice; in another currency `EffectiveUnitPrice` x "
        "`BillableQuantity` where the pricing currency is the US dollar, else by a dated rate, else the row is set aside",
        "an invoice counts in the month in which most of its lines begin; lines that name none are one where more than half of them begin "
        "in one month, else each counts in its own",
        "seats are a level at the end of a month: purchases, renewals and cycle charges less what is removed or cancelled",
        "a subscription billed for a year is on one invoice alone: import all invoices of a year together with `--parts`",
        "Azure is left out here: the usage file tells it by subscription and service, and it would count twice",
        "where Partner Center Insights tells of the same month, partner, tenant and workload, Insights stands",
    ),
    about="The lines of a new-commerce invoice of the Cloud Solution Provider programme: what was bought, renewed, added and cancelled.",
    obtain=OBTAIN,
    role=ROLE,
    refresh="monthly, with the invoice",
    lacks=(
        "active users: nothing here counts as a deployment or as usage growth",
        "the workloads inside a suite: a product that is no single workload keeps its name and earns nothing where a rule lists workloads",
        "associations other than CSP",
    ),
)

"""The license-based reconciliation file from before new commerce: history of seats and revenue."""

from __future__ import annotations

from attain.sources.billing import PARTNER_FEED, PARTY_FIELDS, ROLE
from attain.sources.invoices import InvoiceReader
from attain.sources.source import Feed, Field, Source

LEGACY_LICENSE_INVOICE = Source(
    name="legacy_license_invoice",
    title="CSP billing, legacy license-based invoice",
    tables=("workload_revenue", "workload_usage", "partners", "customers", "associations"),
    fields=(
        Field("start", ("ChargeStartDate",), key=True, fills="workload_revenue.month workload_usage.month", kind="date"),
        Field("end", ("ChargeEndDate",), key=True, kind="date"),
        Field("product", ("OfferName",), key=True, fills="workload"),
        Field("charged", ("Subtotal", "Amount"), key=True, fills="revenue_usd", kind="number"),
        Field("currency", ("Currency",), key=True),
        Field("quantity", ("Quantity",), key=True, fills="paid_licenses", kind="number"),
        Field("subscription", ("SyndicationPartnerSubscriptionNumber",), key=True, fills="associations.scope"),
        Field("charge", ("ChargeType",)),
        Field("billable", ()),
        Field("effective_price", ()),
        Field("pricing_currency", ()),
        Field("publisher", ()),
        Field("line_of_business", ()),
        Field("meter", ()),
        Field("reservation", ()),
        Field("qualifiers", ()),
        Field("other_dates", ("SubscriptionStartDate", "SubscriptionEndDate"), kind="date"),
        *PARTY_FIELDS,
    ),
    feeds=(
        Feed("net customer adds and the track of Business Applications, for months before new commerce"),
        Feed("paid seats of CSP sales, for months before new commerce"),
        PARTNER_FEED,
    ),
    reader=InvoiceReader,
    family="billing",
    also=(
        *("PartnerId", "OrderId", "SubscriptionId", "OfferId", "DurableOfferId", "UnitPrice", "TotalOtherDiscount", "Tax"),
        *("TotalForCustomer", "SubscriptionName", "SubscriptionDescription", "BillingCycleType"),
    ),
    notes=(
        "`SyndicationPartnerSubscriptionNumber` is the subscription; `SubscriptionId` is a number of the billing platform",
        "an invoice counts in the month in which most of its lines begin; lines that name none are one where more than half of them begin "
        "in one month, else each counts in its own",
        "seats are a level at the end of a month; a yearly charge is on one invoice alone: import a year together with `--parts`",
        "where Partner Center Insights tells of the same month, partner, tenant and workload, Insights stands",
    ),
    about="The lines of a license-based invoice of the Cloud Solution Provider programme, before new commerce replaced it.",
    obtain="Partner Center > Billing > Billing history > Reconciliation files, license-based, of older invoices.",
    role=ROLE,
    refresh="history only",
    lacks=("active users: nothing here counts as a deployment or as usage growth", "associations other than CSP"),
)

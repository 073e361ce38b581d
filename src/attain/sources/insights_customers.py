"""Partner Center Insights, CustomersAndTenants: who the customers are, with licenses and revenue by product."""

from __future__ import annotations

from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, FLAG, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.product_report import ProductReport
from attain.sources.source import Feed, Field, Source

INSIGHTS_CUSTOMERS = Source(
    name="insights_customers",
    title="Partner Center Insights, customers and revenue",
    tables=("customers", "workload_usage", "workload_revenue", "partners"),
    fields=(
        MONTH,
        TENANT,
        Field("product", ("Product", "RawProductName", "SKU"), key=True, fills="workload"),
        Field(
            "marked",
            ("CustomerStatus", "TenantDomainName", "TopSegment", "DUNSNumber", "CustomerTenantName", "CustomerTenantCountry"),
            key=True,
        ),
        Field("seats", ("AvailableSeats",), fills="paid_licenses", kind="count"),
        Field("assigned", ("TotalAssignedSeats",), fills="assigned_licenses", kind="count"),
        Field("claimed_seats", ("CPORPaidSeats",), fills="paid_licenses", kind="count"),
        Field("claimed_users", ("CPORActiveUsers",), fills="active_users", kind="count"),
        Field("billed", ("BilledRevenueUSD",), fills="revenue_usd", kind="number"),
        Field("claimed_revenue", ("CPORRevenue",), fills="revenue_usd", kind="number"),
        Field("consumed", ("AzureConsumedRevenueUSD",), kind="number"),
        *PARTNER_FIELDS,
        ATTRIBUTION,
        FLAG,
        *CUSTOMER_FIELDS,
    ),
    feeds=(
        Feed("names, domains, countries and segments of customers", ("segment",), "the customers table tells segments"),
        Feed("a second look at licenses and revenue of Business Applications", ("billed",), "the business applications reports tell them"),
        Feed("revenue that is counted once where several locations have it", ("flag",), "equal rows are added up"),
    ),
    reader=ProductReport,
    family="insights_customers",
    also=(*ALSO, "SubscriptionGuid", "IsAutoRenew", "TopSegment", "DUNSNumber", "CustomerStatus"),
    notes=(
        "`AvailableSeats` is the level here; in the subscriptions report the same name is the change of the month",
        "on rows of CPOR, `CPORPaidSeats` and `CPORRevenue` stand for seats and revenue",
        "products that are no workload of the programme (Microsoft 365, Azure) are left out with their number; their customers are kept",
        "`AzureConsumedRevenueUSD` names no service and is not taken: import AzureUsage (`insights_azure_usage`)",
        "masked names of customers never replace a name that is known",
    ),
    about="CustomersAndTenants: customers with domain, country and segment, and their licenses and revenue by product.",
    obtain=download("Customers and revenue"),
    role=VIEWER,
    refresh="5 days behind; a fiscal month closes on the 15th of the next one",
    lacks=("workloads of Microsoft 365, Azure services, and users outside CPOR",),
    datasets=("CustomersAndTenants",),
)

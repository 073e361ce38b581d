"""Partner Center Insights, business applications revenue: revenue by tenant, workload and association."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.insights import ALSO, ATTRIBUTION, CSP, CUSTOMER_FIELDS, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.intake import RowFault, subscription_of
from attain.sources.source import Feed, Field, Source
from attain.sources.workload_report import Place, WorkloadReport

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows


class BusinessRevenueReader(WorkloadReport):
    """Takes in rows of the business applications revenue report."""

    MEASURES = ("revenue",)

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in the revenue of one subscription, and the start of a CSP one."""
        sheet = self.sheet
        amount, started = sheet.money(row, "revenue"), sheet.day(row, "started")
        if amount is None:
            raise RowFault(sheet.columns.column("revenue"), "", "empty")
        self.earn(place, self.workloads.named(sheet.needed(row, "workload")), amount)
        if started and (subscription := sheet.text(row, "subscription")) and place.association in CSP:
            scope = subscription_of(subscription)
            self.claims.add(place.partner, place.tenant, place.association, scope, started.isoformat(), month=place.month)
        return ""

    def take_block(self, block: BlockOfRows) -> None:
        """Note the revenue of a subscription a row, and the starts of CSP ones."""
        block.shows_amounts("revenue")
        amount = block.amount("revenue")
        block.plain.only(amount.is_not_null())
        block.earn(block.named(block.needed("workload")), amount)
        block.claim_subscriptions()


INSIGHTS_BUSINESS_REVENUE = Source(
    name="insights_business_revenue",
    title="Partner Center Insights, business applications revenue",
    tables=("workload_revenue", "associations", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("workload", ("Workloads", "Workload", "WorkloadName"), key=True, fills="workload"),
        Field("revenue", ("AdjustedRevenueAmtCD",), key=True, fills="revenue_usd", kind="number"),
        Field("subscription", ("SubscriptionId", "SubscriptionGuid"), fills="scope"),
        Field("started", ("SubscriptionStartDate",), fills="started_on", kind="date"),
        *PARTNER_FIELDS,
        Field("attribution", ATTRIBUTION.aliases, fills="associations association"),
        *CUSTOMER_FIELDS,
    ),
    feeds=(
        Feed("net customer adds and the track of Business Applications"),
        Feed("recognition of each row by its own association", ("attribution",), "the associations table is joined instead"),
        Feed("partner and tenant of cost rows, by their subscription", ("subscription", "started"), "the associations table tells them"),
    ),
    reader=BusinessRevenueReader,
    family="insights_business_revenue",
    also=(*ALSO, "CustomerID", "Country", "WorkloadCategory"),
    notes=(
        "`AdjustedRevenueAmtCD` is taken for US dollars: the file names no currency",
        "subscriptions of one workload are added up; across associations the larger sum is taken (I-10)",
        "a CSP subscription becomes a row of the associations table, from `SubscriptionStartDate` on, with the subscription as scope",
        "the file names the global account alone, no location",
    ),
    about="Business applications revenue: revenue by customer, workload and association. What Microsoft scores for Business Applications.",
    obtain=download("Business applications revenue"),
    role=VIEWER,
    refresh="5 days behind; a fiscal month closes on the 15th of the next one",
    lacks=("locations, the currency, and marks of duplicates",),
    datasets=("BusinessApplicationsRevenue", "BusinessAppliicationsRevenue"),
)

"""Partner Center Insights, SeatsSubscriptionsAndRevenue: subscriptions with licenses at the end of the month, revenue, and CSP starts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from attain.sources.insights import (
    ALSO,
    ATTRIBUTION,
    CSP,
    CUSTOMER_FIELDS,
    FLAG,
    MONTH,
    PARTNER_FIELDS,
    RESELLER_FIELDS,
    TENANT,
    VIEWER,
    download,
)
from attain.sources.intake import Sheet, subscription_of
from attain.sources.product_report import ProductReport
from attain.sources.source import Feed, Field, Source
from attain.sources.workload_report import Place

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows


class SubscriptionsReader(ProductReport):
    """Takes in SeatsSubscriptionsAndRevenue rows."""

    RESELLERS = True

    def open(self, sheet: Sheet) -> None:
        """Begin a file, saying that a change is no level."""
        super().open(sheet)
        if sheet.columns.has("change") and not sheet.columns.has("seats"):
            self.tally.warn("AvailableSeats is the change of the month here, not the level: without AvailableSeatsEOP licenses stay empty")

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in the figures, and the start of a CSP subscription, whatever its product."""
        reason = self._take_place(row, place)
        if reseller := self.resellers.of(self.sheet, row, place.location, place.account, place.association):
            self._take_place(row, replace(place, partner=reseller, location=reseller, account="", resold=True))
            self.hold(partial(self.names.note_reseller, self.sheet, row, place.month, reseller, place.account or place.location))
        return reason

    def _take_place(self, row: Row, place: Place) -> str:
        started, subscription = self.sheet.day(row, "started"), self.sheet.text(row, "subscription")
        if started and subscription and place.association in CSP:
            self.claim(place, subscription_of(subscription), started.isoformat())
        return super().take_facts(row, place)

    def take_block(self, block: BlockOfRows) -> None:
        """Note the figures, and the starts of CSP subscriptions."""
        block.claim_subscriptions()
        super().take_block(block)


INSIGHTS_SUBSCRIPTIONS = Source(
    name="insights_subscriptions",
    title="Partner Center Insights, subscription details",
    tables=("workload_usage", "workload_revenue", "associations", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("product", ("Product", "ReportingProductName", "RawProductName", "SKU"), key=True, fills="workload"),
        Field(
            "marked",
            (
                *("AvailableSeatsEOP", "TotalSoldSeats", "SubscriptionState", "SubscriptionStartMonth", "ReportingProductName"),
                *("ProductPartNumber", "SolutionArea", "PricingLevel", "RevSumDivisionName"),
            ),
            key=True,
        ),
        Field("seats", ("AvailableSeatsEOP", "TotalSoldSeats"), fills="paid_licenses", kind="count"),
        Field("change", ("AvailableSeats",)),
        Field("assigned", ("TotalAssignedSeats",), fills="assigned_licenses", kind="count"),
        Field("claimed_seats", ("CPORPaidSeats",), fills="paid_licenses", kind="count"),
        Field("claimed_users", ("CPORActiveUsers",), fills="active_users", kind="count"),
        Field("billed", ("BilledRevenueUSD",), fills="revenue_usd", kind="number"),
        Field("claimed_revenue", ("CPORRevenue",), fills="revenue_usd", kind="number"),
        Field("consumed", ("AzureConsumedRevenueUSD",), kind="number"),
        Field("subscription", ("SubscriptionId", "SubscriptionGuid"), fills="scope"),
        Field("started", ("SubscriptionStartDate",), fills="started_on", kind="date"),
        *PARTNER_FIELDS,
        Field("attribution", ATTRIBUTION.aliases, fills="associations association"),
        FLAG,
        *CUSTOMER_FIELDS,
        *RESELLER_FIELDS,
    ),
    feeds=(
        Feed(
            "a second look at licenses and revenue of Business Applications",
            ("seats", "billed"),
            "the business applications reports have them",
        ),
        Feed("partner and tenant of cost rows, by their subscription", ("subscription", "started"), "the associations table tells them"),
        Feed("revenue that is counted once where several locations have it", ("flag",), "equal rows are added up"),
    ),
    reader=SubscriptionsReader,
    family="insights_subscriptions",
    also=(
        *ALSO,
        *("SubscriptionState", "SubscriptionStartMonth", "IsAutoRenew", "ProductPartNumber", "RevSumDivisionName", "SolutionArea"),
        *("PricingLevel", "EnrollmentNumber"),
    ),
    notes=(
        "`AvailableSeatsEOP` is the level at the end of the month; `AvailableSeats` is the change of the month, and is never taken for it",
        "a CSP subscription becomes a row of the associations table, from `SubscriptionStartDate` on, with the subscription as scope",
        "in a distributor's file a CSP row counts for the distributor and, as CSP Tier 2, for `ResellerID`; the reseller's own file wins",
        "on rows of CPOR, `CPORPaidSeats` and `CPORRevenue` stand for seats and revenue",
        "products that are no workload of the programme are left out with their number; their customers and subscriptions are kept",
        "`AzureConsumedRevenueUSD` names no service and is not taken: import AzureUsage (`insights_azure_usage`)",
    ),
    about="SeatsSubscriptionsAndRevenue: every subscription by month, with licenses, revenue and its start.",
    obtain=download("Subscription details"),
    role=VIEWER,
    refresh="5 days behind; a fiscal month closes on the 15th of the next one",
    lacks=("workloads of Microsoft 365, Azure services, users outside CPOR, and the start of DPOR, PAL and CPOR",),
    datasets=("SeatsSubscriptionsAndRevenue",),
)

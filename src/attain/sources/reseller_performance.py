"""Partner Center Insights, ResellerPerformance: what an indirect provider sees of its resellers. It names no tenant.

The resellers and whose they are go into the partners table. Azure revenue goes to the reseller as billed, without a tenant: the links that
billing files give for the subscription fill it. Seats and revenue of other products would need a tenant and are left out.
"""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING

from attain.sources.costs import COLUMNS
from attain.sources.dimensions import Dimension
from attain.sources.gather import Gather
from attain.sources.insights import MONTH
from attain.sources.intake import Intake, Output, RowFault, Sheet, rounded
from attain.sources.reseller_columns import NO_REVENUE, NO_TENANT, ResellerColumns, is_azure
from attain.sources.source import Feed, Field, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from attain.sources.files import Row


class ResellerPerformanceReader:
    """Takes in ResellerPerformance rows."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._amounts: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._partners = Dimension("partners", "partner_id", ("name", "country", "kind", "distributor_id"), intake.scratch)
        self._columns = ResellerColumns(intake, self._partners)

    def open(self, sheet: Sheet) -> None:
        """Begin a file, saying what the role of who exported it did not show."""
        self.sheet = sheet
        if not sheet.columns.has("revenue"):
            self.tally.warn("no BilledRevenueUSD: only who sells through whom is taken; an Executive report viewer sees revenue")

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet = self.sheet
        month, reseller = sheet.whole_month(row, "month"), sheet.partner(row, "partner")
        if not reseller:
            raise RowFault(sheet.columns.column("partner"), sheet.text(row, "partner"), "no reseller is named")
        provider = sheet.partner(row, "provider")
        azure = is_azure(sheet.text(row, "product"))
        amount = sheet.money(row, "revenue") if azure else None
        if azure and amount is not None:
            tenant, subscription = self.intake.options.tenant, sheet.subscription(row, "subscription")
            service = self.intake.services.one(sheet.text(row, "product"))
            self._amounts.add((month, reseller, tenant, subscription, service), ("",), amount)
            self.tally.kept += 1
            self.tally.unassigned += not tenant
            self.tally.months.add(month)
            self.tally.currencies.add("USD")
        else:
            self.tally.left_out[NO_REVENUE if azure else NO_TENANT] += 1
        own = {reseller, ""}
        self._partners.add(
            reseller, month, sheet.text(row, "name"), sheet.text(row, "market"), "reseller", "" if provider in own else provider
        )
        if provider not in own:
            self._partners.add(provider, month, sheet.text(row, "provider_name"), "", "distributor", "")

    @property
    def places(self) -> frozenset[int]:
        """Give the places of the columns that are read."""
        return frozenset(place for field in self.intake.source.fields for place in self.sheet.columns.places(field.name))

    def take_columns(self, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block."""
        return self._columns.take(self.sheet, cells)

    def outputs(self) -> Iterator[Output]:
        """Give usage and partners."""
        yield Output("azure_usage", COLUMNS, self._rows(), frames=self._columns.frames(self._amounts))
        yield self._partners.output()

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for key, parts in self._amounts.items():
            amount = sum(parts.values(), Decimal(0))
            self.tally.sums["billed"] = self.tally.sums.get("billed", Decimal(0)) + amount
            yield (*key, "", rounded(amount), "billed")


RESELLER_PERFORMANCE = Source(
    name="reseller_performance",
    title="Partner Center Insights, reseller performance",
    tables=("azure_usage", "partners"),
    fields=(
        Field("partner", ("ResellerMpnID",), key=True, fills="partner_id"),
        Field("provider", ("IndirectProviderMpnID",), key=True, fills="partners.distributor_id"),
        Field("month", MONTH.aliases, key=True, fills="azure_usage.month", kind="month"),
        Field("product", ("Product",), key=True, fills="service"),
        Field("name", ("ResellerName",), fills="partners.name"),
        Field("market", ("ResellerMarket",), fills="partners.country"),
        Field("provider_name", ("IndirectProviderName",), fills="partners.name"),
        Field("subscription", ("SubscriptionID", "SubscriptionGuid"), fills="subscription_id"),
        Field("revenue", ("BilledRevenueUSD",), fills="acr_usd", kind="number"),
    ),
    feeds=(
        Feed("the portfolio: which resellers sell through whom"),
        Feed(
            "the customer metrics of the Azure designations, on basis billed, where the subscription's tenant is known",
            ("revenue",),
            "an Executive report viewer can export it",
        ),
    ),
    reader=ResellerPerformanceReader,
    datasets=("ResellerPerformance", "CloudProductsResellerPerformance"),
    family="distributor",
    also=(
        *("AvailableSeats", "AssignedSeats", "CustomerName", "CustomerTPid", "CustomerSegment", "CustomerMarket", "ResellerStatus"),
        *("ResellerLocation", "CustomerTenantId"),
    ),
    notes=(
        "rows name no tenant: import the daily-rated usage or an invoice too, whose links fill it by `SubscriptionID`; else the rows stay "
        "unassigned",
        "where a usage file or a cost export tells of a reseller's month, it stands: this report is a sum of the same",
        "`AvailableSeats` and `AssignedSeats` are not taken: without a tenant nothing can count them",
    ),
    about="What each reseller of an indirect provider sold, by month, product and subscription.",
    obtain="Partner Center > Insights > Downloads hub > New report > Reseller performance; or over REST, dataset ResellerPerformance.",
    role="Executive report viewer of the indirect provider, for revenue; Report viewer sees the rest",
    refresh="every 5 days",
    lacks=(
        "tenants, services, active users, associations, certifications and scores of the resellers",
        "Azure consumed revenue: this is what was billed",
    ),
)

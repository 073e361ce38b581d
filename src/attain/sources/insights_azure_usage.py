"""Partner Center Insights, AzureUsage: attributed Azure consumed revenue by tenant, month and service, from the download or over REST."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING

from attain.facts.families import DISTRIBUTOR
from attain.sources.attribution import Attributions, united
from attain.sources.azure_columns import AzureColumns
from attain.sources.gather import Gather
from attain.sources.insights import (
    ALSO,
    ATTRIBUTION,
    CUSTOMER_FIELDS,
    MONTH,
    NAMES,
    PARTNER_FIELDS,
    RESELLER_FIELDS,
    RESOLD,
    TENANT,
    VIEWER,
    Names,
    Resellers,
    download,
)
from attain.sources.intake import Intake, Output, RowFault, Sheet, rounded
from attain.sources.source import Feed, Field, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from attain.sources.files import Row

COLUMNS = ("month", "partner_id", "tenant_id", "subscription_id", "service", "offer", "associations", "acr_usd", "basis")


class AzureUsageReader:
    """Takes in AzureUsage rows."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._amounts: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._resold: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._names, self._resellers = Names(intake), Resellers(intake)
        self._attributions = Attributions(intake, (*NAMES, "acr"), when_flagged=True)
        self._columns = AzureColumns(intake, self._names, self._attributions, self._resellers)

    def open(self, sheet: Sheet) -> None:
        """Begin a file, saying what its columns cannot tell."""
        self.sheet = sheet
        self.tally.warn(
            "the file names no offers: support, internal, benefit and trial offers cannot be left out, every row counts as paid"
        )
        self._attributions.open(sheet)
        if not sheet.columns.has("level2"):
            self.tally.warn("no ServiceLevel2: MeterCategory or ServiceName may name services otherwise than the lists of the programme")

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet, options = self.sheet, self.intake.options
        month = sheet.month(row, "month")
        tenant = sheet.tenant(row, "tenant") or options.tenant
        location, account = sheet.partner(row, "partner"), sheet.partner(row, "partner_global")
        partner = location or account or options.partner
        amount = sheet.money(row, "acr")
        if amount is None:
            raise RowFault(sheet.columns.column("acr"), "", "empty")
        used = (tenant, sheet.subscription(row, "subscription"), self.intake.services.one(sheet.needed(row, "service")))
        part = self._attributions.part(row)
        # the last that may set the row aside: until then it has told nothing
        reseller = self._resellers.of(sheet, row, location, account, part[0])
        if self._attributions.flagging:
            self._columns.note_single(row, part[1])
        self._amounts.add((month, partner, *used), part, amount)
        self._names.note(sheet, row, month, location, account, tenant)
        if reseller:
            self._resold.add((month, reseller, *used), part, amount)
            self._names.note_reseller(sheet, row, month, reseller, account or location)
        self.tally.kept += 1
        self.tally.unassigned += not (partner and tenant)
        self.tally.months.add(month)
        self.tally.currencies.add("USD")

    @property
    def places(self) -> frozenset[int]:
        """Give the places of the columns that are read, and of those that twins share where they are told apart."""
        return self._columns.places(self.sheet)

    def take_columns(self, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block."""
        return self._columns.take(self.sheet, cells)

    def outputs(self) -> Iterator[Output]:
        """Give usage, partners and customers."""
        columns = COLUMNS if self._attributions.known else tuple(column for column in COLUMNS if column != "associations")
        names = list(self._names.outputs())
        yield Output("azure_usage", columns, self._rows(), frames=self._columns.frames(self._amounts))
        yield Output("azure_usage", COLUMNS, self._resold_rows(), DISTRIBUTOR, self._columns.resold_frames(self._resold))
        yield from names

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for key, parts in self._amounts.items():
            amount, codes = united(parts, operator.add, max)
            self.tally.sums["acr"] = self.tally.sums.get("acr", Decimal(0)) + amount
            named = (self._attributions.cell(codes),) if self._attributions.known else ()
            yield (*key, "", *named, rounded(amount), "acr")

    def _resold_rows(self) -> Iterator[tuple[object, ...]]:
        for key, parts in self._resold.items():
            amount, _ = united(parts, operator.add, max)
            yield (*key, "", RESOLD, rounded(amount), "acr")


INSIGHTS_AZURE_USAGE = Source(
    name="insights_azure_usage",
    title="Partner Center Insights, Azure usage",
    tables=("azure_usage", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("service", ("ServiceLevel2", "MeterCategory", "ServiceName"), key=True, fills="service"),
        Field("acr", ("ACR_USD", "TotalACR", "AzureConsumedRevenueUSD"), key=True, fills="acr_usd", kind="number"),
        Field("level2", ("ServiceLevel2",)),
        *PARTNER_FIELDS,
        Field("subscription", ("SubscriptionId", "SubscriptionGuid"), fills="subscription_id"),
        ATTRIBUTION,
        Field("flag", ("IsACRDuplicateAtPGALevel", "IsDuplicateRowForPGA")),
        *CUSTOMER_FIELDS,
        *RESELLER_FIELDS,
        Field("dates", ("SubscriptionStartDate", "SubscriptionEndDate", "FirstUseDate"), kind="date"),
    ),
    feeds=(
        Feed("net customer adds, usage growth and deployments of the three Azure designations"),
        Feed("the Azure half of Security", ("level2",), "other names of services seldom match the lists of Security"),
        Feed("recognition of each row by its own association", ("attribution",), "the associations table is joined instead"),
        Feed("every metric, for rows that know their partner", ("partner",), "--partner fills it"),
        Feed("the global account of a location", ("partner_global",), "the partners table tells it"),
        Feed("customers that are counted once where several partners or attributions have them", ("flag",), "equal rows are added up"),
        Feed("the track of the Azure designations (share of small customers)", ("segment",), "the customers table tells it"),
    ),
    reader=AzureUsageReader,
    family="insights",
    also=(
        *ALSO,
        *("SubscriptionState", "ServiceLevel1", "ServiceLevel3", "ServiceLevel4", "ServiceGroup2", "ServiceGroup3", "ServiceInfluencer"),
        *("ComputeOS", "ComputeCoreSoftware", "UsageUnits", "UsageQuantity", "EnrollmentNumber"),
        "MonthlySubscriptionLevelACR",
    ),
    notes=(
        "rows that differ in attribution, or that Microsoft flags as duplicates, are united (I-10); without "
        "`IsACRDuplicateAtPGALevel` such twins are added up",
        "in a distributor's file a CSP row counts for the distributor and, as CSP Tier 2, for `ResellerID`; the reseller's own file wins",
        "keep `ServiceLevel2`: other names of services seldom match the services that Security lists",
        "keep `PartnerAttributionType`: it says which link makes a row yours; without it the associations table has to",
        "growth needs 24 months: ask for them, and keep every file, for months that age out cannot be fetched again",
    ),
    about="AzureUsage: Azure consumed revenue by customer, month, service and attribution. The file nearest to what Microsoft scores.",
    obtain=download("Azure usage"),
    role=VIEWER,
    refresh="4 days behind; a fiscal month closes on the 5th of the next one",
    datasets=("AzureUsage",),
    lacks=(
        "offers: support, internal, benefit and trial usage cannot be left out, every row counts as paid",
        "what a distributor's resellers sell through others, and their links of other kinds: their own files tell",
    ),
)

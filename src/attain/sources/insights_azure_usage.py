"""Partner Center Insights, AzureUsage: attributed Azure consumed revenue by tenant, month and service, from the download or over REST.

Microsoft gives one row per attribution, and twins where several count for one customer (I-10): rows of one attribution are added up;
across attributions, and between twins that are flagged as duplicates, associations are united and the larger amount is taken.
"""

from __future__ import annotations

import operator
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING

from attain.facts.schema import ASSOCIATIONS
from attain.sources.dimensions import Dimension
from attain.sources.gather import Gather
from attain.sources.insights import VIEWER, download
from attain.sources.intake import Intake, Output, RowFault, Sheet, rounded, subscription_of
from attain.sources.source import Feed, Field, Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row
    from attain.sources.gather import Key

COLUMNS = ("month", "partner_id", "tenant_id", "subscription_id", "service", "offer", "associations", "acr_usd", "basis")
UNSETTLED = (
    "flag",
    "acr",
    "attribution",
    "partner",
    "partner_global",
    "partner_name",
    "partner_country",
    "customer_name",
    "tpid",
    "segment",
    "market",
    "admin",
)
"""Fields in which two rows for the same usage may differ and still be twins."""
YES = frozenset({"1", "true", "yes", "y"})
SEGMENTS = {
    **dict.fromkeys(("smb", "smallandmediumbusiness", "smallmediumbusiness", "smcsmb", "smallmediumcorporatesmb"), "smb"),
    **dict.fromkeys(("smccorporate", "smcorporate", "corporate", "smallmediumcorporatecorporate"), "smc_corporate"),
    **dict.fromkeys(
        ("enterprise", "enterprisecommercial", "majorcommercial", "strategiccommercial", "enterprisepublicsector"), "enterprise"
    ),
}
"""Segments as files write them (folded). Microsoft documents none of these labels: one that is not here is left empty and reported."""


class AzureUsageReader:
    """Takes in AzureUsage rows."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._amounts: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._partners = Dimension("partners", "partner_id", ("name", "country", "account", "global_id"), intake.scratch)
        self._customers = Dimension("customers", "tenant_id", ("name", "tpid", "country", "segment"), intake.scratch)
        self._attributed = False
        self._labels: dict[str, str] = {}

    def open(self, sheet: Sheet) -> None:
        """Begin a file, saying what its columns cannot tell."""
        self.sheet = sheet
        self._attributed = self._attributed or sheet.columns.has("attribution")
        used = {place for name in UNSETTLED for place in sheet.columns.places(name)}
        self._detail = tuple(place for place in range(sheet.columns.width) if place not in used) if sheet.columns.has("flag") else ()
        self.tally.warn(
            "the file names no offers: support, internal, benefit and trial offers cannot be left out, every row counts as paid"
        )
        if not sheet.columns.has("attribution"):
            self.tally.warn("the file names no attribution: the associations table decides what is recognized")
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
        key = (month, partner, tenant, subscription_of(sheet.text(row, "subscription")), sheet.needed(row, "service"))
        self._amounts.add(key, self._part(row), amount)
        self._note_names(row, month, tenant, location, account)
        self.tally.kept += 1
        self.tally.unassigned += not (partner and tenant)
        self.tally.months.add(month)
        self.tally.currencies.add("USD")

    def _part(self, row: Row) -> Key:
        """Give the attribution and, where twins are flagged, a digest of the rest of the row and the flag: twins differ in it alone."""
        attribution = self._association(self.sheet.text(row, "attribution"))
        if not self._detail:
            return (attribution, "", "")
        flag = "1" if self.sheet.text(row, "flag").casefold() in YES else "0"
        rest = blake2b("\x1f".join(row[place] for place in self._detail).encode(), digest_size=16).hexdigest()
        return (attribution, rest, flag)

    def _association(self, label: str) -> str:
        known = self._labels.get(label)
        if known is None:
            known = self.intake.catalog.associations.match(label) if label else ""
            if known is None:
                near = self.intake.catalog.associations.nearest(label)
                self.tally.warn(
                    f"attribution {label!r} is unknown and counts for nothing" + (f"; nearest: {', '.join(near)}" if near else "")
                )
                known = ""
            self._labels[label] = known
        # Two unknown labels stay two attributions: their amounts are not added up
        return known or f"?{label}"

    def _note_names(self, row: Row, month: str, tenant: str, location: str, account: str) -> None:
        sheet = self.sheet
        name, country = sheet.text(row, "partner_name"), sheet.text(row, "partner_country")
        if location and location != account:
            self._partners.add(location, month, name, country, "location" if account else "", account)
        elif location:
            self._partners.add(location, month, name, country, "global", "")
        if account and account != location:
            self._partners.add(account, month, "", "", "global", "")
        if tenant:
            segment = self._segment(sheet.text(row, "segment"))
            self._customers.add(
                tenant, month, sheet.text(row, "customer_name"), sheet.text(row, "tpid"), sheet.text(row, "market"), segment
            )

    def _segment(self, label: str) -> str:
        if not label:
            return ""
        if fold(label) not in SEGMENTS:
            self.tally.warn(
                f"customer segment {label!r} is unknown and left empty: set it in the customers table (smb, smc_corporate, enterprise)"
            )
        return SEGMENTS.get(fold(label), "")

    def outputs(self) -> Iterator[Output]:
        """Give usage, partners and customers."""
        columns = COLUMNS if self._attributed else tuple(column for column in COLUMNS if column != "associations")
        yield Output("azure_usage", columns, self._rows())
        yield self._partners.output()
        yield self._customers.output()

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for key, parts in self._amounts.items():
            amount, codes = united(parts)
            self.tally.sums["acr"] = self.tally.sums.get("acr", Decimal(0)) + amount
            named = ("+".join(code for code in ASSOCIATIONS if code in codes),) if self._attributed else ()
            yield (*key, "", *named, rounded(amount), "acr")


def united(parts: dict[Key, Decimal]) -> tuple[Decimal, set[str]]:
    """Unite the rows of one usage as I-10 says: parts are (attribution, rest of the row, flag) with the sum of their rows.

    Gives the amount that counts once, and the association codes.
    """
    twins: dict[tuple[str, str], Decimal] = {}
    for (attribution, rest, _), amount in parts.items():
        known = twins.get((attribution, rest))
        twins[attribution, rest] = amount if known is None else max(known, amount)
    sums: dict[str, Decimal] = {}
    for (attribution, _), amount in twins.items():
        sums[attribution] = sums.get(attribution, Decimal(0)) + amount
    return max(sums.values()), {attribution for attribution in sums if not attribution.startswith("?")}


INSIGHTS_AZURE_USAGE = Source(
    name="insights_azure_usage",
    title="Partner Center Insights, Azure usage",
    tables=("azure_usage", "partners", "customers"),
    fields=(
        Field("month", ("Month", "MonthKey", "Date", "FiscalMonthName"), key=True, fills="month", kind="date"),
        Field("tenant", ("CustomerTenantId",), key=True, fills="tenant_id"),
        Field("service", ("ServiceLevel2", "MeterCategory", "ServiceName"), key=True, fills="service"),
        Field("acr", ("ACR_USD", "TotalACR", "AzureConsumedRevenueUSD"), key=True, fills="acr_usd", kind="number"),
        Field("level2", ("ServiceLevel2",)),
        Field("partner", ("MPNID", "PartnerID"), fills="partner_id"),
        Field("partner_global", ("PGAMpnID", "PGAPartnerID", "GlobalPartnerID"), fills="global_id"),
        Field("partner_name", ("PartnerName",), fills="partners.name"),
        Field("partner_country", ("PartnerCountryLocation", "PartnerCountry"), fills="partners.country"),
        Field("subscription", ("SubscriptionId", "SubscriptionGuid"), fills="subscription_id"),
        Field("attribution", ("PartnerAttributionType", "PartnerAttachType", "PartnerAssociationType"), fills="associations"),
        Field("flag", ("IsACRDuplicateAtPGALevel", "IsDuplicateRowForPGA")),
        Field("customer_name", ("CustomerName",), fills="customers.name"),
        Field("tpid", ("CustomerTpid",), fills="tpid"),
        Field("segment", ("CustomerSegment",), fills="segment"),
        Field("market", ("CustomerMarket",), fills="customers.country"),
        Field("admin", ("AdminType", "AssociationType", "PartnerLocation", "PartnerLocationID")),
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
        *(
            "SubscriptionState",
            "ServiceLevel1",
            "ServiceLevel3",
            "ServiceLevel4",
            "ServiceGroup2",
            "ServiceGroup3",
            "ServiceInfluencer",
            "ComputeOS",
        ),
        *(
            "ComputeCoreSoftware",
            "UsageUnits",
            "UsageQuantity",
            "SalesChannel",
            "EnrollmentNumber",
            "ResellerID",
            "ResellerName",
            "IndustryName",
        ),
        *("VerticalName", "EOU", "MonthlySubscriptionLevelACR"),
    ),
    notes=(
        "rows that differ in attribution, or that Microsoft flags as duplicates, are united (I-10); without "
        "`IsACRDuplicateAtPGALevel` such twins are added up",
        "keep `ServiceLevel2`: other names of services seldom match the services that Security lists",
        "keep `PartnerAttributionType`: it says which link makes a row yours; without it the associations table has to",
        "growth needs 24 months: ask for them, and keep every file, for months that age out cannot be fetched again",
    ),
    about="AzureUsage: Azure consumed revenue by customer, month, service and attribution. The file nearest to what Microsoft scores.",
    obtain=download("Azure usage"),
    role=VIEWER,
    refresh="4 days behind; a fiscal month closes on the 5th of the next one",
    lacks=("offers: support, internal, benefit and trial usage cannot be left out, every row counts as paid",),
)

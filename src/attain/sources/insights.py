"""What the reports of Partner Center Insights have in common: columns, where to get them, the partners and customers they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attain.sources.dimensions import Dimension
from attain.sources.source import Field, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row
    from attain.sources.intake import Intake, Output, Sheet

VIEWER = "Executive report viewer (columns of revenue and of people are hidden from others); sign in with the Partner Program account"

MONTH = Field("month", ("Month", "MonthKey", "Date", "FiscalMonthName"), key=True, fills="month", kind="month")
TENANT = Field("tenant", ("CustomerTenantId",), key=True, fills="tenant_id")
ATTRIBUTION = Field("attribution", ("PartnerAttributionType", "PartnerAttachType", "PartnerAssociationType"), fills="associations")
FLAG = Field("flag", ("IsDuplicateRowForPGA", "IsACRDuplicateAtPGALevel"))
PARTNER_FIELDS = (
    Field("partner", ("MPNID", "PartnerID"), fills="partner_id"),
    Field("partner_global", ("PGAMpnID", "PGAPartnerID", "GlobalPartnerID"), fills="partner_id partners.global_id"),
    Field("partner_name", ("PartnerName",), fills="partners.name"),
    Field("partner_country", ("PartnerCountryLocation", "PartnerCountry"), fills="partners.country"),
    Field("partner_place", ("PartnerLocation", "PartnerLocationID", "SalesChannel", "AdminType", "AssociationType")),
)
CUSTOMER_FIELDS = (
    Field("customer_name", ("CustomerName", "CustomerTenantName"), fills="customers.name"),
    Field("tpid", ("CustomerTpid",), fills="customers.tpid"),
    Field("domain", ("TenantDomainName",), fills="customers.domain"),
    Field("segment", ("CustomerSegment",), fills="customers.segment"),
    Field("market", ("CustomerTenantCountry", "CustomerMarket"), fills="customers.country"),
)
NAMES = tuple(field.name for field in (*PARTNER_FIELDS, *CUSTOMER_FIELDS))
"""Fields that say who, not how much: in them twins may differ."""
_SAID = tuple(name for name in NAMES if name not in {"partner", "partner_global", "partner_place"})
_REMEMBERED = 1_000_000
RESELLER = Field("reseller", ("ResellerID",))
ALSO = ("IndustryName", "VerticalName", "EOU", "SubscriptionEndDate")
"""Columns that most reports may hold and that are not used."""

SEGMENTS = {
    **dict.fromkeys(("smb", "smallandmediumbusiness", "smallmediumbusiness", "smcsmb", "smallmediumcorporatesmb"), "smb"),
    **dict.fromkeys(("smccorporate", "smcorporate", "corporate", "smallmediumcorporatecorporate"), "smc_corporate"),
    **dict.fromkeys(
        ("enterprise", "enterprisecommercial", "majorcommercial", "strategiccommercial", "enterprisepublicsector"), "enterprise"
    ),
}
"""Segments as files write them (folded). Microsoft documents none of these labels: one that is not here is left empty and reported."""
_MASKED = re.compile(r"[*#•\s.-]+|.*\*{3}.*|\W*(?:masked|redacted|concealed|hidden|anonymi[sz]ed)(?: customer| name)?\W*", re.IGNORECASE)


def download(report: str) -> str:
    """Say where to get a report, in words."""
    return f"Partner Center > Insights > Downloads hub > New report > {report}: all columns, the longest time range, no filters."


def is_masked(name: str) -> bool:
    """Say whether a customer's name is masked: Microsoft hides some for compliance, and says nothing about how that looks."""
    return bool(_MASKED.fullmatch(name))


def _said(sheet: Sheet, row: Row, name: str) -> str:
    """Give the text of a field that not every report has."""
    return sheet.text(row, name) if sheet.columns.has(name) else ""


class Resellers:
    """Notices rows that name a reseller other than the partner: a distributor's file, whose rows count for the distributor alone."""

    def __init__(self, intake: Intake) -> None:
        self._tally = intake.tally
        self._told = False

    def notice(self, sheet: Sheet, row: Row, location: str, account: str) -> None:
        """Warn once where a row names another partner as its reseller."""
        if self._told or not sheet.columns.has("reseller"):
            return
        if (reseller := sheet.partner(row, "reseller")) and reseller not in {location, account}:
            self._told = True
            self._tally.warn(
                f"rows name resellers (ResellerID {reseller} is the first): they count for the partner of the row alone; "
                "for a reseller's own score import its own files, or reseller performance"
            )


class Names:
    """Gathers the partners and customers that the rows of a delivery name."""

    def __init__(self, intake: Intake) -> None:
        self._tally = intake.tally
        self._sheet: Sheet | None = None
        self._places: tuple[int, ...] = ()
        self._seen: set[tuple[str, ...]] = set()
        self._partners = Dimension("partners", "partner_id", ("name", "country", "account", "global_id"), intake.scratch)
        self._customers = Dimension("customers", "tenant_id", ("name", "tpid", "domain", "country", "segment"), intake.scratch)

    def note(self, sheet: Sheet, row: Row, month: str, location: str, account: str, tenant: str = "") -> None:
        """Note who a row is about; any of the ids may be empty."""
        if sheet is not self._sheet:
            self._sheet, self._places = sheet, tuple(place for name in _SAID for place in sheet.columns.places(name))
            self._seen.clear()
        # most rows say of their customer what another row of the month said
        said = (month, location, account, tenant, *(row[place] for place in self._places))
        if said in self._seen:
            return
        if len(self._seen) < _REMEMBERED:
            self._seen.add(said)
        name, country = _said(sheet, row, "partner_name"), _said(sheet, row, "partner_country")
        if location and location != account:
            self._partners.add(location, month, name, country, "location" if account else "", account)
            name = country = ""
        if account:
            self._partners.add(account, month, name, country, "global", "")
        if tenant:
            self._note_customer(sheet, row, month, tenant)

    def _note_customer(self, sheet: Sheet, row: Row, month: str, tenant: str) -> None:
        name, segment = _said(sheet, row, "customer_name"), self._segment(_said(sheet, row, "segment"))
        if is_masked(name):
            self._tally.warn("names of some customers are masked: an earlier name stays, and CustomerTpid still tells whose tenant it is")
            name = ""
        tpid = _said(sheet, row, "tpid")
        tpid = "" if tpid in {"0", "-1"} else tpid
        self._customers.add(tenant, month, name, tpid, _said(sheet, row, "domain").casefold(), _said(sheet, row, "market"), segment)

    def _segment(self, label: str) -> str:
        if not label:
            return ""
        if fold(label) not in SEGMENTS:
            self._tally.warn(
                f"customer segment {label!r} is unknown and left empty: set it in the customers table (smb, smc_corporate, enterprise)"
            )
        return SEGMENTS.get(fold(label), "")

    def outputs(self) -> Iterator[Output]:
        """Give partners and customers."""
        yield self._partners.output()
        yield self._customers.output()

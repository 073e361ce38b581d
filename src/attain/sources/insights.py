"""What the reports of Partner Center Insights have in common: columns, where to get them, the partners and customers they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import without_repeats
from attain.sources.cells import NOBODY
from attain.sources.columnar import heads_saying, months_named, partners, texts, whole_ids
from attain.sources.dimensions import Dimension
from attain.sources.intake import Output
from attain.sources.source import Field, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.facts.text_rows import Repeated
    from attain.sources.files import Row
    from attain.sources.intake import Intake, Sheet

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
_SOLD_THROUGH = ("kind", "distributor_id")
RESELLER_FIELDS = (
    Field("reseller", ("ResellerID",), fills="partner_id"),
    Field("reseller_name", ("ResellerName",), fills="partners.name"),
)
CSP = frozenset({"csp1", "csp2"})
RESOLD = "csp2"
"""The association of a reseller with what it sells through a distributor."""
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


_MASKED_TOLD = "names of some customers are masked: an earlier name stays, and CustomerTpid still tells whose tenant it is"
_MAYBE_MASKED = r"(?i)[*#•]|masked|redacted|concealed|hidden|anonymi|^[^\pL\pN]*$"


def _segment_told(label: str) -> str:
    return f"customer segment {label!r} is unknown and left empty: set it in the customers table (smb, smc_corporate, enterprise)"


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
    """Finds the resellers in a distributor's file: what they sold counts for them too, by the distributor's word (I-10)."""

    def __init__(self, intake: Intake) -> None:
        self._tally = intake.tally
        self._told: set[bool] = set()

    def of(self, sheet: Sheet, row: Row, location: str, account: str, association: str) -> str:
        """Give the reseller of a row of the Cloud Solution Provider programme, empty where it is the partner itself or not named.

        Warns once of rows with another association: who resells to a customer says nothing of them.
        """
        reseller = sheet.partner(row, "reseller") if sheet.columns.has("reseller") else ""
        if not reseller or reseller in {location, account}:
            return ""
        sold = association in CSP
        if sold not in self._told:
            self._told.add(sold)
            first = f"(ResellerID {reseller} is the first): they count for the partner of the row"
            whom = ", and as CSP Tier 2 for the reseller, where no file of its own tells of the same" if sold else " alone"
            self._tally.warn(f"rows {'' if sold else 'that are not of CSP '}name resellers {first}{whom}")
        return reseller if sold else ""

    def of_columns(
        self, sheet: Sheet, cells: pl.DataFrame, location: pl.Series, account: pl.Series, association: Repeated
    ) -> tuple[pl.Series | None, list[pl.Series]]:
        """Give the resellers of the rows of a block, None where no row has one, and which rows `of` has no warning for, nor any fault."""
        if not sheet.columns.has("reseller"):
            return None, []
        reseller = partners(sheet, cells, "reseller")
        named = (reseller != "") & (reseller != location) & (reseller != account)
        if not named.any():
            return None, [whole_ids(reseller)]
        sold = association.spread(association.texts.is_in(list(CSP)).fill_null(value=False))
        told = pl.Series([False]).new_from_index(0, cells.height)
        for kind in self._told:
            told = told | (sold if kind else ~sold)
        return reseller.set(~(named & sold), ""), [~named | told, whole_ids(reseller)]


_OF_CUSTOMERS = ("customer_name", "tpid", "domain", "segment", "market")


class Names:
    """Gathers the partners and customers that the rows of a delivery name.

    A file that gives nothing but the ids of its customers says nothing of them: no row of `customers` comes of it.
    """

    def __init__(self, intake: Intake) -> None:
        self._tally = intake.tally
        self._sheet: Sheet | None = None
        self._places: tuple[int, ...] = ()
        self._seen: set[tuple[str, ...]] = set()
        self._resold = False
        self._partners = Dimension("partners", "partner_id", ("name", "country", "account", "global_id", *_SOLD_THROUGH), intake.scratch)
        self._customers = Dimension("customers", "tenant_id", ("name", "tpid", "domain", "country", "segment"), intake.scratch)

    def note(self, sheet: Sheet, row: Row, month: str, location: str, account: str, tenant: str = "") -> None:
        """Note who a row is about; any of the ids may be empty."""
        if sheet is not self._sheet:
            self._sheet, self._places = sheet, self.places(sheet)
            self._seen.clear()
        # most rows say of their customer what another row of the month said
        said = (month, location, account, tenant, *(row[place] for place in self._places))
        if said in self._seen:
            return
        if len(self._seen) < _REMEMBERED:
            self._seen.add(said)
        name, country = _said(sheet, row, "partner_name"), _said(sheet, row, "partner_country")
        if location and location != account:
            self._partners.add(location, month, name, country, "location" if account else "", account, "", "")
            name = country = ""
        if account:
            self._partners.add(account, month, name, country, "global", "", "", "")
        if tenant and self._tells_of_customers(sheet):
            self._note_customer(sheet, row, month, tenant)

    @staticmethod
    def places(sheet: Sheet) -> tuple[int, ...]:
        """Give the places of the cells that say something of partners and customers."""
        return tuple(place for name in _SAID for place in sheet.columns.places(name))

    def nothing_new(self, sheet: Sheet, cells: pl.DataFrame) -> list[pl.Series]:
        """Say of which rows `note` has no warning that was not given before: of those that hold by all that is given."""
        names = [name for name in ("segment", "customer_name") if sheet.columns.has(name)]
        places = [str(place) for name in names for place in sheet.columns.places(name)]
        # most rows say of their customer what the row before said
        heads = without_repeats(cells.select(places), places)
        if all(condition.all() for condition in self._nothing_new(sheet, heads)):
            return []
        return self._nothing_new(sheet, cells)

    def _nothing_new(self, sheet: Sheet, cells: pl.DataFrame) -> list[pl.Series]:
        told = self._tally.warnings
        found: list[pl.Series] = []
        if sheet.columns.has("segment"):
            labels = texts(sheet, cells, "segment")
            distinct: list[str] = labels.unique().to_list()
            settled = [label for label in distinct if not label or fold(label) in SEGMENTS or _segment_told(label) in told]
            if len(settled) < len(distinct):
                found.append(labels.is_in(settled))
        if sheet.columns.has("customer_name") and _MASKED_TOLD not in told:
            names = texts(sheet, cells, "customer_name")
            found.append((names == "") | ~names.str.contains(_MAYBE_MASKED))
        return found

    def note_columns(self, sheet: Sheet, cells: pl.DataFrame, who: pl.DataFrame) -> None:
        """Note who the rows of a block are about; `who` gives ids as text, any empty, and the month by number; perhaps no account."""
        partners = heads_saying(sheet, cells, who.drop("tenant_id"), ("partner_name", "partner_country"))
        self._note_partners(partners.unique())
        if self._tells_of_customers(sheet):
            customers = heads_saying(sheet, cells, who.select("tenant_id", "month"), _OF_CUSTOMERS)
            self._note_customers(without_repeats(customers, customers.columns))

    @staticmethod
    def _tells_of_customers(sheet: Sheet) -> bool:
        return any(sheet.columns.has(name) for name in _OF_CUSTOMERS)

    def _note_partners(self, rows: pl.DataFrame) -> None:
        nothing = pl.Series([""]).new_from_index(0, rows.height)
        location, month = rows["location"], months_named(rows["month"])
        account, name, country = (
            rows[name] if name in rows.columns else nothing for name in ("account", "partner_name", "partner_country")
        )
        apart = (location != "") & (location != account)
        level = pl.Series(["location"]).new_from_index(0, rows.height).set(account == "", "")
        sold_through = dict.fromkeys(_SOLD_THROUGH, nothing)
        at_location = {"name": name, "country": country, "account": level, "global_id": account, **sold_through}
        self._partners.add_columns(pl.DataFrame({"partner_id": location, "month": month, **at_location}).filter(apart))
        own = {"name": name.set(apart, ""), "country": country.set(apart, ""), "account": level.set(level != "global", "global")}
        at_account = {**own, "global_id": nothing, **sold_through}
        self._partners.add_columns(pl.DataFrame({"partner_id": account, "month": month, **at_account}).filter(account != ""))

    def _note_customers(self, rows: pl.DataFrame) -> None:
        """Note what rows say of customers, as `_note_customer` takes it."""
        told = {"tenant_id": rows["tenant_id"], "month": months_named(rows["month"])}
        if "customer_name" in rows.columns:
            name = rows["customer_name"]
            likely: list[str] = name.filter(name.str.contains(_MAYBE_MASKED)).unique().to_list()
            if masked := [one for one in likely if is_masked(one)]:
                self._tally.warn(_MASKED_TOLD)
                name = name.set(name.is_in(masked), "")
            told["name"] = name
        if "segment" in rows.columns:
            labels = rows["segment"]
            distinct: list[str] = labels.unique().to_list()
            told["segment"] = labels.replace_strict(distinct, [self._segment(label) for label in distinct], return_dtype=pl.String)
        if "domain" in rows.columns:
            domain = rows["domain"]
            folded = domain.str.to_lowercase()
            foreign = domain.str.contains(r"[^\x00-\x7F]")
            if foreign.any():
                # Polars folds less than Python does
                others: list[str] = domain.filter(foreign).unique().to_list()
                folded = folded.zip_with(~foreign, domain.replace(others, [one.casefold() for one in others]))
            told["domain"] = folded
        if "market" in rows.columns:
            told["country"] = rows["market"]
        if "tpid" in rows.columns:
            told["tpid"] = rows["tpid"].set(rows["tpid"].is_in(list(NOBODY)), "")
        customers = pl.DataFrame(told)
        somebody = customers["tenant_id"] != ""
        self._customers.add_columns(customers if somebody.all() else customers.filter(somebody))

    def note_resellers(self, sheet: Sheet, cells: pl.DataFrame, who: pl.DataFrame) -> None:
        """Note who sells through whom in the rows of a block; `who` gives `reseller`, `location`, `month`, and perhaps `account`."""
        self._resold = True
        distributor = who["location"]
        if "account" in who.columns:
            distributor = who["account"].zip_with(who["account"] != "", distributor)
        heads = heads_saying(sheet, cells, who.select("reseller", "month", distributor.alias("distributor")), ("reseller_name",))
        nothing = pl.Series([""]).new_from_index(0, heads.height)
        told = {"partner_id": heads["reseller"], "month": months_named(heads["month"])}
        told["name"] = heads["reseller_name"] if "reseller_name" in heads.columns else nothing
        told |= dict.fromkeys(("country", "account", "global_id"), nothing)
        told |= {"kind": pl.Series(["reseller"]).new_from_index(0, heads.height), "distributor_id": heads["distributor"]}
        self._partners.add_columns(pl.DataFrame(told).unique())

    def note_reseller(self, sheet: Sheet, row: Row, month: str, reseller: str, distributor: str) -> None:
        """Note who sells through whom."""
        self._resold = True
        self._partners.add(reseller, month, _said(sheet, row, "reseller_name"), "", "", "", "reseller", distributor)

    def _note_customer(self, sheet: Sheet, row: Row, month: str, tenant: str) -> None:
        name, segment = _said(sheet, row, "customer_name"), self._segment(_said(sheet, row, "segment"))
        if is_masked(name):
            self._tally.warn(_MASKED_TOLD)
            name = ""
        tpid = _said(sheet, row, "tpid")
        tpid = "" if tpid in NOBODY else tpid
        self._customers.add(tenant, month, name, tpid, _said(sheet, row, "domain").casefold(), _said(sheet, row, "market"), segment)

    def _segment(self, label: str) -> str:
        if not label:
            return ""
        if fold(label) not in SEGMENTS:
            self._tally.warn(_segment_told(label))
        return SEGMENTS.get(fold(label), "")

    def outputs(self) -> Iterator[Output]:
        """Give partners and customers."""
        partners = self._partners.output()
        if self._resold:
            yield partners
        else:
            # most files name no resellers, and then say nothing of who sells through whom
            told = len(partners.columns) - len(_SOLD_THROUGH)
            yield Output(partners.table, partners.columns[:told], (row[:told] for row in partners.rows), frames=partners.frames)
        yield self._customers.output()

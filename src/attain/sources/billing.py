"""What the billing files of the Cloud Solution Provider programme have in common: who sold, to whom, and what that links.

A row names the partner that Microsoft bills and, where that one sells through others, the reseller: the row is the reseller's (CSP Tier 2),
else the billed partner's own (CSP Tier 1). Each subscription seen in a month gives a row of the associations table for that month, which
also tells other files, that know the subscription alone, whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.sources.columnar import filled, heads_saying, months_named, partners, tenants, texts, whole_ids
from attain.sources.dimensions import Dimension
from attain.sources.links import DIRECT, INDIRECT, LINKED, Links
from attain.sources.source import Feed, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row
    from attain.sources.intake import Intake, Output, Sheet

PARTY_FIELDS = (
    Field("tenant", ("CustomerId", "CustomerTenantId"), key=True, fills="tenant_id"),
    Field("customer_name", ("CustomerName", "CustomerCompanyName"), fills="customers.name"),
    Field("domain", ("CustomerDomainName", "DomainName"), fills="customers.domain"),
    Field("country", ("CustomerCountry",), fills="customers.country"),
    Field("own", ("MpnId",), fills="partners.partner_id"),
    Field("own_name", ("PartnerName",), fills="partners.name"),
    Field("reseller", ("ResellerMpnId", "Tier2MpnId"), fills="partner_id"),
    Field("invoice", ("InvoiceNumber",)),
)
PARTNER_FEED = Feed("each reseller's own rows, in a file of several", ("reseller",), "--partner fills it for the whole file")
OBTAIN = (
    "Partner Center > Billing > Billing history > Reconciliation files, one for each invoice; or the partner billing API of Microsoft "
    "Graph, attribute set full."
)
ROLE = "Billing admin or Admin agent of a direct bill partner or an indirect provider; an indirect reseller gets no billing data"


class Parties:
    """Who a billing row is between: reads the partner and tenant of rows, and keeps what they tell of partners, customers and links.

    `billed` says that a file without invoice numbers is an invoice all the same.
    """

    def __init__(self, intake: Intake, billed: bool = False) -> None:
        self._intake, self._tally, self._billed = intake, intake.tally, billed
        self._partners = Dimension("partners", "partner_id", ("name", "kind", "distributor_id"), intake.scratch)
        self._customers = Dimension("customers", "tenant_id", ("name", "domain", "country"), intake.scratch)
        self._links = Links(intake.scratch)
        self._unnamed = 0

    def of(self, sheet: Sheet, row: Row, month: str, subscription: str, *, both: bool = False) -> tuple[str, str]:
        """Give the partner and the tenant of a row, each empty where neither the row nor the user says.

        With `both`, a row that lacks one of them is set aside by who asks, and nothing of it is noted.
        """
        tenant = sheet.tenant(row, "tenant") or self._intake.options.tenant
        own, reseller = sheet.partner(row, "own"), sheet.partner(row, "reseller")
        partner = reseller or self._intake.options.partner
        # Before the invoice the reseller is left blank: the rows are not the provider's for that
        if not partner and sheet.columns.has("reseller") and (self._billed or sheet.text(row, "invoice")):
            partner = own
        if not partner:
            self._unnamed += self._tally.stands_for
        if both and not (partner and tenant):
            return partner, tenant
        self._note(sheet, row, month, (own, reseller, tenant))
        if partner and tenant and own:
            self.link(partner, tenant, association_of(partner, own), subscription, month)
        return partner, tenant

    def link(self, partner: str, tenant: str, association: str, scope: str, month: str) -> None:
        """Note that a partner sold something (a subscription or a workload) to a tenant in a month."""
        if scope:
            self._links.add(partner, tenant, association, scope, month)

    def of_columns(self, sheet: Sheet, cells: pl.DataFrame) -> Between:
        """Give who the rows of a block are between, as `of` does of each; nothing of it is noted."""
        tenant, *plain = tenants(sheet, cells, "tenant")
        own, reseller = partners(sheet, cells, "own"), partners(sheet, cells, "reseller")
        plain += [whole_ids(given) for given, name in ((own, "own"), (reseller, "reseller")) if sheet.columns.has(name)]
        partner = filled(reseller, self._intake.options.partner)
        if sheet.columns.has("reseller") and (unnamed := partner == "").any():
            of_invoice = unnamed if self._billed else unnamed & (texts(sheet, cells, "invoice") != "")
            partner = own.zip_with(of_invoice, partner)
        direct = (partner == own).cast(pl.UInt8)
        association = pl.Series([INDIRECT, DIRECT], dtype=LINKED).gather(direct).set(own == "", "")
        told = {"partner_id": partner, "tenant_id": filled(tenant, self._intake.options.tenant), "own": own, "reseller": reseller}
        return Between(pl.DataFrame({**told, "association": association}), plain)

    def note_columns(self, sheet: Sheet, cells: pl.DataFrame, rows: pl.DataFrame) -> None:
        """Note what rows of a block that have a partner and a tenant say: those of `Between`, with `month` by number and `scope`."""
        resold = (rows["reseller"] != "") & (rows["reseller"] != rows["own"])
        owners = heads_saying(sheet, cells, rows.select("own", "month", resold.alias("resold")), ("own_name",)).unique()
        kind = pl.when("resold").then(pl.lit("distributor")).otherwise(pl.lit(""))
        self._note_partners(owners.filter(owners["own"] != ""), "own", kind=kind)
        resellers = rows.filter(resold).select("reseller", "own", "month").unique()
        self._note_partners(resellers, "reseller", kind=pl.lit("reseller"), distributor_id=pl.col("own"))
        customers = heads_saying(sheet, cells, rows.select("tenant_id", "month"), ("customer_name", "domain", "country")).unique()
        said: dict[str, pl.Series] = {}
        if "country" in customers.columns:
            given: list[str] = customers["country"].unique().to_list()
            said["country"] = customers["country"].replace_strict(given, [text.upper() for text in given], return_dtype=pl.String)
        told = customers.with_columns(months_named(customers["month"]).alias("month"), **said)
        self._customers.add_columns(told.rename({"customer_name": "name"}, strict=False))
        self.link_columns(rows)

    def _note_partners(self, rows: pl.DataFrame, name: str, **said: pl.Expr) -> None:
        if rows.height:
            named = {"name": pl.col("own_name")} if "own_name" in rows.columns else {}
            told = rows.with_columns(months_named(rows["month"]).alias("month"))
            self._partners.add_columns(told.select(pl.col(name).alias("partner_id"), "month", **named, **said))

    def link_columns(self, rows: pl.DataFrame) -> None:
        """Note what rows link, see `Links.add_columns`; those that say no association or no scope link nothing."""
        self._links.add_columns(rows.filter(pl.col("association") != "", pl.col("scope") != ""))

    def _note(self, sheet: Sheet, row: Row, month: str, ids: tuple[str, str, str]) -> None:
        own, reseller, tenant = ids
        if own:
            self._partners.add(own, month, sheet.text(row, "own_name"), "distributor" if reseller and reseller != own else "", "")
        if reseller and reseller != own:
            self._partners.add(reseller, month, "", "reseller", own)
        if tenant:
            self._customers.add(
                tenant, month, sheet.text(row, "customer_name"), sheet.text(row, "domain"), sheet.text(row, "country").upper()
            )

    def outputs(self) -> Iterator[Output]:
        """Give partners, customers and associations."""
        if self._unnamed:
            rows = "1 row names" if self._unnamed == 1 else f"{self._unnamed:,} rows name"
            self._tally.warn(f"{rows} no reseller, and no invoice that would make it a sale of its own: --partner fills it")
        yield self._partners.output()
        yield self._customers.output()
        yield self._links.output()


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Who the rows of a block are between, and by row what has to hold for that.

    `rows` has `partner_id`, `tenant_id`, `own` and `reseller` as text, empty where nobody is named, and `association` as `LINKED`.
    """

    rows: pl.DataFrame
    plain: list[pl.Series]


def association_of(partner: str, own: str) -> str:
    """Name how a partner sells: in its own name where it is the one that Microsoft bills, else through that one."""
    return DIRECT if partner == own else INDIRECT

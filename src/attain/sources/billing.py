"""What the billing files of the Cloud Solution Provider programme have in common: who sold, to whom, and what that links.

A row names the partner that Microsoft bills and, where that one sells through others, the reseller: the row is the reseller's (CSP Tier 2),
else the billed partner's own (CSP Tier 1). Each subscription seen in a month gives a row of the associations table for that month, which
also tells other files, that know the subscription alone, whose it is.
"""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

from attain.sources.dimensions import Dimension
from attain.sources.gather import Gather
from attain.sources.intake import Intake, Output
from attain.sources.source import Feed, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row
    from attain.sources.intake import Sheet

ASSOCIATIONS = ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on")
DIRECT, INDIRECT = "csp1", "csp2"

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
        self._links: Gather[str] = Gather(min, intake.scratch)
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
            self._links.add((partner, tenant, association, scope, month), ("",), month)

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
        yield Output("associations", ASSOCIATIONS, self._rows())

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for (partner, tenant, association, subscription, month), _ in self._links.items():
            yield partner, tenant, association, subscription, f"{month}-01", last_day(month)


def association_of(partner: str, own: str) -> str:
    """Name how a partner sells: in its own name where it is the one that Microsoft bills, else through that one."""
    return DIRECT if partner == own else INDIRECT


def last_day(month: str) -> str:
    """Give the last day of a month such as `2026-10`, ISO."""
    year, number = int(month[:4]), int(month[5:])
    return f"{month}-{monthrange(year, number)[1]:02d}"

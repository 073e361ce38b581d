"""Microsoft Graph, subscribedSkus: what one tenant has bought and assigned, as the JSON of the answer."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from attain.errors import AttainError
from attain.sources.cells import CellError, guid_of
from attain.sources.intake import Intake, RowFault, Sheet
from attain.sources.source import Feed, Field, Source, fold
from attain.sources.tenant_report import LACKS, TenantReader, month_of

if TYPE_CHECKING:
    from attain.sources.files import Row

PLANS = {
    **dict.fromkeys(("EXCHANGE_S_STANDARD", "EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_DESKLESS"), "exchange-online"),
    **dict.fromkeys(("SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE", "SHAREPOINTDESKLESS"), "sharepoint-online"),
    **dict.fromkeys(("OFFICESUBSCRIPTION", "OFFICE_BUSINESS"), "microsoft-365-apps"),
    **dict.fromkeys(("ATP_ENTERPRISE", "THREAT_INTELLIGENCE"), "defender-for-office-365"),
    **dict.fromkeys(("MIP_S_CLP1", "MIP_S_CLP2"), "purview-information-protection"),
    **dict.fromkeys(("BI_AZURE_P1", "BI_AZURE_P2", "BI_AZURE_P3"), "power-bi"),
    "TEAMS1": "teams",
    "MCOEV": "teams-phone",
    "YAMMER_ENTERPRISE": "viva-engage",
    "INTUNE_A": "intune",
    "AAD_PREMIUM": "entra-id-p1",
    "WINDEFATP": "defender-for-endpoint-p2",
    "ATA": "defender-for-identity",
    "M365_COPILOT_APPS": "m365-copilot",
}
"""Service plans of Microsoft's published list that are workloads of the programme, by code of the catalog."""
UNPAID = ("TRIAL", "FREE", "VIRAL", "EXPLORATORY", "ADHOC", "POWER_BI_STANDARD", "DEVELOPERPACK")
"""Parts of the names of products that nobody pays for."""
CURRENT = frozenset({"enabled", "warning"})
FREE_REASON = "trials and free products: no paid seats"
ENDED = "ended or suspended subscriptions"
OTHER = "products without a workload of the programme"


class SubscribedSkusReader(TenantReader):
    """Takes in one product a record."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self._skus: set[str] = set()

    def open(self, sheet: Sheet) -> None:
        """Begin a file; refuses it where nobody says of which day it is."""
        super().open(sheet)
        if self.intake.options.as_of is None:
            raise AttainError("day-missing", "the file does not name its day", sheet.name, "say --as-of with the day it was fetched")
        self._month = month_of(self.intake.options.as_of)

    def take(self, row: Row) -> None:
        """Count a paid product's seats for each workload in it, once, however many of its plans are of that workload."""
        sheet = self.sheet
        product = sheet.needed(row, "product").upper()
        workloads = {PLANS[plan] for plan in self._plans(row) if plan in PLANS}
        paid, assigned = sheet.count(row, "paid"), sheet.count(row, "assigned")
        if sku := sheet.text(row, "sku"):
            if sku in self._skus:
                raise RowFault(sheet.columns.column("sku"), sku, "the same product is there before")
            self._skus.add(sku)
        self._check_account(sheet.text(row, "account"))
        if reason := self._left_out(product, fold(sheet.text(row, "state")), bool(workloads)):
            self.tally.left_out[reason] += 1
            return
        for workload in workloads:
            self.add(self._month, workload, "paid_licenses", paid or 0)
            self.add(self._month, workload, "assigned_licenses", assigned or 0)
        self.keep(self._month)

    def _check_account(self, account: str) -> None:
        """Tell of products that are of another tenant than the one that was said: they would count for the wrong customer."""
        tenant = self.intake.options.tenant
        with suppress(CellError):
            if account and guid_of(account) != tenant:
                self.tally.warn(f"the products are of the account {guid_of(account)}, --tenant says {tenant}: see whose file this is")

    @staticmethod
    def _left_out(product: str, state: str, counted: bool) -> str:
        if any(part in product for part in UNPAID):
            return FREE_REASON
        if state not in CURRENT:
            return ENDED
        return "" if counted else OTHER

    def _plans(self, row: Row) -> set[str]:
        text = self.sheet.text(row, "plans")
        try:
            held: Any = json.loads(text or "[]")
            plans = cast("list[dict[str, Any]]", held)
            return {str(plan["servicePlanName"]).upper() for plan in plans if fold(str(plan.get("provisioningStatus"))) != "disabled"}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RowFault(self.sheet.columns.column("plans"), text[:60], "no list of service plans") from error


GRAPH_SUBSCRIBED_SKUS = Source(
    name="graph_subscribed_skus",
    title="Microsoft Graph, products that one tenant has bought",
    tables=("workload_usage",),
    fields=(
        Field("product", ("skuPartNumber",), key=True),
        Field("sku", ("skuId",)),
        Field("account", ("accountId",)),
        Field("paid", ("prepaidUnits.enabled",), key=True, fills="paid_licenses", kind="count"),
        Field("assigned", ("consumedUnits",), key=True, fills="assigned_licenses", kind="count"),
        Field("plans", ("servicePlans",), key=True, fills="workload"),
        Field("state", ("capabilityStatus",), key=True),
    ),
    feeds=(Feed("paid and assigned licenses: the size of a tenant in Modern Work and Security, until Insights tells of the month"),),
    reader=SubscribedSkusReader,
    family="billing",
    also=(
        *("id", "accountName", "appliesTo", "subscriptionIds", "prepaidUnits.suspended"),
        *("prepaidUnits.warning", "prepaidUnits.lockedOut"),
    ),
    notes=(
        "the file names no tenant, partner or day: say `--tenant`, `--partner` and `--as-of`",
        "paid seats are `prepaidUnits.enabled`, assigned ones `consumedUnits`; trials, free products and ended subscriptions are left out",
        "a product whose `skuId` comes twice counts once, and products of another `accountId` than `--tenant` are told",
        "a user with two products that hold one workload counts twice: the file does not say who has which",
    ),
    about="The products a tenant has bought, with seats bought and assigned, and the service plans in each.",
    obtain="Microsoft Graph, GET /subscribedSkus in the customer's tenant, saved as JSON.",
    role="Any user who may read the organization, or an app with Organization.Read.All; over GDAP the partner's own user",
    refresh="at once",
    lacks=("active users", *LACKS[:1]),
)

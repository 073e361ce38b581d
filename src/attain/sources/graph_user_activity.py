"""Microsoft Graph, getOffice365ActiveUserDetail: licenses and last activity of each user of one tenant. No name is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attain.sources.source import Field, Source
from attain.sources.tenant_report import FEEDS, LACKS, PERIOD, REFRESH, ROLE, SERVICES, TenantReader

if TYPE_CHECKING:
    from attain.sources.files import Row


class UserActivityReader(TenantReader):
    """Takes in one row a user."""

    def take(self, row: Row) -> None:
        """Count a user's licenses, and the services in which the last activity lies within the period."""
        sheet = self.sheet
        refreshed, month = self.refreshed(row), self.month(row)
        day = refreshed.isoformat()
        deleted = self.says(row, "deleted")
        # all of them first: a row that is set aside tells nothing
        days = {service: sheet.day(row, f"{service} activity") for service in SERVICES}
        licenses = {service: self.says(row, f"{service} license") for service in SERVICES}
        for service, workload in SERVICES.items():
            # of a service that the file has no column for it tells nothing, not that nobody uses it
            if sheet.columns.has(f"{service} license"):
                self.add(month, workload, "assigned_licenses", int(licenses[service] and not deleted), day)
            if sheet.columns.has(f"{service} activity"):
                last = days[service]
                active = last is not None and timedelta() <= refreshed - last < timedelta(days=PERIOD)
                self.add(month, workload, "active_users", int(active), day)
        self.keep(month, day)


GRAPH_USER_ACTIVITY = Source(
    name="graph_user_activity",
    title="Microsoft Graph, licenses and activity by user of one tenant",
    tables=("workload_usage",),
    fields=(
        REFRESH,
        Field("Exchange license", ("Has Exchange License",), key=True, fills="assigned_licenses"),
        Field("Exchange activity", ("Exchange Last Activity Date",), key=True, fills="active_users", kind="date"),
        Field("SharePoint license", ("Has SharePoint License",), fills="assigned_licenses"),
        Field("SharePoint activity", ("SharePoint Last Activity Date",), fills="active_users", kind="date"),
        Field("Yammer license", ("Has Yammer License",), fills="assigned_licenses"),
        Field("Yammer activity", ("Yammer Last Activity Date",), fills="active_users", kind="date"),
        Field("Teams license", ("Has Teams License",), fills="assigned_licenses"),
        Field("Teams activity", ("Teams Last Activity Date",), fills="active_users", kind="date"),
        Field("deleted", ("Is Deleted",)),
    ),
    feeds=FEEDS,
    reader=UserActivityReader,
    family="billing",
    personal=True,
    also=(
        *("User Principal Name", "Display Name", "Deleted Date", "Assigned Products", "Report Period"),
        *("Has OneDrive License", "Has Skype For Business License", "OneDrive Last Activity Date"),
        *("Skype For Business Last Activity Date", "Exchange License Assign Date", "OneDrive License Assign Date"),
        *("SharePoint License Assign Date", "Skype For Business License Assign Date", "Yammer License Assign Date"),
        *("Teams License Assign Date",),
    ),
    notes=(
        "the file names no tenant and no partner: say `--tenant` and `--partner`",
        "a user counts as active whose last activity lies within 30 days before the refresh date",
        "names may be concealed, counts stay right",
        "the licenses of deleted users do not count",
    ),
    about="For each user of a tenant the services that are licensed, and the last day of activity in each.",
    obtain="Microsoft Graph, GET /reports/getOffice365ActiveUserDetail(period='D30') in the customer's tenant, saved as CSV.",
    role=ROLE,
    refresh="daily, about two days behind",
    lacks=LACKS,
)

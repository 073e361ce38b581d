"""Microsoft Graph, getOffice365ServicesUserCounts: active users of each service of one tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.intake import RowFault
from attain.sources.source import Field, Source
from attain.sources.tenant_report import FEEDS, LACKS, REFRESH, ROLE, SERVICES, TenantReader

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.intake import Intake


class ServiceUsersReader(TenantReader):
    """Takes in the one row of the report, or one a period."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self._days: set[str] = set()

    def take(self, row: Row) -> None:
        """Take in one row."""
        if reason := self.outside_period(row):
            self.tally.left_out[reason] += 1
            return
        day, month = self.refreshed(row).isoformat(), self.month(row)
        # all of them first: a row that is set aside tells nothing
        users = {workload: self.sheet.count(row, service) for service, workload in SERVICES.items()}
        if day in self._days:
            raise RowFault(self.sheet.columns.column("refreshed"), day, "the same report is there before")
        self._days.add(day)
        for workload, active in users.items():
            if active is not None:
                self.add(month, workload, "active_users", active, day)
        self.keep(month, day)


GRAPH_SERVICE_USERS = Source(
    name="graph_service_users",
    title="Microsoft Graph, active users by service of one tenant",
    tables=("workload_usage",),
    fields=(
        REFRESH,
        Field("Exchange", ("Exchange Active",), key=True, fills="active_users", kind="count"),
        Field("SharePoint", ("SharePoint Active",), fills="active_users", kind="count"),
        Field("Yammer", ("Yammer Active", "Viva Engage Active"), fills="active_users", kind="count"),
        Field("Teams", ("Teams Active",), fills="active_users", kind="count"),
        Field("period", ("Report Period",)),
    ),
    feeds=FEEDS,
    reader=ServiceUsersReader,
    family="billing",
    also=(
        *("Exchange Inactive", "OneDrive Active", "OneDrive Inactive", "SharePoint Inactive", "Skype For Business Active"),
        *("Skype For Business Inactive", "Yammer Inactive", "Teams Inactive", "Office 365 Active", "Office 365 Inactive"),
    ),
    notes=(
        "the file names no tenant and no partner: say `--tenant` and `--partner`",
        "only the period of 30 days is taken, for the month in which most of its days lie; of two reports of a month the later",
        "what another file says of licenses stays beside the users of this one",
    ),
    about="How many users of a tenant were active in Exchange, SharePoint, Viva Engage and Teams.",
    obtain="Microsoft Graph, GET /reports/getOffice365ServicesUserCounts(period='D30') in the customer's tenant, saved as CSV.",
    role=ROLE,
    refresh="daily, about two days behind",
    lacks=LACKS,
)

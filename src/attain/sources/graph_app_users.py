"""Microsoft Graph, getM365AppUserDetail: who used the Microsoft 365 Apps of one tenant. No name is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.source import Field, Source
from attain.sources.tenant_report import FEEDS, LACKS, REFRESH, ROLE, TenantReader

if TYPE_CHECKING:
    from attain.sources.files import Row

APPS = "microsoft-365-apps"
INSTALLED = ("windows", "mac", "mobile")


class AppUsersReader(TenantReader):
    """Takes in one row a user."""

    def take(self, row: Row) -> None:
        """Count a user who used an installed app in the period; the web alone needs no installed app."""
        if reason := self.outside_period(row):
            self.tally.left_out[reason] += 1
            return
        # all of them first: a row that is set aside tells nothing
        used = [self.says(row, platform) for platform in INSTALLED]
        day, month = self.refreshed(row).isoformat(), self.month(row)
        self.add(month, APPS, "active_users", int(any(used)), day)
        self.keep(month, day)


GRAPH_APP_USERS = Source(
    name="graph_app_users",
    title="Microsoft Graph, users of Microsoft 365 Apps of one tenant",
    tables=("workload_usage",),
    fields=(
        REFRESH,
        Field("windows", ("Windows",), key=True, fills="active_users"),
        Field("mac", ("Mac",), key=True, fills="active_users"),
        Field("mobile", ("Mobile",), key=True, fills="active_users"),
        Field("period", ("Report Period",)),
    ),
    feeds=FEEDS,
    reader=AppUsersReader,
    family="billing",
    personal=True,
    also=(
        *("User Principal Name", "Last Activation Date", "Last Activity Date", "Web"),
        *(
            f"{app}{platform}"
            for platform in ("", " (Windows)", " (Mac)", " (Mobile)", " (Web)")
            for app in ("Outlook", "Word", "Excel", "PowerPoint", "OneNote", "Teams")
        ),
    ),
    notes=(
        "the file names no tenant and no partner: say `--tenant` and `--partner`",
        "only the period of 30 days is taken, for the month in which most of its days lie",
        "who used the apps on the web alone does not count",
        "names may be concealed, counts stay right",
    ),
    about="For each user of a tenant whether the Microsoft 365 Apps were used, by platform and app.",
    obtain="Microsoft Graph, GET /reports/getM365AppUserDetail(period='D30') in the customer's tenant, saved as CSV.",
    role=ROLE,
    refresh="daily, about two days behind",
    lacks=LACKS,
)

"""Partner Center Insights, Teams usage by month: users of meetings, calls and the like by tenant, without any attribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.text_rows import Repeated
from attain.sources.insights import PARTNER_FIELDS, VIEWER, download
from attain.sources.source import Feed, Field, Source
from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows


class TeamsUsageReader(WorkloadReport):
    """Takes in rows of the monthly Teams report."""

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in the users of one part of Teams."""
        part = self.sheet.needed(row, "part")
        workload = self.workloads.find(f"Teams {part}") or self.workloads.named(part)
        active = self.sheet.count(row, "active")
        self.use(place, workload, counts(active=active))
        return ""

    def take_block(self, block: BlockOfRows) -> None:
        """Note the users of one part of Teams a row."""
        parts = block.needed("part")
        given: list[str] = parts.texts.to_list()
        labels = [self.workloads.find(f"Teams {part}") or part for part in given]
        block.use(block.named(Repeated(pl.Series(labels), parts.places)), active_users=block.count("active"))


INSIGHTS_TEAMS_USAGE = Source(
    name="insights_teams_usage",
    title="Partner Center Insights, Teams usage by month",
    tables=("workload_usage", "partners", "customers"),
    fields=(
        Field("month", ("MonthKey", "Month"), key=True, fills="month", kind="month"),
        Field("tenant", ("CustomerId", "CustomerTenantId"), key=True, fills="tenant_id"),
        Field("part", ("SubWorkload",), key=True, fills="workload"),
        Field("active", ("AllUpParticipants", "AllUpPartiticipants"), key=True, fills="active_users", kind="count"),
        *PARTNER_FIELDS,
        Field("market", ("CustomerCountry",), fills="customers.country"),
    ),
    feeds=(Feed("active users of Teams Meetings, Teams Phone and Teams Apps, for Modern Work", ("partner",), "say --partner"),),
    reader=TeamsUsageReader,
    family="insights_teams_usage",
    also=("CustomerCountryCode", "DesktopUsers", "WebUsers", "MobileUsers"),
    notes=(
        "`SubWorkload` Meetings is Teams Meetings, and so on; a part that the programme does not list is kept and counts for nothing",
        "`AllUpParticipants` is taken, also as an older file misspells it; users by device overlap and are not added up",
        "the file names no partner: say `--partner`",
    ),
    about="Teams usage by month: users of each part of Teams by tenant.",
    obtain=download("Teams usage"),
    role=VIEWER,
    refresh="3 days behind",
    lacks=(
        "associations and partners: the associations table says whose usage it is",
        "paid licenses: the Microsoft 365 usage report has some",
        "the reports on meetings and on apps of others tell of no users by tenant, and are not read",
    ),
    datasets=("TeamsUsageWorkload",),
)

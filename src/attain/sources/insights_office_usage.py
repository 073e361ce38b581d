"""Partner Center Insights, OfficeUsage (later Microsoft 365 usage): paid licenses and active users by tenant, workload and attribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, FLAG, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.source import Feed, Field, Source
from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows


class OfficeUsageReader(WorkloadReport):
    """Takes in OfficeUsage rows."""

    MEASURES = ("paid", "active")

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in the usage of one workload."""
        paid, active = self.sheet.count(row, "paid"), self.sheet.count(row, "active")
        self.use(place, self.workloads.named(self.sheet.needed(row, "workload")), counts(paid=paid, active=active))
        return ""

    def take_block(self, block: BlockOfRows) -> None:
        """Note the usage of one workload a row."""
        block.use(block.named(block.needed("workload")), paid_licenses=block.count("paid"), active_users=block.count("active"))


INSIGHTS_OFFICE_USAGE = Source(
    name="insights_office_usage",
    title="Partner Center Insights, Microsoft 365 usage",
    tables=("workload_usage", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("workload", ("WorkloadName",), key=True, fills="workload"),
        Field("marked", ("MonthlyActiveUsers", "PaidAvailableUnits"), key=True),
        Field("paid", ("PaidAvailableUnits",), fills="paid_licenses", kind="count"),
        Field("active", ("MonthlyActiveUsers",), fills="active_users", kind="count"),
        *PARTNER_FIELDS,
        ATTRIBUTION,
        FLAG,
        *CUSTOMER_FIELDS,
    ),
    feeds=(
        Feed("net customer adds of Modern Work", ("paid",), "no tenant is known to be in the band"),
        Feed("usage growth and deployments of Modern Work", ("active",), "every tenant counts as unused"),
        Feed("recognition of each row by its own association", ("attribution",), "the associations table is joined instead"),
        Feed("customers that are counted once where several locations have them", ("flag",), "equal rows are added up"),
    ),
    reader=OfficeUsageReader,
    family="insights_office_usage",
    also=ALSO,
    notes=(
        "active users may exceed paid licenses: Microsoft counts a user once a service, trials too; such rows are taken as they are",
        "rows that differ in attribution, or that `IsDuplicateRowForPGA` marks as duplicates, are united (I-10)",
        "growth compares a month with the one a year before: keep every file, for months that age out cannot be fetched again",
    ),
    about="OfficeUsage, later called Microsoft 365 usage: paid licenses and monthly active users by customer, workload and attribution.",
    obtain=download("Office 365 usage, or Microsoft 365 usage"),
    role=VIEWER,
    refresh="3 days behind; a fiscal month closes on the 15th of the next one",
    lacks=(
        "since when an association holds: take the CPOR usage report too (`insights_cpor_usage`)",
        "subscriptions: licenses are told by tenant and workload",
    ),
    datasets=("OfficeUsage", "Microsoft 365 Usage"),
)

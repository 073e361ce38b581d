"""Partner Center Insights, business applications usage: active users and capacity by tenant, workload and association."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.source import Feed, Field, Source
from attain.sources.unpaid import TRIALS, Payment
from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.intake import Intake
    from attain.sources.workload_columns import BlockOfRows


TRIAL = "trial: its users are not counted"
NONE_ATTACHED = "some rows have users (MAU), none of them attached to the partner (PAMAU): they count as none"


class BusinessUsageReader(WorkloadReport):
    """Takes in rows of the business applications usage report."""

    MEASURES = ("attached_users", "users", "capacity")

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self._payment = Payment(intake.tally, "metric_type", TRIALS)

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in users and capacity of one subscription that is paid for."""
        sheet = self.sheet
        workload = self.workloads.named(sheet.needed(row, "workload"))
        attached, users, capacity = (sheet.count(row, name) for name in self.MEASURES)
        if self._payment.is_unpaid(label := sheet.text(row, "metric_type")):
            return TRIAL
        self._payment.note(sheet, label)
        if attached == 0 and users:
            self.tally.warn(NONE_ATTACHED)
        self.use(place, workload, counts(active=users if attached is None else attached, capacity=capacity))
        return ""

    def take_block(self, block: BlockOfRows) -> None:
        """Note users and capacity of rows that are paid for."""
        workload = block.named(block.needed("workload"))
        attached, users, capacity = (block.count(name) for name in self.MEASURES)
        trial = self._payment.of_block(block)
        block.leave_out(trial, TRIAL)
        block.warns(~trial & (attached == 0) & (users > 0), given=NONE_ATTACHED in self.tally.warnings)
        block.use(workload, active_users=attached.zip_with(attached.is_not_null(), users), capacity=capacity)


INSIGHTS_BUSINESS_USAGE = Source(
    name="insights_business_usage",
    title="Partner Center Insights, business applications usage",
    tables=("workload_usage", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("workload", ("Workload", "Workloads", "WorkloadName"), key=True, fills="workload"),
        Field("marked", ("PAMAU", "MAU", "MAC"), key=True),
        Field("attached_users", ("PAMAU",), fills="active_users", kind="count"),
        Field("users", ("MAU",), fills="active_users", kind="count"),
        Field("capacity", ("MAC",), fills="capacity", kind="count"),
        Field("metric_type", ("MetricType",)),
        *PARTNER_FIELDS,
        ATTRIBUTION,
        *CUSTOMER_FIELDS,
    ),
    feeds=(
        Feed("usage growth and deployments of Business Applications"),
        Feed("usage of Customer Insights, which is counted in profiles", ("capacity",), "it is missing"),
        Feed("recognition of each row by its own association", ("attribution",), "the associations table is joined instead"),
        Feed("leaving out trials", ("metric_type",), "every row counts as paid"),
    ),
    reader=BusinessUsageReader,
    family="insights_business_usage",
    also=(*ALSO, "SubscriptionID", "SubscriptionStartDate", "CustomerID", "Country", "WorkloadCategory", "SkuGroup"),
    notes=(
        "`PAMAU`, the users attached to the partner, is taken before `MAU`",
        "rows that `MetricType` calls trial are left out; a word that is not known is told, and its rows are taken as paid for",
        "Microsoft shows CSP as DPOR here: a DPOR row may be a CSP one",
        "subscriptions of one workload are added up; across associations the larger figure is taken (I-10)",
    ),
    about="Business applications usage: active users and capacity by customer, workload and association.",
    obtain=download("Business applications usage"),
    role=VIEWER,
    refresh="5 days behind; a fiscal month closes on the 15th of the next one",
    lacks=("locations, paid licenses, and marks of duplicates",),
    datasets=("BusinessApplicationsUsage", "BusinessAppliicationsUsage"),
)

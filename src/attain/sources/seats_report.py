"""What the Insights reports on seats have in common: available, assigned and active seats by subscription."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from attain.sources.source import Feed, Field
from attain.sources.unpaid import UNPAID, Payment
from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    import polars as pl

    from attain.sources.files import Row
    from attain.sources.intake import Intake
    from attain.sources.workload_columns import BlockOfRows

FREE = "free product: its users are not counted"

SEAT_FIELDS = (
    Field("active", ("ActiveSeats",), key=True, fills="active_users", kind="count"),
    Field("paid", ("AvailableSeats",), fills="paid_licenses", kind="count"),
    Field("assigned", ("AssignedSeats",), fills="assigned_licenses", kind="count"),
    Field("free", ("FreeVsPaidSKU",)),
)
SEAT_FEEDS = (
    Feed("usage growth and deployments of Business Applications, where its own usage report is missing"),
    Feed("recognition of each row by its own association", ("attribution",), "the associations table is joined instead"),
    Feed("leaving out seats that are free", ("free",), "every seat counts as paid"),
)
SEAT_NOTES = (
    "`AvailableSeats` is the level here; in the subscriptions report the same name is the change of the month",
    "rows of a product that `FreeVsPaidSKU` calls free or a trial are left out: free users would swamp the paid ones; a word that is not "
    "known is told, and its rows are taken as paid for",
    "active seats may exceed available ones: such rows are taken as they are",
    "import this or the business applications usage report, not both: they tell of the same users",
)
SEAT_COLUMNS = (
    *("SubscriptionId", "SubscriptionStartDate", "SubscriptionStatus", "SKUId", "SalesModel", "DetailedSalesModel"),
    *("DeploymentOpportunity", "ActiveUsagePercent"),
)


class SeatsReport(WorkloadReport):
    """Takes in rows of seats; a report says which workload a row is of."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self._payment = Payment(intake.tally, "free", UNPAID)

    @abstractmethod
    def workload(self, row: Row) -> str:
        """Find the workload of a row; raises RowFault."""

    @abstractmethod
    def workloads_of(self, block: BlockOfRows) -> pl.Series:
        """Find the workloads of the rows of a block, by number."""

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in the seats of a row that is paid for."""
        sheet = self.sheet
        workload = self.workload(row)
        paid, assigned, active = (sheet.count(row, name) for name in ("paid", "assigned", "active"))
        if self._payment.is_unpaid(label := sheet.text(row, "free")):
            return FREE
        self._payment.note(sheet, label)
        self.use(place, workload, counts(paid=paid, assigned=assigned, active=active))
        return ""

    def take_block(self, block: BlockOfRows) -> None:
        """Note the seats of rows that are paid for."""
        workload = self.workloads_of(block)
        block.leave_out(self._payment.of_block(block), FREE)
        block.use(
            workload, paid_licenses=block.count("paid"), assigned_licenses=block.count("assigned"), active_users=block.count("active")
        )

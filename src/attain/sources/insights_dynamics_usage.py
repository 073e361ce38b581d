"""Partner Center Insights, DynamicsUsage: seats of Dynamics 365 by subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.seats_report import SEAT_COLUMNS, SEAT_FEEDS, SEAT_FIELDS, SEAT_NOTES, SeatsReport
from attain.sources.source import Field, Source

if TYPE_CHECKING:
    from attain.sources.files import Row


class DynamicsUsageReader(SeatsReport):
    """Takes in DynamicsUsage rows: the workload is the category, where that is one, else the division."""

    def workload(self, row: Row) -> str:
        """Find the workload of a row."""
        labels = [self.sheet.cell(row, place) for place in self.sheet.columns.places("category")]
        labels = [label for label in labels if label]
        known = next((code for label in labels if (code := self.workloads.find(label))), None)
        return known or self.workloads.named(labels[0] if labels else self.sheet.needed(row, "category"))


INSIGHTS_DYNAMICS_USAGE = Source(
    name="insights_dynamics_usage",
    title="Partner Center Insights, Dynamics 365 usage",
    tables=("workload_usage", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("category", ("RevSumCategoryName", "RevSumDivisionName"), key=True, fills="workload"),
        *SEAT_FIELDS,
        *PARTNER_FIELDS,
        ATTRIBUTION,
        *CUSTOMER_FIELDS,
    ),
    feeds=SEAT_FEEDS,
    reader=DynamicsUsageReader,
    family="insights_dynamics_usage",
    also=(*ALSO, *SEAT_COLUMNS, "SKU"),
    notes=(*SEAT_NOTES, "the workload is `RevSumCategoryName` where the programme knows it, else `RevSumDivisionName`"),
    about="DynamicsUsage: seats and active seats of Dynamics 365 by subscription.",
    obtain=download("Dynamics 365 usage"),
    role=VIEWER,
    refresh="3 days behind; a fiscal month closes on the 15th of the next one",
    lacks=("capacity, and the figures that Microsoft scores: the business applications usage report is nearer",),
    datasets=("DynamicsUsage",),
)

"""Partner Center Insights, DynamicsUsage: seats of Dynamics 365 by subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.text_rows import Repeated
from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.seats_report import SEAT_COLUMNS, SEAT_FEEDS, SEAT_FIELDS, SEAT_NOTES, SeatsReport
from attain.sources.source import Field, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows


class DynamicsUsageReader(SeatsReport):
    """Takes in DynamicsUsage rows: the workload is the category, where that is one, else the division."""

    def workload(self, row: Row) -> str:
        """Find the workload of a row."""
        label = self._label([self.sheet.cell(row, place) for place in self.sheet.columns.places("category")])
        return self.workloads.named(label or self.sheet.needed(row, "category"))

    def workloads_of(self, block: BlockOfRows) -> pl.Series:
        """Find the workloads of rows."""
        given, places = block.each_of("category")
        labels = Repeated(pl.Series([self._label(cells) for cells in given], dtype=pl.String), places)
        block.plain.only(labels.spread(labels.texts != ""))
        return block.named(labels)

    def _label(self, cells: Iterable[str]) -> str:
        """Give the first label that is a workload, else the first, empty where there is none."""
        labels = [label for label in cells if label]
        return next((label for label in labels if self.workloads.find(label)), labels[0] if labels else "")


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

"""Partner Center Insights, PowerBIUsage: seats of Power BI by subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.intake import RowFault
from attain.sources.seats_report import SEAT_COLUMNS, SEAT_FEEDS, SEAT_FIELDS, SEAT_NOTES, SeatsReport
from attain.sources.source import Field, Source, fold

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows


WORKLOAD = "power-bi"


def _is_power_bi(product: str) -> bool:
    return "powerbi" in fold(product)


class PowerBiUsageReader(SeatsReport):
    """Takes in PowerBIUsage rows: all are of one workload, and their products have to say so."""

    def workload(self, row: Row) -> str:
        """Check the product: a Dynamics 365 report without its categories has the same columns."""
        product = self.sheet.needed(row, "product")
        if not _is_power_bi(product):
            column = self.sheet.columns.column("product")
            raise RowFault(column, product, "no product of Power BI; a Dynamics 365 report needs RevSumCategoryName")
        return WORKLOAD

    def workloads_of(self, block: BlockOfRows) -> pl.Series:
        """Check the products."""
        products = block.needed("product")
        named = [_is_power_bi(product) for product in products.texts.to_list()]
        block.plain.only(products.spread(pl.Series(named, dtype=pl.Boolean)))
        return block.one_workload(WORKLOAD)


INSIGHTS_POWER_BI_USAGE = Source(
    name="insights_power_bi_usage",
    title="Partner Center Insights, Power BI usage",
    tables=("workload_usage", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("product", ("SKU",), key=True, fills="workload"),
        *SEAT_FIELDS,
        *PARTNER_FIELDS,
        ATTRIBUTION,
        *CUSTOMER_FIELDS,
    ),
    feeds=SEAT_FEEDS,
    reader=PowerBiUsageReader,
    family="insights_power_bi_usage",
    also=(*ALSO, *SEAT_COLUMNS, "PartnerHierarchy"),
    notes=(*SEAT_NOTES, "a row whose `SKU` names no Power BI is set aside: a Dynamics 365 report without its categories looks the same"),
    about="PowerBIUsage: seats and active seats of Power BI by subscription.",
    obtain=download("Power BI usage"),
    role=VIEWER,
    refresh="3 days behind; a fiscal month closes on the 15th of the next one",
    lacks=("the figures that Microsoft scores: the business applications usage report is nearer",),
    datasets=("PowerBIUsage",),
)

"""Partner Center Insights, CPOR-M365 usage: usage of claimed workloads with the claim and the day it began."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.source import Feed, Field, Source
from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows


class CporUsageReader(WorkloadReport):
    """Takes in rows of the CPOR usage report: usage, and the claim as an association."""

    MEASURES = ("paid", "active", "started", "claim")
    CONSTANT = "cpor"

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in the usage of one workload and its claim."""
        sheet = self.sheet
        workload = self.workloads.named(sheet.needed(row, "workload"))
        started = sheet.day(row, "started")
        self.use(place, workload, counts(paid=sheet.count(row, "paid"), active=sheet.count(row, "active")))
        if (started or sheet.text(row, "claim")) and not place.association.startswith("?"):
            day = started.isoformat() if started else ""
            self.claims.add(place.partner, place.tenant, place.association, workload, day, sheet.text(row, "claim"), month=place.month)
        return ""

    def take_block(self, block: BlockOfRows) -> None:
        """Note the usage of a workload a row, and its claim."""
        labels = block.needed("workload")
        started, claim = block.day("started"), block.text("claim")
        block.use(block.named(labels), paid_licenses=block.count("paid"), active_users=block.count("active"))
        claimed = (started.is_not_null() | (claim != "")) & block.associated(lambda code: not code.startswith("?"))
        codes = pl.Series([self.workloads.code(label) for label in labels.texts.to_list()], dtype=pl.String)
        block.claim(claimed, labels.spread(codes), started, claim)


INSIGHTS_CPOR_USAGE = Source(
    name="insights_cpor_usage",
    title="Partner Center Insights, CPOR usage of Microsoft 365",
    tables=("workload_usage", "associations", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field("workload", ("WorkloadName",), key=True, fills="workload_usage.workload associations.scope"),
        Field("marked", ("ClaimId", "DateAssociated"), key=True),
        Field("started", ("DateAssociated",), fills="started_on", kind="date"),
        Field("claim", ("ClaimId",), fills="claim_id"),
        Field("paid", ("PaidAvailableUnits",), fills="paid_licenses", kind="count"),
        Field("active", ("MonthlyActiveUsers",), fills="active_users", kind="count"),
        *PARTNER_FIELDS,
        Field("attribution", ATTRIBUTION.aliases, fills="associations association"),
        *CUSTOMER_FIELDS,
    ),
    feeds=(
        Feed("the CPOR side of Modern Work: usage growth and deployments", ("paid", "active"), "the Microsoft 365 usage report tells them"),
        Feed("the Microsoft 365 half of Security", ("paid", "active"), "the Enterprise Mobility report tells part of them"),
        Feed("since when a workload is claimed", ("started",), "the first month seen stands for it"),
    ),
    reader=CporUsageReader,
    family="insights_cpor_usage",
    also=ALSO,
    notes=(
        "every row is recognized by CPOR unless `PartnerAttributionType` names a kind of it",
        "a claim becomes a row of the associations table with the workload as scope; no file says when a claim ended",
        "active users may exceed paid licenses: such rows are taken as they are",
    ),
    about="CPOR-M365 usage: usage of the workloads you claimed, with claim id and the day of association. No other file has that day.",
    obtain=download("CPOR usage of Microsoft 365"),
    role=VIEWER,
    refresh="3 days behind",
    lacks=("tenants that you did not claim, and the end of claims",),
    datasets=("CPOR-M365 usage",),
)

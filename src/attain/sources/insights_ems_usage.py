"""Partner Center Insights, EMSUsage: licenses and active users of Entra ID, Intune, Information Protection and Defender for Identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.sources.insights import ALSO, ATTRIBUTION, CUSTOMER_FIELDS, MONTH, PARTNER_FIELDS, TENANT, VIEWER, download
from attain.sources.source import Feed, Field, Source
from attain.sources.unpaid import UNPAID, Payment
from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    from attain.sources.files import Row
    from attain.sources.intake import Intake
    from attain.sources.workload_columns import BlockOfRows

GROUPS = (
    ("entra-id-p1", "entra_paid", "entra_active"),
    ("intune", "intune_paid", "intune_active"),
    ("purview-information-protection", "protection_paid", "protection_active"),
    ("defender-for-identity", "", "identity_active"),
)
"""The workload that each group of columns tells of, and the fields of its paid licenses and active users."""
NO_FIGURES = "no figures of any workload"


class EmsUsageReader(WorkloadReport):
    """Takes in EMSUsage rows: one row tells of several workloads."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake)
        self._payment = Payment(intake.tally, "free", UNPAID)

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in the workloads that the row has figures for; licenses of a free product are not paid ones."""
        label = self.sheet.text(row, "free")
        unpaid = self._payment.is_unpaid(label)
        told = False
        for workload, paid_field, active_field in GROUPS:
            paid = self.sheet.count(row, paid_field) if paid_field else None
            active = self.sheet.count(row, active_field)
            if paid is None and active is None:
                continue
            told = True
            self.use(place, workload, counts(paid=0 if unpaid and paid is not None else paid, active=active))
        self._payment.note(self.sheet, label)
        return "" if told else NO_FIGURES

    def take_block(self, block: BlockOfRows) -> None:
        """Note up to four workloads a row."""
        unpaid = self._payment.of_block(block)
        silent = pl.Series([True]).new_from_index(0, block.height)
        for workload, paid_field, active_field in GROUPS:
            paid, active = block.count(paid_field), block.count(active_field)
            told = paid.is_not_null() | active.is_not_null()
            paid = paid.set(unpaid & paid.is_not_null(), 0)
            block.use(block.one_workload(workload), told, paid_licenses=paid, active_users=active)
            silent = silent & ~told
        block.leave_out(silent, NO_FIGURES)


INSIGHTS_EMS_USAGE = Source(
    name="insights_ems_usage",
    title="Partner Center Insights, Enterprise Mobility usage",
    tables=("workload_usage", "partners", "customers"),
    fields=(
        MONTH,
        TENANT,
        Field(
            "marked",
            (
                *("AADPPaidAvailableUnits", "AADPMonthlyActiveUsers", "IntunePaidAvailableUnits", "IntuneMonthlyActiveUsers"),
                *("AzipPaidAvailableUnits", "AzipMonthlyActiveUsers", "AATPActiveUsage"),
            ),
            key=True,
        ),
        Field("entra_paid", ("AADPPaidAvailableUnits",), fills="paid_licenses", kind="count"),
        Field("entra_active", ("AADPMonthlyActiveUsers",), fills="active_users", kind="count"),
        Field("intune_paid", ("IntunePaidAvailableUnits",), fills="paid_licenses", kind="count"),
        Field("intune_active", ("IntuneMonthlyActiveUsers",), fills="active_users", kind="count"),
        Field("protection_paid", ("AzipPaidAvailableUnits",), fills="paid_licenses", kind="count"),
        Field("protection_active", ("AzipMonthlyActiveUsers",), fills="active_users", kind="count"),
        Field("identity_active", ("AATPActiveUsage",), fills="active_users", kind="count"),
        Field("free", ("FreeVsPaidSKU",)),
        *PARTNER_FIELDS,
        ATTRIBUTION,
        *CUSTOMER_FIELDS,
    ),
    feeds=(
        Feed(
            "the Microsoft 365 half of Security: Entra ID, Information Protection",
            ("entra_paid", "entra_active", "protection_paid", "protection_active"),
            "a workload without its columns is missing",
        ),
        Feed("Intune, for Security and Modern Work", ("intune_paid", "intune_active"), "it is missing"),
        Feed("active users of Defender for Identity", ("identity_active",), "they are missing"),
        Feed("recognition of each row by its own association", ("attribution",), "the associations table is joined instead"),
        Feed("leaving out licenses that are free", ("free",), "every license counts as paid"),
    ),
    reader=EmsUsageReader,
    family="insights_ems_usage",
    also=(
        *ALSO,
        *("SubscriptionId", "SubscriptionStartDate", "SubscriptionStatus", "SKU", "SKUId", "SalesModel", "DetailedSalesModel"),
        *("PartnerHierarchy", "PaidAvailableUnits", "MonthlyActiveUsers", "MCASActiveUsage", "MDM", "MAM", "SSPR"),
    ),
    notes=(
        "one row tells of up to four workloads; `PaidAvailableUnits` and `MonthlyActiveUsers` are of the whole suite and are not used",
        "licenses of a product that `FreeVsPaidSKU` calls free or a trial are not paid ones; its users count, as Microsoft counts "
        "them; a word that is not known is told, and its licenses are taken as paid for",
        "active users may exceed paid licenses: such rows are taken as they are",
    ),
    about="EMSUsage: licenses and monthly active users of Entra ID, Intune, Information Protection and Defender for Identity.",
    obtain=download("Enterprise Mobility usage"),
    role=VIEWER,
    refresh="3 days behind; a fiscal month closes on the 15th of the next one",
    lacks=(
        "Defender for Office 365 and Defender for Endpoint: the CPOR usage report may have them (`insights_cpor_usage`)",
        "paid licenses of Defender for Identity",
        "marks of duplicates: rows of one attribution are added up",
    ),
    datasets=("EMSUsage",),
)

"""What the two Insights reports on products have in common: figures by product, of which only some are workloads of the programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    from decimal import Decimal

    from attain.sources.files import Row

REVENUE_FIELDS = ("billed", "claimed_revenue", "consumed")


class ProductReport(WorkloadReport):
    """Takes in rows by product: on a claimed row the columns of the claim stand for licenses and revenue."""

    MEASURES = ("seats", "claimed_seats", "claimed_users", *REVENUE_FIELDS)

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in licenses, users and revenue where the product is a workload of the programme."""
        sheet = self.sheet
        seats, claimed_seats, users = (sheet.count(row, name) for name in ("seats", "claimed_seats", "claimed_users"))
        billed, claimed_revenue, _ = (sheet.money(row, name) for name in REVENUE_FIELDS)
        workload = self._workload(row)
        if not workload:
            return f"product {sheet.text(row, 'product') or 'none named'}: no workload of the programme"
        claimed = place.association.startswith("cpor")
        paid = claimed_seats if claimed and claimed_seats is not None else seats
        if paid is not None or users is not None:
            self.use(place, workload, counts(paid=paid, active=users))
        revenue: Decimal | None = claimed_revenue if claimed and claimed_revenue is not None else billed
        if revenue is not None:
            self.earn(place, workload, revenue)
        return "" if (paid, users, revenue) != (None, None, None) else "no figures"

    def _workload(self, row: Row) -> str:
        """Find the workload by the first of the product's names that is one."""
        found = (self.workloads.find(self.sheet.cell(row, place)) for place in self.sheet.columns.places("product"))
        return next((code for code in found if code), "")

"""What the two Insights reports on products have in common: figures by product, of which only some are workloads of the programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.workload_report import Place, WorkloadReport
from attain.sources.workload_tables import counts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from attain.sources.files import Row
    from attain.sources.workload_columns import BlockOfRows

NO_FIGURES = "no figures"
COUNT_FIELDS = ("seats", "assigned", "claimed_seats", "claimed_users")
REVENUE_FIELDS = ("billed", "claimed_revenue", "consumed")


class ProductReport(WorkloadReport):
    """Takes in rows by product: on a claimed row the columns of the claim stand for licenses and revenue."""

    MEASURES = (*COUNT_FIELDS, *REVENUE_FIELDS)

    def take_facts(self, row: Row, place: Place) -> str:
        """Take in licenses, users and revenue where the product is a workload of the programme."""
        sheet = self.sheet
        seats, assigned, claimed_seats, users = (sheet.count(row, name) for name in COUNT_FIELDS)
        billed, claimed_revenue, _ = (sheet.money(row, name) for name in REVENUE_FIELDS)
        workload = self._workload(row)
        if not workload:
            return _no_workload(sheet.text(row, "product"))
        claimed = is_claimed(place.association)
        paid = claimed_seats if claimed and claimed_seats is not None else seats
        if (paid, assigned, users) != (None, None, None):
            self.use(place, workload, counts(paid=paid, assigned=assigned, active=users))
        revenue: Decimal | None = claimed_revenue if claimed and claimed_revenue is not None else billed
        if revenue is not None:
            self.earn(place, workload, revenue)
        return "" if (paid, assigned, users, revenue) != (None, None, None, None) else NO_FIGURES

    def take_block(self, block: BlockOfRows) -> None:
        """Note licenses, users and revenue of rows whose product is a workload of the programme."""
        seats, assigned, claimed_seats, users = (block.count(name) for name in COUNT_FIELDS)
        block.shows_amounts(*REVENUE_FIELDS)
        billed, claimed_revenue, _ = (block.amount(name) for name in REVENUE_FIELDS)
        products, places = block.each_of("product")
        codes = [self._first_workload(names) for names in products]
        reasons = ["" if code else _no_workload(next(filter(None, names), "")) for code, names in zip(codes, products, strict=True)]
        block.leave_out_each(reasons, places)
        claimed = block.associated(is_claimed)
        paid = claimed_seats.zip_with(claimed & claimed_seats.is_not_null(), seats)
        revenue = claimed_revenue.zip_with(claimed & claimed_revenue.is_not_null(), billed)
        workload = block.workloads(codes, places)
        used = paid.is_not_null() | assigned.is_not_null() | users.is_not_null()
        block.use(workload, used, paid_licenses=paid, assigned_licenses=assigned, active_users=users)
        block.earn(workload, revenue, revenue.is_not_null())
        block.leave_out(~used & revenue.is_null(), NO_FIGURES)

    def _workload(self, row: Row) -> str:
        """Find the workload by the first of the product's names that is one."""
        return self._first_workload(self.sheet.cell(row, place) for place in self.sheet.columns.places("product"))

    def _first_workload(self, names: Iterable[str]) -> str:
        return next((code for name in names if (code := self.workloads.find(name))), "")


def is_claimed(association: str) -> bool:
    """Say whether an association is a claim, which the columns of claims tell of."""
    return association.startswith("cpor")


def _no_workload(product: str) -> str:
    return f"product {product or 'none named'}: no workload of the programme"

"""What the Insights reports on workloads have in common: who a row is about, and where its usage, revenue and claims go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from attain.facts.families import DISTRIBUTOR
from attain.facts.text_rows import Repeated
from attain.sources.attribution import Attributions
from attain.sources.columnar import months_named
from attain.sources.insights import NAMES, RESOLD, Names, Resellers
from attain.sources.insights_columns import InsightsColumns
from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.key_sums import month_text
from attain.sources.plain_rows import all_of, none_of
from attain.sources.workload_columns import BlockOfRows, picked
from attain.sources.workload_tables import Claims, WorkloadRevenue, Workloads, WorkloadUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from attain.sources.files import Row
    from attain.sources.gather import Key
    from attain.sources.workload_tables import Counts


@dataclass(frozen=True, slots=True)
class Place:
    """Who and when a row is about: the month, the partner it counts for, the ids it names, the tenant, and its attribution."""

    month: str
    partner: str
    location: str
    account: str
    tenant: str
    association: str
    """A code, or `?` and the label where it is unknown."""
    part: Key
    resold: bool = False
    """True where the partner is the reseller that a distributor's row names."""


class WorkloadReport(ABC):
    """Takes in the rows of one report.

    A report says which fields hold its figures (`MEASURES`: twins may differ in them), the association of all its rows where no column
    needs to (`CONSTANT`), whether its rows name resellers (`RESELLERS`), and what a row tells (`take_facts`) and the rows of a block, by
    column (`take_block`).
    """

    MEASURES: ClassVar[tuple[str, ...]] = ()
    CONSTANT: ClassVar[str] = ""
    RESELLERS: ClassVar[bool] = False

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self.workloads = Workloads(intake)
        self.names = Names(intake)
        self.resellers = Resellers(intake)
        self.attributions = Attributions(intake, (*NAMES, *self.MEASURES), self.CONSTANT, when_flagged=True)
        self._columns = columns = InsightsColumns(intake, self.names, self.attributions, self.resellers if self.RESELLERS else None)
        self.claims = Claims(intake.scratch)
        self._usage = WorkloadUsage(intake.scratch, columns)
        self._revenue = WorkloadRevenue(intake.scratch, intake.tally, columns)
        self._resold_usage = WorkloadUsage(intake.scratch, columns, RESOLD)
        self._resold_revenue = WorkloadRevenue(intake.scratch, intake.tally, columns, RESOLD)
        self._resold_claims = Claims(intake.scratch)
        self._held: list[Callable[[], None]] = []

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet
        self.attributions.open(sheet)

    @abstractmethod
    def take_facts(self, row: Row, place: Place) -> str:
        """Take in what a row tells of its place; gives why it tells nothing that a score needs, empty where it does. Raises RowFault."""

    @abstractmethod
    def take_block(self, block: BlockOfRows) -> None:
        """Note what the rows of a block tell, as `take_facts` does of each."""

    def take(self, row: Row) -> None:
        """Take in one row; whom it names is kept even where its figures are left out."""
        self._held.clear()
        place = self._place(row)
        reason = self.take_facts(row, place)
        for take_in in self._held:
            take_in()
        self.names.note(self.sheet, row, place.month, place.location, place.account, place.tenant)
        if self.attributions.flagging:
            self._columns.note_single(row, place.part[1])
        if reason:
            self.tally.left_out[reason] += 1
            return
        self.tally.kept += 1
        self.tally.months.add(place.month)

    @property
    def places(self) -> frozenset[int]:
        """Give the places of the columns that are read by column."""
        return self._columns.places(self.sheet)

    def take_columns(self, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block (a text column a place) and say which these are."""
        if not self._columns.begin():
            return none_of(cells.height)
        about = self._columns.read(self.sheet, cells)
        about.plain.only(about.rows["partner_id"] != "", about.rows["tenant_id"] != "")
        block = BlockOfRows(self.sheet, cells, about, self._columns, self.workloads)
        self.take_block(block)
        plain, reasons = about.plain.settled(), block.reasons
        usage = [picked(told, plain, reasons) for told in block.usage]
        revenue = [picked(told, plain, reasons) for told in block.revenue]
        # beyond what sums may come to the reader of rows decides
        if not (all(map(self._usage.takes, usage)) and all(map(self._revenue.takes, revenue))):
            return none_of(cells.height)
        rows = about.rows
        if plain is not None:
            cells, rows = cells.filter(plain), rows.filter(plain)
            reasons = None if reasons is None else reasons.filter(plain)
        if rows.height:
            self._add_block(block, plain, usage, revenue)
            self._columns.note(self.sheet, cells, rows)
            self._count(rows, reasons)
        return all_of(block.height) if plain is None else plain

    def _add_block(self, block: BlockOfRows, plain: pl.Series | None, usage: list[pl.DataFrame], revenue: list[pl.DataFrame]) -> None:
        """Take in what the plain rows of a block tell, for their partners and for resellers."""
        for rows in usage:
            self._usage.add_columns(rows.drop("location", "account", "reseller", strict=False))
            if (resold := _resold(rows)) is not None:
                self._resold_usage.add_columns(resold.drop("location", "account", "reseller", strict=False))
        for rows in revenue:
            if rows.height:
                self.tally.currencies.add("USD")
            at_account = rows["partner_id"]
            if "account" in rows.columns:
                at_account = rows["account"].zip_with(rows["account"] != "", at_account)
            self._revenue.add_columns(self._earned(rows.with_columns(at_account.alias("partner_id"))))
            if (resold := _resold(rows)) is not None:
                self._resold_revenue.add_columns(self._earned(resold))
        for told in block.claims:
            rows = picked(told, plain, None)
            self.claims.add_columns(rows.with_columns(months_named(rows["month"]).alias("month")))
            if (resold := _resold(rows)) is not None:
                month, association = months_named(resold["month"]), pl.lit(RESOLD)
                self._resold_claims.add_columns(resold.with_columns(month.alias("month"), association.alias("association")))

    def _earned(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows of revenue with their locations by number."""
        location = self._columns.numbers("location", Repeated.of(rows["location"]))
        return rows.drop("account", "reseller", strict=False).with_columns((location + 1).fill_null(0).alias("location"))

    def _count(self, rows: pl.DataFrame, reasons: pl.Series | None) -> None:
        """Count the rows that were taken, and those of them that are left out for a reason."""
        if reasons is not None:
            rows = rows.filter(reasons.is_null())
            for reason, count in reasons.drop_nulls().alias("reason").value_counts().iter_rows():
                self.tally.left_out[reason] += count
        self.tally.kept += rows.height
        self.tally.months.update(month_text(int(month)) for month in rows["month"].unique())

    def _place(self, row: Row) -> Place:
        sheet, options, columns = self.sheet, self.intake.options, self.sheet.columns
        location, account = sheet.partner(row, "partner"), sheet.partner(row, "partner_global")
        partner = location or account or options.partner
        if not partner:
            raise RowFault(columns.column("partner") or columns.column("partner_global"), "", "no partner is named: say --partner")
        tenant = sheet.tenant(row, "tenant") or options.tenant
        if not tenant:
            given = sheet.text(row, "tenant")
            raise RowFault(columns.column("tenant"), given, "names no tenant" if given else "empty")
        attributions = self.attributions
        return Place(
            month=sheet.month(row, "month"),
            partner=partner,
            location=location,
            account=account,
            tenant=tenant,
            association=attributions.code(row),
            part=attributions.part(row),
        )

    def hold(self, take_in: Callable[[], None]) -> None:
        """Put off what a row tells until all of it is read: a row that is set aside on the way has told nothing."""
        self._held.append(take_in)

    def use(self, place: Place, workload: str, cells: Counts) -> None:
        """Take in the usage of one workload."""
        usage = self._resold_usage if place.resold else self._usage
        self.hold(partial(usage.add, (place.month, place.partner, place.tenant, workload), place.part, cells))

    def claim(self, place: Place, scope: str, started_on: str) -> None:
        """Take in the place's association as one that began on a day."""
        claims = self._resold_claims if place.resold else self.claims
        association = RESOLD if place.resold else place.association
        self.hold(partial(claims.add, place.partner, place.tenant, association, scope, started_on, month=place.month))

    def earn(self, place: Place, workload: str, amount: Decimal) -> None:
        """Take in the revenue of one workload, at the global account where the row names it.

        Revenue adds up over locations, but not where Microsoft marks a row as the duplicate of another location's: so such rows meet here.
        """
        key = (place.month, place.account or place.partner, place.tenant, workload)
        revenue = self._resold_revenue if place.resold else self._revenue
        self.hold(partial(revenue.add, key, (*place.part, place.location), amount))
        self.hold(partial(self.tally.currencies.add, "USD"))

    def outputs(self) -> Iterator[Output]:
        """Give usage, revenue, associations, partners and customers."""
        yield self._usage.output(self.attributions.known)
        yield self._revenue.output(self.attributions.known)
        yield self.claims.output()
        for output in (
            self._resold_usage.output(attributed=True),
            self._resold_revenue.output(attributed=True),
            self._resold_claims.output(),
        ):
            yield replace(output, family=DISTRIBUTOR)
        yield from self.names.outputs()


def _resold(rows: pl.DataFrame) -> pl.DataFrame | None:
    """Give the rows that name resellers as those of the resellers, None where none does."""
    if "reseller" not in rows.columns or not (named := rows["reseller"] != "").any():
        return None
    return rows.filter(named).with_columns(partner_id="reseller", location="reseller")

"""What the Insights reports on workloads have in common: who a row is about, and where its usage, revenue and claims go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from attain.facts.families import DISTRIBUTOR
from attain.sources.attribution import Attributions
from attain.sources.insights import NAMES, RESOLD, Names
from attain.sources.intake import Intake, Output, RowFault, Sheet
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
    needs to (`CONSTANT`), and what a row tells (`take_facts`).
    """

    MEASURES: ClassVar[tuple[str, ...]] = ()
    CONSTANT: ClassVar[str] = ""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self.workloads = Workloads(intake)
        self.names = Names(intake)
        self.attributions = Attributions(intake, (*NAMES, *self.MEASURES), self.CONSTANT)
        self.claims = Claims(intake.scratch)
        self._usage = WorkloadUsage(intake.scratch)
        self._revenue = WorkloadRevenue(intake.scratch, intake.tally)
        self._resold_usage = WorkloadUsage(intake.scratch, RESOLD)
        self._resold_revenue = WorkloadRevenue(intake.scratch, intake.tally, RESOLD)
        self._resold_claims = Claims(intake.scratch)
        self._held: list[Callable[[], None]] = []

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet
        self.attributions.open(sheet)

    @abstractmethod
    def take_facts(self, row: Row, place: Place) -> str:
        """Take in what a row tells of its place; gives why it tells nothing that a score needs, empty where it does. Raises RowFault."""

    def take(self, row: Row) -> None:
        """Take in one row; whom it names is kept even where its figures are left out."""
        self._held.clear()
        place = self._place(row)
        reason = self.take_facts(row, place)
        for take_in in self._held:
            take_in()
        self.names.note(self.sheet, row, place.month, place.location, place.account, place.tenant)
        if reason:
            self.tally.left_out[reason] += 1
            return
        self.tally.kept += 1
        self.tally.months.add(place.month)

    def _place(self, row: Row) -> Place:
        sheet, options, columns = self.sheet, self.intake.options, self.sheet.columns
        location, account = sheet.partner(row, "partner"), sheet.partner(row, "partner_global")
        partner = location or account or options.partner
        if not partner:
            raise RowFault(columns.column("partner") or columns.column("partner_global"), "", "no partner is named: say --partner")
        tenant = sheet.tenant(row, "tenant") or options.tenant
        if not tenant:
            raise RowFault(columns.column("tenant"), "", "empty")
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

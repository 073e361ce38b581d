"""The qualified-customer download of the Solutions Partner pages: the customers that Microsoft counted for one solution area.

Its header is documented nowhere, so several spellings are known. Its deployments are Microsoft's own number, to compare with ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.rulebook.load import load_book
from attain.sources.cells import CellError
from attain.sources.dimensions import Dimension
from attain.sources.insights import is_masked
from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.reported_scores import COLUMNS, CardWords
from attain.sources.source import Feed, Field, Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row

METRIC = "deployments"
TOTALS = frozenset({"total", "totals", "grandtotal", "sum"})
TOTAL = "a row of totals: its customers are there one by one"
SUMMED = "a sum of other rows: its tenants or subscriptions are there one by one"


class QualifiedCustomersReader:
    """Takes in one row a customer, tenant or subscription, and adds up the deployments by solution area."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._words = CardWords(load_book())
        self._deployments: dict[tuple[str, str, str, str], int] = {}
        self._customers = Dimension("customers", "tenant_id", ("name",), intake.scratch)

    def open(self, sheet: Sheet) -> None:
        """Begin a file; refuses it where nobody says whose it is, of which day, and for which solution area."""
        self.sheet = sheet
        options = self.intake.options
        said = {"--partner": options.partner, "--as-of": options.as_of, "--designation": options.designation or sheet.columns.has("area")}
        missing = [option for option, given in said.items() if not given]
        if missing:
            message = "the file does not name its partner, its day or its designation"
            raise AttainError("owner-missing", message, sheet.name, f"say {' and '.join(missing)}")
        if options.designation:
            try:
                self._words.designation(options.designation)
            except CellError as error:
                raise AttainError("unknown-designation", f"{options.designation!r}: {error}", "--designation") from error

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet, options = self.sheet, self.intake.options
        name, tenant = sheet.needed(row, "customer"), sheet.tenant(row, "tenant")
        if fold(name) in TOTALS and not tenant:
            self.tally.left_out[TOTAL] += 1
            return
        area = sheet.read(row, "area", self._words.designation) or (options.designation and self._words.designation(options.designation))
        if not area:
            raise RowFault(sheet.columns.column("area"), "", "no solution area is named: say --designation")
        thing = (area, name, tenant, sheet.text(row, "offer"))
        if thing in self._deployments:
            raise RowFault(sheet.columns.column("customer"), name, "the same customer, tenant and offer is there before")
        self._deployments[thing] = sheet.count(row, "deployments") or 0
        if tenant and options.as_of and not is_masked(name):
            self._customers.add(tenant, options.as_of.isoformat()[:7], name)
        self.tally.kept += 1

    def outputs(self) -> Iterator[Output]:
        """Give Microsoft's number of deployments, and the customers that have a tenant id."""
        yield Output("reported_scores", COLUMNS, self._rows())
        yield self._customers.output()

    def _by_area(self) -> dict[str, int]:
        """Add up deployments by solution area, of a customer or tenant that is there at several levels at the finest alone."""
        summed = {(area, name, "", "") for area, name, tenant, offer in self._deployments if tenant or offer}
        summed |= {(area, name, tenant, "") for area, name, tenant, offer in self._deployments if offer}
        found: dict[str, int] = {}
        for thing, deployments in self._deployments.items():
            found.setdefault(thing[0], 0)
            if thing in summed:
                self.tally.kept -= 1
                self.tally.left_out[SUMMED] += 1
            else:
                found[thing[0]] += deployments
        return found

    def _rows(self) -> Iterator[tuple[object, ...]]:
        options = self.intake.options
        for area, deployments in sorted(self._by_area().items()):
            if options.as_of:
                self.tally.months.add(options.as_of.isoformat()[:7])
                yield options.partner, options.as_of.isoformat(), area, "", METRIC, deployments, None


QUALIFIED_CUSTOMERS = Source(
    name="qualified_customers",
    title="Solutions Partner pages, qualified-customer download",
    tables=("reported_scores", "customers"),
    fields=(
        Field("customer", ("Customer", "Customer name"), key=True, fills="customers.name"),
        Field("deployments", ("Deployments", "Deployment count", "Number of deployments"), key=True, fills="value", kind="count"),
        Field("tenant", ("Tenant ID", "Customer tenant ID", "Tenant"), fills="customers.tenant_id"),
        Field("offer", ("Offer name (Subscription ID)", "Offer name", "Subscription ID")),
        Field("area", ("Solution area", "Designation"), fills="designation"),
        # What tells this download from other lists of customers
        Field(
            "counted",
            ("Net revenue (USD)", "Net revenue", "MAU current", "MAU current (Baseline)", "Current MAU", "MAU baseline", "Baseline MAU"),
            key=True,
        ),
    ),
    feeds=(Feed("nothing that is scored: Microsoft's number of deployments beside ours"),),
    reader=QualifiedCustomersReader,
    family="reported",
    notes=(
        "the file names no partner and no day, and seldom its solution area: say `--partner`, `--as-of` and `--designation`",
        "a row of totals is left out, as is a customer's sum where its tenants or subscriptions are there too",
        "revenue and `MAU current` and `MAU baseline` are not taken: they name no service or workload",
        "Microsoft documents no header for it: if yours is refused, rename its columns to those below",
    ),
    about="The customers that qualified for one solution area, with revenue, deployments and active users.",
    obtain="Partner Center > Insights > Solutions Partner > Qualified customers > download, one solution area at a time.",
    role="Partner admin, Global admin, or Executive report viewer for the organization",
    refresh="by the 20th of each month",
    lacks=("services and workloads", "customers that did not qualify"),
)

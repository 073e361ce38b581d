"""What a partner itself calls its customers, in a small CSV: the names that pages, files and commands then show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.source import Feed, Field, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row


class CustomerNamesReader:
    """Takes in one name a row."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._names: dict[str, str] = {}

    def open(self, sheet: Sheet) -> None:
        """Begin a file; raises AttainError `customer-names` where only some partners' rows may be imported: a name holds for all."""
        if self.intake.options.partners is not None:
            raise AttainError(
                "customer-names",
                "names of customers are shown to every partner of the store",
                sheet.name,
                "ask a Global admin of the organization that sees every partner to import them",
            )
        self.sheet = sheet

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet = self.sheet
        tenant, name = sheet.tenant(row, "tenant"), sheet.text(row, "name")
        for field, found in (("tenant", tenant), ("name", name)):
            if not found:
                raise RowFault(sheet.columns.column(field), "", "empty")
        if self._names.setdefault(tenant, name) != name:
            raise RowFault(sheet.columns.column("name"), name, f"the tenant is there before as {self._names[tenant]}")
        self.tally.kept += 1

    def outputs(self) -> Iterator[Output]:
        """Give the customers with their names."""
        yield Output("customers", ("tenant_id", "alias"), iter(sorted(self._names.items())))


CUSTOMER_NAMES = Source(
    name="customer_names",
    title="Customers' names, typed by hand",
    tables=("customers",),
    fields=(
        Field("tenant", ("tenant_id", "tenant"), key=True, fills="tenant_id"),
        Field("name", ("own_name", "our_name"), key=True, fills="alias"),
    ),
    feeds=(Feed("what customers are called on pages, in files and in commands; no number"),),
    reader=CustomerNamesReader,
    family="customer_names",
    notes=(
        "an own name stands before the name that other files give; a later file replaces it, tenant by tenant, and says nothing of others",
        "to have the other name back, import it as the own one",
        "everybody who sees a customer in the store sees the name: only those who see every partner may import it on the web",
    ),
    about="What you call your customers, one a row: the tenant and its name.",
    obtain="Type it, or export it from your CRM with the two columns.",
    role="none",
    refresh="when you import it",
    lacks=("any fact: no score moves",),
)

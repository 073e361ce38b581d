"""Associations that a person knows of, in a small CSV: whose a tenant's usage is, or one subscription's or workload's of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.cells import CellError, guid_of
from attain.sources.intake import Intake, Output, RowFault, Sheet, subscription_of
from attain.sources.source import Feed, Field, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.rulebook.catalog import Catalog
    from attain.sources.files import Row

COLUMNS = ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on", "claim_id")


def association_of(catalog: Catalog, text: str) -> str:
    """Give the code of an association by any of its names; raises CellError with the nearest."""
    code = catalog.associations.match(text)
    if code is None:
        near = ", ".join(catalog.associations.nearest(text))
        raise CellError(f"no association; nearest: {near}" if near else f"no association; known: {', '.join(catalog.associations.codes)}")
    return code


class AssociationListReader:
    """Takes in one association a row."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._rows: dict[tuple[str, ...], tuple[str | None, str | None]] = {}
        self._scopes: set[str] = set()

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet, options = self.sheet, self.intake.options
        partner = sheet.partner(row, "partner") or options.partner
        tenant = sheet.tenant(row, "tenant") or options.tenant
        association = sheet.read(row, "association", lambda text: association_of(self.intake.catalog, text))
        for name, found in (("partner", partner), ("tenant", tenant), ("association", association)):
            if not found:
                raise RowFault(sheet.columns.column(name), "", "empty")
        start, end = sheet.day(row, "start"), sheet.day(row, "end")
        if start and end and end < start:
            raise RowFault(sheet.columns.column("end"), sheet.text(row, "end"), f"lies before the start, {start}")
        scope = subscription_of(sheet.text(row, "scope"))
        key = (partner, tenant, association or "", scope, start.isoformat() if start else "")
        said = (end.isoformat() if end else None, sheet.text(row, "claim") or None)
        if self._rows.setdefault(key, said) != said:
            raise RowFault(sheet.columns.column("association"), key[2], "the same is there before with another end or claim")
        self.tally.kept += 1
        self._check_scope(scope)

    def _check_scope(self, scope: str) -> None:
        """Tell of a scope that is as good as a slip of the pen: rows of other workloads and subscriptions are not of it."""
        workloads = self.intake.catalog.workloads
        if not scope or scope in self._scopes or workloads.match(scope):
            return
        self._scopes.add(scope)
        try:
            guid_of(scope)
        except CellError:
            near = workloads.nearest(scope)
            self.tally.warn(
                f"scope {scope!r} is no id of a subscription and no workload of the programme: only rows that name it so are of it"
                + (f"; nearest: {', '.join(near)}" if near else "")
            )

    def outputs(self) -> Iterator[Output]:
        """Give the associations."""
        yield Output("associations", COLUMNS, ((*key[:4], key[4] or None, *said) for key, said in sorted(self._rows.items())))


ASSOCIATION_LIST = Source(
    name="association_list",
    title="Associations, typed by hand",
    tables=("associations",),
    fields=(
        Field("partner", ("partner_id", "partner"), key=True, fills="partner_id"),
        Field("tenant", ("tenant_id", "tenant"), key=True, fills="tenant_id"),
        Field("association", ("association",), key=True, fills="association"),
        Field("scope", ("scope", "subscription_id"), fills="scope"),
        Field("start", ("started_on",), fills="started_on", kind="date"),
        Field("end", ("ended_on",), fills="ended_on", kind="date"),
        Field("claim", ("claim_id",), fills="claim_id"),
    ),
    feeds=(Feed("recognition of usage whose source names no association, and the owner of rows that name none"),),
    reader=AssociationListReader,
    family="assigned",
    notes=(
        "a row whose scope is a subscription gives the rows of that subscription their partner and tenant; `attain assign` writes one",
        "without a day of start or end it holds since ever and for ever",
        "a later file replaces the row of the same partner, tenant, association, scope and start",
    ),
    about="Links between partners and tenants that no file of Microsoft's tells, one a row.",
    obtain="Type it, or have `attain assign` write it.",
    role="none",
    refresh="when you type it",
    lacks=("proof: Microsoft counts an association only where it is set in its own systems",),
)

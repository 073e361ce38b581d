"""Partner admin links as Azure's management service tells of them: which partner an identity in a customer's directory is linked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.source import Feed, Field, Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row

COLUMNS = ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on")
CODE = "pal"
ACTIVE = "active"


class LinkReader:
    """Takes in links, one row an identity. Of several identities in one directory a link stands as long as one of them has it."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._ends: dict[tuple[str, str, str], str] = {}

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet = self.sheet
        partner = sheet.partner(row, "partner") or self.intake.options.partner
        tenant = sheet.tenant(row, "tenant") or self.intake.options.tenant
        for name, text in (("partner", partner), ("tenant", tenant)):
            if not text:
                raise RowFault(sheet.columns.column(name), "", "empty")
        started, changed = sheet.day(row, "started"), sheet.day(row, "changed")
        state = sheet.text(row, "state")
        ended = ""
        if state and fold(state) != ACTIVE:
            if changed is None:
                raise RowFault(sheet.columns.column("state"), state, "no longer active, but nothing says since when")
            ended = changed.isoformat()
        elif started and changed and changed > started:
            self.tally.warn(f"the link in {tenant} was changed on {changed}: before that day it may have named another partner")
        key = (partner, tenant, started.isoformat() if started else "")
        known = self._ends.get(key, ended)
        self._ends[key] = max(known, ended) if known and ended else ""
        self.tally.kept += 1

    def outputs(self) -> Iterator[Output]:
        """Give the associations."""
        if self._ends:
            self.tally.warn("a link counts only where its identity has a role in Azure: the file cannot tell which subscriptions that are")
        yield Output("associations", COLUMNS, self._rows())

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for (partner, tenant, started), ended in sorted(self._ends.items()):
            yield partner, tenant, CODE, "", started or None, ended or None


PARTNER_ADMIN_LINKS = Source(
    name="partner_admin_links",
    title="Partner admin links, read back from Azure",
    tables=("associations",),
    fields=(
        Field("partner", ("partnerId", "properties.partnerId"), key=True, fills="partner_id"),
        Field("tenant", ("tenantId", "properties.tenantId"), key=True, fills="tenant_id"),
        Field("identity", ("objectId", "properties.objectId"), key=True),
        Field("started", ("createdTime", "properties.createdTime"), key=True, fills="started_on", kind="date"),
        Field("changed", ("updatedTime", "properties.updatedTime"), fills="ended_on", kind="date"),
        Field("state", ("state", "properties.state"), fills="association"),
    ),
    feeds=(
        Feed(
            "what recognizes Azure usage from sources that name no association: the Azure designations and the Azure half of Security",
            ("state",),
            "every link is taken as active",
        ),
    ),
    reader=LinkReader,
    family="partner_admin_links",
    also=("version", "partnerName", "etag", "type"),
    notes=(
        "each identity sees its own link alone: no list of all links of a partner exists",
        "a link that names another partner than before keeps its first day: check it where the file says it was changed",
        "the partner is the location that the link names, not its global account",
    ),
    about="the partner admin link of whoever signs in, in each directory asked for, as `attain pull pal` reads it back.",
    obtain="`attain pull pal --tenant GUID`, or the answer of Azure's managementpartner service, as JSON or written as a table.",
    role="the linked user or service principal itself",
    refresh="at once",
    lacks=("the subscriptions that the link reaches", "links of other identities", "links that were removed before they were read"),
)

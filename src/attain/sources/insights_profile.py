"""Partner Center Insights, Profile: the locations of a partner and the global account they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.sources.dimensions import Dimension
from attain.sources.insights import download
from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.source import Feed, Field, Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row


class ProfileReader:
    """Takes in Profile rows. They carry no month: what a monthly report of the same delivery says is newer."""

    def __init__(self, intake: Intake) -> None:
        self.tally = intake.tally
        self.sheet: Sheet
        self._partners = Dimension("partners", "partner_id", ("name", "country", "account", "global_id"), intake.scratch)

    def open(self, sheet: Sheet) -> None:
        """Begin a file."""
        self.sheet = sheet

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet = self.sheet
        location, account = sheet.partner(row, "partner"), sheet.partner(row, "partner_global")
        if not location:
            raise RowFault(sheet.columns.column("partner"), sheet.text(row, "partner"), "no partner is named")
        if not any(letter.isdigit() for letter in location):
            raise RowFault(sheet.columns.column("partner"), location, "no id of a partner: it has no digits")
        own = location == account
        if not own and fold(sheet.text(row, "level")) == "global":
            self.tally.warn(f"{location} is called global, but belongs to {account or 'no account'}: the ids decide")
        kind = "global" if own else "location" if account else ""
        name, country = sheet.text(row, "partner_name"), sheet.text(row, "partner_country")
        self._partners.add(location, "", name, country, kind, "" if own else account)
        if account and not own:
            self._partners.add(account, "", sheet.text(row, "global_name"), "", "global", "")
        self.tally.kept += 1

    def outputs(self) -> Iterator[Output]:
        """Give partners."""
        yield self._partners.output()


INSIGHTS_PROFILE = Source(
    name="insights_profile",
    title="Partner Center Insights, partner profile",
    tables=("partners",),
    fields=(
        Field("partner", ("MPNId", "PartnerID"), key=True, fills="partner_id"),
        Field("partner_global", ("PGA_MPNID", "PGAMpnID", "PGAPartnerID"), key=True, fills="partner_id global_id"),
        Field("marked", ("HierarchyLevel", "AccountType", "PGA_PartnerName", "City"), key=True),
        Field("level", ("HierarchyLevel", "AccountType"), fills="account"),
        Field("partner_name", ("PartnerName",), fills="name"),
        Field("global_name", ("PGA_PartnerName",), fills="name"),
        Field("partner_country", ("Country",), fills="country"),
    ),
    feeds=(Feed("every metric: which locations are scored together, at their global account"),),
    reader=ProfileReader,
    family="insights",
    notes=(
        "locations are told from the global account by their ids; `HierarchyLevel` (newer files: `AccountType`) is only compared with them",
    ),
    about="Profile: every location of a partner, and its global account.",
    obtain=download("Partner profile"),
    role="Report viewer or Executive report viewer; sign in with the Partner Program account",
    refresh="1 day behind",
    lacks=("usage, revenue and people: it only says who belongs together",),
    datasets=("Profile",),
)

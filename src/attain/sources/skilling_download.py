"""The skilling download of the Solutions Partner pages: who holds which certificate, by name alone.

Its header is documented nowhere, so several spellings are known. It names no ids: a person is known by the name, and where the trainings
report of Insights tells of a partner's certificates, this file gives way altogether, or people would count twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.gather import Gather
from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.people import person_id
from attain.sources.source import Feed, Field, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row

COLUMNS = ("partner_id", "person_id", "person_name", "certification", "earned_on", "expires_on", "status")


class SkillingReader:
    """Takes in one row a person, certificate and solution area: a certificate that several areas list is one."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._rows: Gather[tuple[str, str]] = Gather(max, intake.scratch)
        self._codes: dict[str, str] = {}

    def open(self, sheet: Sheet) -> None:
        """Begin a file; refuses it where nobody says whose it is."""
        self.sheet = sheet
        if not self.intake.options.partner:
            raise AttainError("owner-missing", "the file does not name the partner it is about", sheet.name, "say --partner")
        if not sheet.columns.has("expires"):
            self.tally.warn("no expiry date: certificates are taken as not expiring")

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet = self.sheet
        earned, expires = sheet.day(row, "earned"), sheet.last_day(row, "expires")
        if earned is None:
            raise RowFault(sheet.columns.column("earned"), "", "empty")
        if expires and expires < earned:
            raise RowFault(sheet.columns.column("expires"), sheet.text(row, "expires"), f"lies before it was earned, {earned}")
        name = " ".join(sheet.needed(row, "name").split())
        person = person_id(self.intake.person_key, "name", name.casefold())
        kept = name if self.intake.options.keep_names else ""
        latest = (expires.isoformat() if expires else "", kept)
        self._rows.add((person, self._certification(sheet.needed(row, "certification")), earned.isoformat()), ("",), latest)
        self.tally.kept += 1
        self.tally.months.add(earned.isoformat()[:7])

    def _certification(self, title: str) -> str:
        if title not in self._codes:
            known = self.intake.catalog.certifications
            code = known.match(title)
            if code is None:
                near = known.nearest(title)
                hint = f"; nearest: {', '.join(near)}" if near else ""
                self.tally.warn(f"certificate {title!r} is in no list of the programme and earns nothing{hint}")
            self._codes[title] = code or title
        return self._codes[title]

    def outputs(self) -> Iterator[Output]:
        """Give the certificates."""
        yield Output("certifications", COLUMNS, self._certifications())

    def _certifications(self) -> Iterator[tuple[object, ...]]:
        for (person, certification, earned), parts in self._rows.items():
            expires, name = parts[("",)]
            yield self.intake.options.partner, person, name or None, certification, earned, expires or None, "active"


SKILLING_DOWNLOAD = Source(
    name="skilling_download",
    title="Solutions Partner pages, skilling download",
    tables=("certifications",),
    fields=(
        Field("name", ("Individual name", "Individual", "Person name"), key=True, fills="person_id"),
        Field("certification", ("Certification name", "Certification", "Certificate name", "Certificate"), key=True, fills="certification"),
        Field("earned", ("Completion date", "Completed on", "Date completed", "Earned on"), key=True, fills="earned_on", kind="date"),
        Field("type", ("Certification type", "Certificate type"), key=True),
        Field("expires", ("Expiry date", "Expiration date", "Expires on", "Date of expiry"), fills="expires_on", kind="date"),
    ),
    feeds=(
        Feed("intermediate and advanced certifications, where no trainings report is at hand"),
        Feed("certificates that expire", ("expires",), "all are taken as not expiring"),
    ),
    reader=SkillingReader,
    family="skilling",
    personal=True,
    also=("Solution area", "Designation", "Status"),
    notes=(
        "the file names no partner: say `--partner`; people are keyed hashes of their names, `--keep-names` keeps names",
        "two people of one name are one person here: the trainings report of Insights is better, and stands where both are imported",
        "Microsoft documents no header for it: if yours is refused, rename its columns to those below",
    ),
    about="The certified people that Microsoft lists for a partner, by solution area.",
    obtain="Partner Center > Insights > Solutions Partner > Skilling eligibility > download.",
    role="Partner admin, Global admin, or Executive report viewer for the organization",
    refresh="up to 10 days behind",
    lacks=("ids of people", "people who are not linked, or have left"),
)

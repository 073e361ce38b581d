"""Partner Center Insights, TrainingCompletions: who earned which certificate when, as keyed hashes unless names are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.facts.same_person import best_ids
from attain.sources.gather import Gather
from attain.sources.insights import PARTNER_FIELDS, VIEWER, Names, download
from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.people import person_id
from attain.sources.source import Feed, Field, Source, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row
    from attain.sources.gather import Key

COLUMNS = ("partner_id", "person_id", "person_name", "certification", "earned_on", "expires_on", "status")
IDENTITIES = (("mcp", "mcp_id"), ("aad", "aad_id"), ("mail", "mail"))
"""What identifies a person, best first: the kind, and the field."""
STATUSES = {
    **dict.fromkeys(("active", "activated", "linked", "associated", "valid", "expired", "completed"), "active"),
    **dict.fromkeys(
        ("notlinked", "unlinked", "inactive", "notactive", "notactivated", "deactivated", "pending", "notassociated"), "not_linked"
    ),
    **dict.fromkeys(("left", "leftcompany", "leaver", "removed"), "left"),
}
"""ActivationStatus as files write it (folded): only active counts. An expired one is active until its expiry, which the date decides."""
NEVER = "9999-12-31"
Latest = tuple[str, str, str, str]
"""Of several rows for one certificate the latest stands: month of the row, expiry, status, name."""


class TrainingReader:
    """Takes in TrainingCompletions rows."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._rows: Gather[Latest] = Gather(max, intake.scratch)
        self._names = Names(intake)
        self._titles: dict[str, str] = {}

    def open(self, sheet: Sheet) -> None:
        """Begin a file; refuses one that identifies nobody."""
        self.sheet = sheet
        if not any(sheet.columns.has(field) for _, field in IDENTITIES):
            raise AttainError(
                "column-missing",
                "no column says who was certified: none of MCPID, AADUserId, CorpEmail, Email",
                sheet.name,
                "export one of them",
            )
        if not sheet.columns.has("expires"):
            self.tally.warn("no ExpirationDate: certificates are taken as not expiring")
        if not sheet.columns.has("status"):
            self.tally.warn("no ActivationStatus: every certificate is taken as active")

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet = self.sheet
        title, kind = sheet.needed(row, "title"), sheet.text(row, "type")
        # Some assessments count for a designation: the catalog knows them
        if fold(kind) not in {"certification", "certifications"} and not (
            fold(kind) == "assessment" and self.intake.catalog.certifications.match(title)
        ):
            self.tally.left_out[f"training of type {kind or 'none named'}"] += 1
            return
        location, account = sheet.partner(row, "partner"), sheet.partner(row, "partner_global")
        partner = location or account or self.intake.options.partner
        if not partner:
            raise RowFault(sheet.columns.column("partner"), "", "no partner is named: say --partner")
        # first days of months show how the file writes its other days
        month = sheet.read(row, "month", sheet.conventions.first_day_of)
        earned, expires = sheet.day(row, "earned"), sheet.last_day(row, "expires")
        if earned is None:
            raise RowFault(sheet.columns.column("earned"), "", "empty")
        if expires and expires < earned:
            raise RowFault(sheet.columns.column("expires"), sheet.text(row, "expires"), f"lies before it was earned, {earned}")
        status = self._status(row, expires is not None)
        latest = (month.isoformat() if month else "", expires.isoformat() if expires else NEVER, status, self._name(row))
        self._rows.add((partner, self._person(row), self._certification(title), earned.isoformat()), ("",), latest)
        self._names.note(sheet, row, latest[0] or earned.isoformat(), location, account)
        self.tally.kept += 1
        self.tally.months.add(f"{earned.year:04d}-{earned.month:02d}")

    def _person(self, row: Row) -> str:
        identities = [(kind, identity) for kind, field in IDENTITIES if (identity := self.sheet.person(row, field))]
        if identities:
            best, *others = (person_id(self.intake.person_key, kind, identity) for kind, identity in identities)
            self.tally.same_person.update((other, best) for other in others)
            return best
        columns = [self.sheet.columns.column(field) for _, field in IDENTITIES if self.sheet.columns.has(field)]
        raise RowFault(columns[0], "", "nothing says who was certified")

    def _status(self, row: Row, dated: bool) -> str:
        label = self.sheet.text(row, "status")
        if not label:
            return "active"
        status = STATUSES.get(fold(label))
        if status is None or (fold(label) == "expired" and not dated):
            reason = "expired, but no date says when" if status else "unknown: Active, Not linked and Left are known"
            raise RowFault(self.sheet.columns.column("status"), label, reason)
        return status

    def _certification(self, title: str) -> str:
        known = self._titles.get(title)
        if known is None:
            code = self.intake.catalog.certifications.match(title)
            known = code or title
            if code is None:
                near = self.intake.catalog.certifications.nearest(title)
                self.tally.warn(
                    f"certificate {title!r} is in no list of the programme and earns nothing"
                    + (f"; nearest: {', '.join(near)}" if near else "")
                )
            self._titles[title] = known
        return known

    def _name(self, row: Row) -> str:
        if not self.intake.options.keep_names:
            return ""
        return " ".join(part for part in (self.sheet.text(row, "first_name"), self.sheet.text(row, "last_name")) if part)

    def outputs(self) -> Iterator[Output]:
        """Give certifications and partners."""
        yield Output("certifications", COLUMNS, self._certifications())
        yield from self._names.outputs()

    def _certifications(self) -> Iterator[tuple[object, ...]]:
        goes_by = best_ids(self.tally.same_person)
        united: dict[Key, Latest] = {}
        for (partner, person, *certificate), parts in self._rows.items():
            latest = parts[("",)]
            if person not in goes_by:
                yield _row((partner, person, *certificate), latest)
                continue
            # two rows of one certificate under two ids are one, as under one id
            key = (partner, goes_by[person], *certificate)
            united[key] = max(latest, united.get(key, latest))
        yield from (_row(key, latest) for key, latest in sorted(united.items()))


def _row(key: Key, latest: Latest) -> tuple[object, ...]:
    partner, person, certification, earned = key
    _, expires, status, name = latest
    return partner, person, name or None, certification, earned, None if expires == NEVER else expires, status


INSIGHTS_TRAINING = Source(
    name="insights_training",
    title="Partner Center Insights, trainings, exams and certifications",
    tables=("certifications", "partners"),
    fields=(
        Field("title", ("TrainingTitle", "CertificationName"), key=True, fills="certification"),
        Field("type", ("TrainingType",), key=True),
        Field("earned", ("TrainingCompletionDate", "CompletionDate"), key=True, fills="earned_on", kind="date"),
        Field("expires", ("ExpirationDate", "ExpiryDate"), fills="expires_on", kind="date"),
        Field("month", ("Month", "MonthKey"), kind="month"),
        Field("status", ("ActivationStatus",), fills="status"),
        Field("mcp_id", ("MCPID",), fills="person_id"),
        Field("aad_id", ("AADUserId",), fills="person_id"),
        Field("mail", ("CorpEmail", "Email"), fills="person_id"),
        Field("first_name", ("IndividualFirstName",), fills="person_name"),
        Field("last_name", ("IndividualLastName",), fills="person_name"),
        *PARTNER_FIELDS,
    ),
    feeds=(
        Feed("intermediate and advanced certifications of every designation"),
        Feed("certificates that expire", ("expires",), "all are taken as not expiring"),
        Feed("leaving out people who are not linked or have left", ("status",), "every certificate is taken as active"),
        Feed("the partner that a certificate counts for", ("partner",), "--partner fills it"),
    ),
    reader=TrainingReader,
    family="insights",
    also=("TrainingActivityId", "IcMCP", "PartnerCityLocation"),
    notes=(
        "only certifications are taken, and the assessments that the programme counts; exams and other trainings are left out",
        "people are hashes made with a key in the folder (`.attain-person-key`): with the same key the same person keeps the same id; "
        "`--keep-names` keeps their names too",
        "ids that one row gives together (`MCPID`, `AADUserId`, mail) are one person in all rows, those of files imported before and "
        "after it too",
        "without `ExpirationDate` no certificate expires; without `ActivationStatus` every one counts",
        "names of certificates change; the catalog knows former ones, and one it does not know is named with its nearest",
    ),
    about="TrainingCompletions: who completed which certification, exam or training, and when.",
    obtain=download("Trainings, exams and certifications"),
    role=VIEWER,
    refresh="5 days behind; a new certificate may take up to 10 days to show",
    datasets=("TrainingCompletions",),
    lacks=("people who have not linked their Microsoft certification profile, and those who have left",),
)

"""What a customer's own tenant tells of itself (Microsoft Graph): users and licenses by workload, without any attribution.

Such a file names neither tenant nor partner: the user does. Its users are those of a rolling period, trials and free licenses included: an
early signal, not the number that Microsoft scores. Where Partner Center Insights tells of the same, that stands.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.cells import yes_or_no
from attain.sources.intake import Intake, Output, RowFault, Sheet
from attain.sources.source import Feed, Field

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from attain.sources.files import Row

PERIOD = 30
"""The days of the report period that is taken, the one nearest to a month."""
SERVICES = {
    "Exchange": "exchange-online",
    "SharePoint": "sharepoint-online",
    "Yammer": "viva-engage",
    "Teams": "teams",
}
"""Services of the usage reports that are workloads of the programme, by code; OneDrive and Skype are none."""
EARLIER = "a report of an earlier day: a later one of the month is in the file"
COUNTS = ("paid_licenses", "assigned_licenses", "active_users")
REFRESH = Field("refreshed", ("Report Refresh Date",), key=True, fills="month", kind="date")
FEEDS = (Feed("an early look at usage growth and deployments of Modern Work, until Insights tells of the month"),)
ROLE = (
    "Reports Reader in the customer's tenant, or an app with Reports.Read.All; over delegated administration (GDAP) the partner's own user"
)
LACKS = (
    "associations: the associations table says whose usage it is",
    "the number that Microsoft scores: the users are those of a rolling period, with trials and free licenses",
)


class TenantReader:
    """Takes in the rows of a report on one tenant; a source says what each row counts."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._counts: dict[tuple[str, str, str], Counter[str]] = {}
        self._rows: Counter[tuple[str, str]] = Counter()
        self._told: set[str] = set()

    def open(self, sheet: Sheet) -> None:
        """Begin a file; refuses it where nobody says whose it is."""
        self.sheet = sheet
        options = self.intake.options
        missing = [f"--{name}" for name, given in (("partner", options.partner), ("tenant", options.tenant)) if not given]
        if missing:
            message = "the file does not name the partner and the tenant it is about"
            raise AttainError("owner-missing", message, sheet.name, f"say {' and '.join(missing)}")

    def add(self, month: str, workload: str, count: str, number: int, day: str = "") -> None:
        """Add to a count of a workload in a month, as a report of one day tells it (ISO, empty where reports have none)."""
        self._counts.setdefault((month, day, workload), Counter())[count] += number
        self._told.add(count)
        self.tally.months.add(month)

    def keep(self, month: str, day: str = "") -> None:
        """Count a row that was taken in."""
        self._rows[month, day] += 1
        self.tally.kept += 1

    def month(self, row: Row) -> str:
        """Give the month in which most days of the period lie that ends with the report's refresh date."""
        day = self.refreshed(row)
        try:
            return month_of(day - timedelta(days=PERIOD // 2))
        except OverflowError:
            raise RowFault(self.sheet.columns.column("refreshed"), day.isoformat(), "no day of a report") from None

    def refreshed(self, row: Row) -> date:
        """Give the day up to which the report tells."""
        day = self.sheet.day(row, "refreshed")
        if day is None:
            raise RowFault(self.sheet.columns.column("refreshed"), "", "empty")
        return day

    def says(self, row: Row, name: str) -> bool:
        """Read a cell that says yes or no; False where the file has no such column."""
        return bool(self.sheet.read(row, name, yes_or_no))

    def outside_period(self, row: Row) -> str:
        """Say why a row of another report period is left out, empty where it is the right one or the file does not say."""
        period = self.sheet.text(row, "period").removeprefix("D")
        return f"a period of {period} days: export the one of {PERIOD} (D{PERIOD})" if period and period != str(PERIOD) else ""

    def outputs(self) -> Iterator[Output]:
        """Give the usage of the tenant: of several reports of a month what that of the latest day tells."""
        told = tuple(count for count in COUNTS if count in self._told)
        latest: dict[str, str] = {}
        for month, day in self._rows:
            latest[month] = max(day, latest.get(month, ""))
        for (month, day), rows in self._rows.items():
            if day < latest[month]:
                self.tally.kept -= rows
                self.tally.left_out[EARLIER] += rows
        yield Output("workload_usage", ("month", "partner_id", "tenant_id", "workload", *told), self._of_days(latest, told))

    def _of_days(self, latest: dict[str, str], told: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
        options = self.intake.options
        for (month, day, workload), counts in sorted(self._counts.items()):
            if day == latest[month]:
                yield (month, options.partner, options.tenant, workload, *(counts.get(count) for count in told))


def month_of(day: date) -> str:
    """Give the month of a day as `2026-10`."""
    return f"{day.year:04d}-{day.month:02d}"

"""Which track counts: the better one, the assigned one, or the one that an enrollment keeps."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from tests.oracle import figures
from tests.oracle.azure import assigned_azure
from tests.oracle.business import assigned_business
from tests.oracle.months import qualification_days
from tests.oracle.outcome import view_of
from tests.oracle.rollup import Account, Facts, Row

RENEWAL_DAYS = 30
YEAR_OF_ENROLLMENT = 365


def lapses_on(enrollment: Row) -> date:
    """The last day on which an enrollment holds: the last one of its renewal window."""
    anniversary: date | None = enrollment.get("anniversary")
    if anniversary is None:
        started: date = enrollment.get("paid_on") or enrollment["enrolled_on"]
        anniversary = started + timedelta(days=YEAR_OF_ENROLLMENT)
    return anniversary + timedelta(days=RENEWAL_DAYS)


class Assignment:
    """Assigns tracks on any day from the facts; `edition` None = the one in effect on that day."""

    def __init__(self, facts: Facts, designation: str, edition: str | None, refresh_day: int, basis: str, segments: dict[str, str]) -> None:
        self._facts = facts
        self._designation = designation
        self._edition = edition
        self._refresh_day = refresh_day
        self._basis = basis
        self._segments = segments

    def on(self, account: Account, day: date) -> str:
        """Give the track that the facts assign on a day; `single` where the edition has one, or none is in effect."""
        edition = self._edition or figures.edition_on(self._designation, day)
        if edition is None or figures.tracks_of(self._designation, edition) == ("single",):
            return "single"
        if self._designation == "business-applications":
            view = view_of(self._facts, "workload_revenue", self._basis, day, self._refresh_day)
            return assigned_business(edition, account.revenue, view)
        view = view_of(self._facts, "azure_usage", self._basis, day, self._refresh_day)
        return assigned_azure(edition, account.azure, view, self._segments)

    def kept(self, account: Account, day: date) -> str | None:
        """Give the track that an enrollment of this designation keeps on a day; None where none does."""
        standing = [
            row for row in account.enrollments if row["designation"] == self._designation and row["enrolled_on"] <= day <= lapses_on(row)
        ]
        if not standing:
            return None
        latest = max(standing, key=lambda row: row["enrolled_on"])
        if latest.get("track") in ("enterprise", "smb"):
            return latest["track"]
        begun = figures.edition_on(self._designation, latest["enrolled_on"])
        if begun is None or figures.tracks_of(self._designation, begun) == ("single",):
            # There were no tracks to be enrolled in, so there is none to keep.
            return None
        seen = [self.on(account, row_day) for row_day in qualification_days(latest["enrolled_on"])]
        return "smb" if "smb" in seen else "enterprise"


def better(totals: dict[str, Fraction]) -> str:
    """The higher total; enterprise where equal (I-13)."""
    return "smb" if totals["smb"] > totals["enterprise"] else "enterprise"

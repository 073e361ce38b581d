"""Which track counts: the better one, the assigned one, or the one that an enrollment keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle import figures
from tests.oracle.azure import assigned_azure
from tests.oracle.business import assigned_business
from tests.oracle.months import qualification_days, twelve_to
from tests.oracle.outcome import View, view_of
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


@dataclass(frozen=True)
class Kept:
    """The track that an enrollment keeps (None: none is known), and whether the facts leave no doubt about it (I-11)."""

    track: str | None
    certain: bool = True


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

    def _is_covered(self, day: date) -> bool:
        """Say whether the facts cover the months that assign a track on a day; so they do where nothing is looked at."""
        edition = self._edition or figures.edition_on(self._designation, day)
        if edition is None or figures.tracks_of(self._designation, edition) == ("single",):
            return True
        table = "workload_revenue" if self._designation == "business-applications" else "azure_usage"
        view = view_of(self._facts, table, self._basis, day, self._refresh_day)
        return view is None or not view.lacks(self._looked_at(edition, view))

    def _looked_at(self, edition: str, view: View) -> list[int]:
        if self._designation == "business-applications":
            return [view.ago, view.month]
        return list(twelve_to(view.month)) if edition == "2025" else [view.month]

    def kept(self, account: Account, day: date) -> Kept | None:
        """Give the track that an enrollment of this designation keeps on a day; None where there is none to keep."""
        standing = [
            row for row in account.enrollments if row["designation"] == self._designation and row["enrolled_on"] <= day <= lapses_on(row)
        ]
        if not standing:
            return None
        latest = max(standing, key=lambda row: row["enrolled_on"])
        if latest.get("track") in ("enterprise", "smb"):
            return Kept(latest["track"])
        begun = figures.edition_on(self._designation, latest["enrolled_on"])
        if begun is None or figures.tracks_of(self._designation, begun) == ("single",):
            # There were no tracks to be enrolled in, so there is none to keep.
            return None
        days = qualification_days(latest["enrolled_on"])
        covered = [row_day for row_day in days if self._is_covered(row_day)]
        if "smb" in [self.on(account, row_day) for row_day in covered]:
            return Kept("smb")
        had_tracks = [row_day for row_day in covered if self.on(account, row_day) != "single"]
        whole = len(covered) == len(days)
        return Kept("enterprise" if had_tracks or whole else None, certain=whole)


def better(totals: dict[str, Fraction]) -> str:
    """The higher total; enterprise where equal (I-13)."""
    return "smb" if totals["smb"] > totals["enterprise"] else "enterprise"

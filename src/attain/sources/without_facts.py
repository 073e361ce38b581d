"""Reports of Partner Center Insights that tell nothing a score needs: known, so that a person hears what to take instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.sources.source import fold

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Barren:
    """A report without facts: `marks` are groups of column names, of each of which it holds one; `instead` is what to take."""

    title: str
    marks: tuple[tuple[str, ...], ...]
    instead: str

    def fits(self, header: Iterable[str]) -> bool:
        """Say whether a header is that of the report."""
        folded = {fold(name) for name in header}
        return all(folded & {fold(name) for name in group} for group in self.marks)


BARREN = (
    Barren(
        "CSP direct partner eligibility",
        (("DetailPricingLevelName", "SummaryPricingLevel", "ReportingPricingLevel"),),
        "subscription details tell of licenses and revenue (insights_subscriptions)",
    ),
    Barren(
        "Microsoft Learn trainings",
        (("TrainingName",), ("Products", "Roles"), ("CompletionDate",)),
        "certificates are in the report on trainings, exams and certifications (insights_training)",
    ),
    Barren(
        "Teams meetings and calls",
        (("SubWorkload",), ("Meeting count", "Meeting duration")),
        "users by tenant are in Teams usage by month (insights_teams_usage)",
    ),
    Barren(
        "Teams apps of others",
        (("AppName",), ("Usercount",)),
        "users by tenant are in Teams usage by month (insights_teams_usage)",
    ),
)


def barren(header: Iterable[str]) -> Barren | None:
    """Tell whether a header is that of a report without facts; None where it is not."""
    columns = tuple(header)
    return next((report for report in BARREN if report.fits(columns)), None)

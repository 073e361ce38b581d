"""The naive scorer: contract tables in, one row per partner, track and metric out.

Facts are `dict[table, list[row]]` with the columns of the contract: a month is the text `2026-10`, a day a `date`, money a
`Decimal` (or None), a count an `int` or None, `associations` a frozenset of codes, or None (or no such key) where the column
is absent: the associations table is then joined. A table that is no key of the dict is missing as a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import figures
from tests.oracle.azure import score_azure
from tests.oracle.business import score_business
from tests.oracle.certificates import score_skill
from tests.oracle.modern_work import score_modern_work
from tests.oracle.months import month_name
from tests.oracle.outcome import Outcome, View, view_of
from tests.oracle.rollup import Account, Facts, roll_up, segments
from tests.oracle.security import score_security
from tests.oracle.skills import skill_of
from tests.oracle.tracks import Assignment, better

QUALIFYING = 70
CERTIFICATE_METRICS = ("intermediate_certifications", "advanced_certifications")


def _customer_metrics(designation: str, edition: str, track: str, account: Account, views: dict[str, View | None]) -> dict[str, Outcome]:
    azure, usage, revenue = views["azure_usage"], views["workload_usage"], views["workload_revenue"]
    if designation == "security":
        return score_security(edition, track, account.azure, account.seats, azure, usage)
    if designation == "modern-work":
        return score_modern_work(edition, track, account.seats, usage)
    if designation == "business-applications":
        return score_business(edition, track, account.revenue, account.seats, revenue, usage)
    return score_azure(designation, track, account.azure, azure)


def _metrics(
    designation: str, edition: str, track: str, account: Account, views: dict[str, View | None], facts: Facts, day: date
) -> dict[str, Outcome]:
    found = _customer_metrics(designation, edition, track, account, views)
    for metric in CERTIFICATE_METRICS:
        if metric in figures.MAXIMA[designation] and "certifications" in facts:
            skill = skill_of(designation, edition, track, metric)
            found[metric] = score_skill(skill, account.certificates, day, figures.MAXIMA[designation][metric])
    return found


def _row(outcome: Outcome, maximum: int, **more: Any) -> dict[str, Any]:
    return {
        **more,
        "data_month": month_name(min(outcome.months)) if outcome.months else None,
        "value": outcome.value,
        "full_marks": outcome.full_marks,
        "points": outcome.points,
        "max_points": maximum,
        "complete": not outcome.missing,
        "qualified": False,
        "missing_months": {month_name(month) for month in outcome.missing},
    }


def _total(found: dict[str, Outcome]) -> Outcome:
    points = sum((outcome.points for outcome in found.values()), Fraction(0))
    months = [month for outcome in found.values() for month in outcome.months]
    missing: set[int] = set()
    for outcome in found.values():
        missing |= outcome.missing
    return Outcome(None, None, points, months, missing)


def _scored(
    facts: Facts, as_of: date, designation: str, edition: str | None, refresh_day: int, basis: str
) -> Iterable[tuple[str, str, str, bool, dict[str, dict[str, Outcome]]]]:
    """Go through the accounts: partner, edition, selected track, whether that is certain, outcomes by track and metric."""
    used = edition or figures.edition_on(designation, as_of)
    if used is None:
        raise ValueError(f"{designation} has no edition on {as_of}")
    views = {table: view_of(facts, table, basis, as_of, refresh_day) for table in ("azure_usage", "workload_usage", "workload_revenue")}
    assignment = Assignment(facts, designation, edition, refresh_day, basis, segments(facts))
    for partner, account in roll_up(facts, basis).items():
        by_track = {
            track: _metrics(designation, used, track, account, views, facts, as_of) for track in figures.tracks_of(designation, used)
        }
        kept = None
        if "single" in by_track:
            selected = "single"
        elif designation in ("security", "modern-work"):
            selected = better({track: _total(found).points for track, found in by_track.items()})
        else:
            kept = assignment.kept(account, as_of)
            selected = (kept and kept.track) or assignment.on(account, as_of)
        yield partner, used, selected, kept is None or kept.certain, by_track


def score(
    facts: Facts,
    as_of: date,
    *,
    designation: str,
    edition: str | None = None,
    refresh_day: int = 20,
    basis: str = "acr",
) -> list[dict[str, Any]]:
    """Score every global account in one designation on one day.

    Rows: partner_id, designation, edition, track, selected, metric, data_month (`2026-10` or None), value and full_marks
    (Fraction or None), points (exact Fraction), max_points, complete, qualified (True on the total row of the selected track
    alone), missing_months. A metric whose table is missing has no row, and the total is then incomplete. ValueError where no
    edition is in effect.
    """
    rows: list[dict[str, Any]] = []
    maxima = figures.MAXIMA[designation]
    for partner, used, selected, certain, by_track in _scored(facts, as_of, designation, edition, refresh_day, basis):
        for track, found in by_track.items():
            common = {"partner_id": partner, "designation": designation, "edition": used, "track": track, "selected": track == selected}
            for metric in figures.METRICS:
                if metric in found:
                    rows.append(_row(found[metric], maxima[metric], metric=metric, **common))
            total = _row(_total(found), sum(maxima.values()), metric="total", **common)
            total["complete"] = total["complete"] and set(found) == set(maxima) and certain
            positive = all(outcome.points > 0 for outcome in found.values())
            total["qualified"] = track == selected and total["complete"] and positive and total["points"] >= QUALIFYING
            rows.append(total)
    return rows

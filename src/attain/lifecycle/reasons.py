"""Why a designation has its status, in one sentence with the numbers and days that decide."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attain.lifecycle.holdings import Holding
    from attain.lifecycle.scores import BestScore, DailyScore
    from attain.lifecycle.windows import Period
    from attain.rulebook.programme import ProgrammeRules


NOT_KEPT = "not recorded, so scores go by the track of the day: record the enrollment with its track"


def reason_not_enrolled(
    rules: ProgrammeRules, window: Period, today: DailyScore | None, qualified_on: dt.date | None, best: BestScore | None
) -> str:
    """Say why a designation that is not enrolled is qualified or in progress."""
    if qualified_on == window.end:
        return f"qualified today{_points(rules, today)}"
    if qualified_on is not None:
        return f"qualified on {qualified_on}, inside the window from {window.start}; today {_short_of(rules, today)}"
    if best is None:
        return f"no score is known from {window.start} to {window.end}"
    if window.start == window.end:
        return _short_of(rules, today)
    return f"not qualified on any day since {window.start}: {_short_of(rules, today)}{_better(rules, best, today)}"


def reason_enrolled(holding: Holding, window: Period, day: dt.date, qualified_on: dt.date | None, *, paid: bool, loses_track: bool) -> str:
    """Say by what a designation is enrolled and whether it may be renewed.

    With `loses_track` an enrollment would keep its track until renewal, and no record says that there is one.
    """
    how = {
        "purchase": f"purchased on {holding.start}",
        "renewal": f"renewed on {holding.start}",
        "automatic": f"enrolled automatically on {holding.start}",
    }[holding.origin]
    if not holding.recorded:
        how += {"renewal": " with the partner's yearly fee", "automatic": ", qualified while another designation was enrolled"}.get(
            holding.origin, ""
        )
    unkept = f"; {NOT_KEPT}" if loses_track else ""
    return f"{how}; {_renewal(holding, window, day, qualified_on, paid=paid)}{unkept}"


def _renewal(holding: Holding, window: Period, day: dt.date, qualified_on: dt.date | None, *, paid: bool) -> str:
    if qualified_on is not None:
        return f"may be renewed: qualified on {qualified_on}"
    if day < window.start:
        return f"held to {holding.term.anniversary} whatever the score does"
    if day > window.end:
        return f"not qualified on any day from {window.start} to {window.end}: cannot be renewed"
    fee = f"the fee was paid on {holding.term.renewed_on}, but the designation is " if paid else ""
    return f"{fee}not yet qualified on any day since {window.start}: qualify by {window.end} to keep it"


def _points(rules: ProgrammeRules, score: DailyScore | None) -> str:
    return "" if score is None else f" with {rules.shown(score.points)} points"


def _short_of(rules: ProgrammeRules, score: DailyScore | None) -> str:
    if score is None:
        return "no score is known"
    of_total = ""
    faults: list[str] = []
    if score.points < rules.qualifying_total:
        of_total = f" of {rules.shown(rules.qualifying_total)}"
        faults.append(f"{rules.shown(rules.qualifying_total - Fraction(rules.shown(score.points)))} short")
    if score.zero_metrics and score.points:
        faults.append(f"no points in {', '.join(rules.metric_names.get(metric, metric) for metric in score.zero_metrics)}")
    if not score.complete:
        faults.append("the facts do not cover every month that is needed")
    return f"{rules.shown(score.points)}{of_total} points" + "".join(f", {fault}" for fault in faults)


def _better(rules: ProgrammeRules, best: BestScore, today: DailyScore | None) -> str:
    return f"; at best {rules.shown(best.points)} on {best.day}" if today is None or best.points > today.points else ""

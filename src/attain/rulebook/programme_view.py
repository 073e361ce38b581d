"""The figures that hold for every designation alike, laid out for reading: each in words, from its first day on, with its source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attain.rulebook.programme import Badge, EnrollmentTrack, QualificationWindow
from attain.rulebook.words import TRACK_NAMES, number

if TYPE_CHECKING:
    from attain.rulebook.programme import Programme

LABELS = {
    "points_cap": ("Points at most", ""),
    "qualifying_total": ("Total that qualifies", "points"),
    "metric_above": ("Every metric must be above", "points"),
    "decimals_shown": ("Decimals shown", ""),
    "increments": ("Growth earns", ""),
    "refresh_day": ("Usage data refreshed by day", "of the next month"),
    "skilling_refresh_days": ("Certificates show within", "days"),
    "retired_certificate_years": ("A retired certificate counts for", "years"),
    "badges": ("Badges", ""),
    "all_held": ("Badge of who holds all", ""),
    "not_enrolled_window": ("Qualification window before enrollment", ""),
    "enrolled_window": ("Qualification window of an enrolled partner", ""),
    "renewal_window_days": ("Renewal window", "days"),
    "anniversary_days": ("Anniversary after", "days"),
    "fee_usd": ("Fee", "USD a year"),
    "history_months_before": ("Months of scoring history", ""),
    "enrollment_track": ("Track kept from an enrollment", ""),
    "workspace_roles": ("Who sees which workspace", ""),
}
"""How each figure is called, and its unit; in the order in which they are shown."""


@dataclass(frozen=True)
class Figure:
    """One value of a figure in words, in force from a day until the next one's."""

    name: str
    label: str
    from_: dt.date
    until: dt.date | None
    words: str
    source: str
    standing: str
    note: str
    interpretations: tuple[str, ...]

    def holds(self, day: dt.date) -> bool:
        """Say whether it is in force on a day."""
        return self.from_ <= day and (self.until is None or day < self.until)


def programme_figures(programme: Programme) -> list[Figure]:
    """List every value of every figure of the programme, figure by figure, oldest first."""
    found: list[Figure] = []
    for name, (label, unit) in LABELS.items():
        leaf = getattr(programme, name)
        for place, entry in enumerate(leaf):
            until = leaf[place + 1].from_ if place + 1 < len(leaf) else None
            words = _words(programme, name, entry.value)
            said = f"{words} {unit.removesuffix('s') if words == '1' else unit}".strip()
            found.append(Figure(name, label, entry.from_, until, said, entry.source, entry.standing, entry.note, entry.interpretations))
    return found


def _words(programme: Programme, name: str, value: Any) -> str:
    if isinstance(value, QualificationWindow):
        return _window(value)
    if isinstance(value, EnrollmentTrack):
        called = {designation.id: designation.name for designation in programme.designations}
        names = ", ".join(called[one] for one in value.designations)
        prefer, otherwise = TRACK_NAMES[value.prefer], TRACK_NAMES[value.otherwise]
        return f"{prefer} if it was that at the end of any of {value.months_before} months before, else {otherwise}; for {names}"
    if name == "badges":
        badges: tuple[Badge, ...] = value
        return ", ".join(badge.name for badge in badges)
    if name == "workspace_roles":
        called = {role.id: role.name for role in programme.roles}
        granted: dict[str, tuple[str, ...]] = value
        return "; ".join(f"{workspace.capitalize()}: {', '.join(called[role] for role in roles)}" for workspace, roles in granted.items())
    if name == "increments":
        return "continuous points" if value == "continuous" else "whole points"
    return number(value) if isinstance(value, (int, Fraction)) else str(value)


def _window(window: QualificationWindow) -> str:
    if window.months_before is not None:
        said = f"the month and the {window.months_before} full months before it"
        return f"{said}, and the renewal window" if window.renewal_window else said
    return f"the {window.days_before} days before" if window.days_before else "the day itself"

"""Sections 2.3, 3.3, 4 and 5: who holds what on a day, and what it earns (I-14)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.oracle.months import one_year_after
from tests.oracle.names import name_key, name_keys
from tests.oracle.outcome import Outcome
from tests.oracle.rollup import Row
from tests.oracle.skills import RETIRED, Skill

_RETIRED = {name_key(name): day for name, day in RETIRED.items()}


def is_valid(row: Row, day: date) -> bool:
    """Whether a certificate counts on a day, whatever the lists say."""
    if (row.get("status") or "active") != "active":
        return False
    if row["earned_on"] > day:
        return False
    expires: date | None = row.get("expires_on")
    if expires is not None and day > expires:
        return False
    retired = _RETIRED.get(name_key(row["certification"]))
    if retired is not None:
        return row["earned_on"] <= retired and day <= one_year_after(retired)
    return True


def holders(rows: list[Row], certificates: tuple[str, ...], day: date) -> set[str]:
    listed = name_keys(certificates)
    return {row["person_id"] for row in rows if name_key(row["certification"]) in listed and is_valid(row, day)}


def score_skill(skill: Skill, rows: list[Row], day: date, maximum: int) -> Outcome:
    """Score one certificate metric."""
    paid, by_gates, all_met = Fraction(0), Fraction(0), True
    for gate in skill.gates:
        by_gates += gate.points
        if len(holders(rows, gate.certificates, day)) >= gate.people:
            paid += gate.points
        else:
            all_met = False
    people = len(holders(rows, skill.certificates, day)) if all_met else 0
    points = min(paid + people * skill.each, Fraction(maximum))
    return Outcome(Fraction(people), (maximum - by_gates) / skill.each, points)

"""Whom a plan asks to certify: people who are there before people to be found, and certificates that count on the day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import attain
from attain.advise.action_costs import ActionCosts
from attain.advise.cheapest import cheapest
from attain.advise.hypothesis import Hypotheses
from attain.advise.people_actions import NEWCOMER, PEOPLE
from attain.advise.plans import Action
from attain.lifecycle.windows import years_later
from tests.advise.exhaustive import lenient_book
from tests.advise.small import PARTNER, small_facts

MS_900 = lenient_book().catalog.certifications["MS-900"].retired_on
assert MS_900 is not None
EXAMS = ActionCosts(certify=ActionCosts().of("certify").model_copy(update={"cost_usd": 1}))
"""Nothing is cheaper than an exam."""
COUNTS_UNTIL = years_later(MS_900, 1)


def people(folder: Path, designation: str, on: date, *certificates: str) -> Hypotheses:
    facts = attain.load(small_facts(folder, certificates))
    assert not facts.report.rejects
    return Hypotheses(lenient_book(), facts, PARTNER, on, designations=[designation])


def one_more(held: Hypotheses, by: date) -> tuple[Action, ...]:
    """What is done first for anything more than there is by a day."""
    designation = next(iter(held.current.of))
    before = cheapest(held, designation, by=by).before
    plan = cheapest(held, designation, target=before + 1, by=by, costs=EXAMS).plans[0]
    assert plan.optimal
    assert plan.total > before
    return plan.actions


@pytest.mark.parametrize(("on", "by"), [(date(2027, 5, 3), date(2027, 8, 2)), (date(2027, 1, 11), date(2027, 4, 1))])
def test_who_holds_a_certificate_of_a_retired_exam_takes_another_one(on: date, by: date, tmp_path: Path) -> None:
    """MS-900 counts for a year after it retired: on the first day no more, on the second still, and by neither of the days asked for."""
    held = people(tmp_path, "modern-work", on, "p1,Ada,MS-900,2025-06-10,,active", "p2,Ben,MS-700,2026-03-10,,active")
    assert by > COUNTS_UNTIL
    assert [action.words for action in one_more(held, by)] == ["Ada earns MS-700"]


def test_nothing_is_asked_of_who_still_counts(tmp_path: Path) -> None:
    held = people(tmp_path, "modern-work", date(2027, 1, 11), "p1,Ada,MS-900,2025-06-10,,active", "p2,Ben,MS-700,2026-03-10,,active")
    words = {action.words for action in cheapest(held, "modern-work", by=COUNTS_UNTIL).considered}
    assert "Ada earns MS-700" not in words
    assert f"{NEWCOMER} 1 earns MS-700" in words


def test_a_certificate_earned_after_its_exam_retired_does_not_stand_in_the_way(tmp_path: Path) -> None:
    held = people(tmp_path, "modern-work", date(2026, 11, 24), "p1,Ada,MS-900,2026-04-01,,active", "p2,Ben,MS-700,2026-03-10,,active")
    assert [action.words for action in one_more(held, date(2027, 2, 1))] == ["Ada earns MS-700"]


@pytest.mark.parametrize("expires", ["", "2027-03-01"])
def test_of_plans_that_cost_the_same_one_asks_whom_there_is(expires: str, tmp_path: Path) -> None:
    """Ada may renew AZ-500 as well in the second case, so that nobody else can be chosen as she can."""
    held = people(
        tmp_path, "security", date(2026, 11, 24), f"p1,Ada,AZ-500,2026-01-10,{expires},active", "p2,Ben,SC-200,2026-03-10,,active"
    )
    assert [action.to_be_found for action in one_more(held, date(2027, 5, 24))] == [False]


def test_everybody_for_whom_there_is_something_to_do_is_thought_of(tmp_path: Path) -> None:
    """Those who hold all come first, and are no reason to leave Zoe out."""
    full = [f"p{place:02},Person {place},MS-700,2026-03-10,,active" for place in range(PEOPLE + 1)]
    advanced = [row.replace("MS-700", "MS-102") for row in full]
    held = people(tmp_path, "modern-work", date(2026, 10, 1), *full, *advanced, "z1,Zoe,AZ-500,2026-01-10,,active")
    asked = {action.group for action in cheapest(held, "modern-work", by=date(2027, 3, 1)).considered if action.kind == "certify"}
    assert "z1" in asked
    assert not {f"p{place:02}" for place in range(PEOPLE + 1)} & asked


def test_an_exam_whose_certificate_counts_no_more_on_the_day_is_not_asked_for(tmp_path: Path) -> None:
    """AZ-204 could still be earned before it retires, and is the first of its list; by the day only PL-400 counts."""
    on, by = date(2026, 6, 10), date(2027, 8, 15)
    held = people(tmp_path, "digital-app-innovation", on, "p1,Ada,AZ-104,2026-01-10,,active", "p2,Ben,AZ-104,2026-01-10,,active")
    asked = {action.words for action in cheapest(held, "digital-app-innovation", by=by).considered}
    assert "Ada earns PL-400" in asked
    assert not any(words.endswith("AZ-204") for words in asked)

"""Recommendations gain, or keep, what they say, through the simulator that their button opens."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.advise.action_costs import ActionCosts
from attain.advise.actions import undated_actions
from attain.advise.applying import apply_changes
from attain.advise.changes import Change, RemoveCertificate, RenewCertificate
from attain.advise.cheapest import total_of
from attain.advise.hypothesis import Hypotheses
from attain.advise.plans import RECOMMENDATION_COLUMNS, Recommendation, recommendation_records
from attain.advise.recommending import _best, recommendations
from attain.advise.scenario import Scenario
from attain.advise.simulation import simulate
from attain.advise.timing import Timing
from attain.errors import AttainError
from attain.report.files import write_document
from attain.rulebook.load import load_book
from attain.scoring.rationals import MICRO, cut
from tests.advise.small import DAY, PARTNER, small, small_facts

BY = date(2027, 5, 24)


@pytest.fixture(scope="module")
def hypotheses(tmp_path_factory: pytest.TempPathFactory) -> Hypotheses:
    return small(tmp_path_factory.mktemp("small"), "security", "modern-work")


def test_each_gains_what_it_says(hypotheses: Hypotheses) -> None:
    found = recommendations(hypotheses, by=BY)
    assert list(found) == list(hypotheses.current.of)
    assert 0 < len(found["security"]) <= 5
    for name, some in found.items():
        assert [one.points for one in some] == sorted((one.points for one in some), reverse=True)
        for one in some:
            change = next(each for each in simulate(hypotheses, one.scenario, explained=False).designations if each.designation == name)
            assert one.points > 0
            assert one.protects or change.change == one.points


def test_what_expires_is_to_be_renewed_by_its_last_day(hypotheses: Hypotheses) -> None:
    """Ada's SC-200 expires on 2026-12-15; without it step 2 of the smb track is not met, and its points are gone.

    Her AZ-500 expires, too, and step 1 with it; its exam has retired, so that she is to take another one.
    """
    kept = [one for one in recommendations(hypotheses, by=BY)["security"] if one.protects]
    assert [(one.action.words, one.deadline) for one in kept] == [
        ("Ada renews SC-200, which counts until 2026-12-15", date(2026, 12, 15)),
        ("Ada earns SC-500, since AZ-500 counts until 2027-01-10", date(2027, 1, 10)),
    ]
    without = hypotheses.score(apply_changes(hypotheses, [RemoveCertificate(person="p1", certification="SC-200")]))
    before = total_of(hypotheses.current.of["security"])
    assert kept[0].points == before - total_of(without.of["security"]) > 0
    assert kept[0].metric == "intermediate_certifications"


def test_who_holds_a_certificate_of_a_retired_exam_takes_another_one_by_its_last_day(tmp_path: Path) -> None:
    """MS-900 cannot be renewed: Ada keeps the points of smb's second person with another exam, and no new person is asked to."""
    certificates = ["p1,Ada,MS-900,2025-06-10,,active", "p2,Ben,MS-700,2026-03-10,,active"]
    facts = attain.load(small_facts(tmp_path, certificates))
    held = Hypotheses(load_book(), facts, PARTNER, date(2027, 1, 11), designations=["modern-work"])
    kept = [one for one in recommendations(held)["modern-work"] if one.protects]
    assert [(one.action.words, one.deadline) for one in kept] == [
        ("Ada earns MS-700, since MS-900 counts until 2027-03-31", date(2027, 3, 31))
    ]
    gone = apply_changes(held, [RemoveCertificate(person="p1", certification="MS-900")])
    before, without, instead = (
        total_of(held.score(one).of["modern-work"]) for one in (held.today, gone, apply_changes(held, kept[0].action.changes, gone))
    )
    assert kept[0].points == before - without == instead - without > 0
    assert kept[0].metric == "intermediate_certifications"


def test_a_renewed_certificate_is_valid_for_as_many_years_as_the_costs_say(hypotheses: Hypotheses) -> None:
    for years in (1, 2):
        found = recommendations(hypotheses, by=BY, costs=ActionCosts(renewed_years=years))["security"]
        (change,) = next(one for one in found if one.protects).action.changes
        assert isinstance(change, RenewCertificate)
        assert change.expires_on == date(2026 + years, 12, 15)


def test_of_associations_for_the_same_usage_one_is_recommended(hypotheses: Hypotheses) -> None:
    """Birch's Intune counts with a claim as with CSP; where both are tried, the cheaper one stands."""
    ways = [
        one
        for one in undated_actions(hypotheses, "security", ActionCosts())
        if one.words.endswith("at Birch") and one.kind != "keep_customer"
    ]
    links = [one for one in ways if one.kind in {"claim_cpor", "link_csp"}]
    assert {one.words for one in links} == {"CPOR at Birch", "CSP Tier 2 at Birch"}
    same = [Recommendation(one, "deployments", Fraction(3), None, BY) for one in links]
    assert [one.action for one in _best(same, 5)] == [min(links, key=lambda one: one.cost)]
    other = replace(links[0], changes=(links[0].changes[0].model_copy(update={"workload": "teams"}),))
    assert len(_best([*same, Recommendation(other, "deployments", Fraction(3), None, BY)], 5)) == 2


def test_the_deadline_is_the_last_day_that_is_early_enough(hypotheses: Hypotheses) -> None:
    costs = ActionCosts()
    timing = Timing(hypotheses, DAY, dated=False)
    tried = 0
    for one in recommendations(hypotheses, by=BY)["security"]:
        if one.deadline is not None and not one.protects:
            takes = costs.of(one.action.kind)
            assert timing.acts_on(one.action.kind, takes, one.deadline) <= BY
            assert timing.acts_on(one.action.kind, takes, one.deadline + timedelta(days=1)) > BY
            tried += 1
    assert tried
    soon = recommendations(hypotheses, by=DAY)["security"]
    assert all(one.deadline is None for one in soon if not one.protects)


def test_fewer_may_be_wanted(hypotheses: Hypotheses) -> None:
    found = recommendations(hypotheses, by=BY, costs=ActionCosts(recommend_at_most=1))
    assert [len(some) for some in found.values()] == [1, min(1, len(found["modern-work"]))]


def read_changes_of(plain: list[dict[str, Any]]) -> list[tuple[Change, ...]]:
    return [Scenario.model_validate({"changes": one["changes"]}).changes for one in plain]


def test_as_json_and_as_rows(hypotheses: Hypotheses, tmp_path: Path) -> None:
    found = recommendations(hypotheses, by=BY)
    write_document({"found": [one.to_json() for one in found["security"]]}, tmp_path / "found.json")
    plain = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"), parse_float=Decimal)["found"]
    assert not any(isinstance(one["points"], str) for one in plain)
    assert [Fraction(one["points"]) for one in plain] == [Fraction(cut(one.points), MICRO) for one in found["security"]]
    assert read_changes_of(plain) == [one.action.changes for one in found["security"]]
    rows = recommendation_records(hypotheses.account, DAY, found)
    assert len(rows) == sum(map(len, found.values()))
    assert all(list(row) == list(RECOMMENDATION_COLUMNS) for row in rows)


def test_a_day_before_is_refused(hypotheses: Hypotheses) -> None:
    with pytest.raises(AttainError, match="lies before"):
        recommendations(hypotheses, by=DAY - timedelta(days=1))


def test_a_plan_of_usage_is_done_before_its_month_counts(tmp_path: Path) -> None:
    """Seats that are there on 23 January count with January, from 20 February on; consumption needs a whole month, February's."""
    timing = Timing(small(tmp_path), DAY, dated=True)
    takes = ActionCosts().of("raise_seats")
    assert takes.days == 60
    assert timing.done_on(takes) == date(2027, 1, 23)
    assert timing.acts_on("raise_seats", takes) == date(2027, 2, 20)
    assert timing.acts_on("raise_consumption", takes) == date(2027, 3, 20)
    assert timing.acts_on("certify", takes) == date(2027, 2, 2)
    assert timing.since("raise_consumption", takes) == date(2027, 2, 1)

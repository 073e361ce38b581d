"""The cheapest path against every set of actions, and the promises of plans against the score."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

import attain
from attain.advise.action_costs import ActionCosts, ActionKind, Takes, read_costs
from attain.advise.applying import apply_changes
from attain.advise.cheapest import assumed_on, cheapest, reaches, total_of
from attain.advise.hypothesis import Hypotheses
from attain.advise.plans import PLAN_COLUMNS, plan_records
from attain.advise.scenario import Scenario
from attain.advise.simulation import simulate
from attain.errors import AttainError
from attain.report.files import write_document
from attain.rulebook.load import load_book
from tests.advise.drawn import drawn_facts, hypotheses_of
from tests.advise.exhaustive import drawn_cases, lenient_book
from tests.advise.small import ACME, DAY, LAST, PARTNER, small, small_facts
from tests.oracle import figures

BY = date(2027, 5, 24)
LATEST = [(designation, figures.EDITIONS[designation][-1][0]) for designation in figures.DESIGNATIONS]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("designation", "edition"), LATEST)
def test_as_cheap_as_any_set_of_actions(designation: str, edition: str, seed: int, tmp_path: Path) -> None:
    """Twelve draws; `python -m bench plans` draws thousands."""
    facts, day = drawn_facts(designation, edition, seed, tmp_path)
    found = 0
    for hypotheses in list(hypotheses_of(facts, day, designation))[1:3]:
        lenient = Hypotheses(lenient_book(), facts, hypotheses.account, day, designations=[designation])
        for one in (hypotheses, lenient):
            for case in drawn_cases(one, designation, seed, targets=2):
                assert case.faults() == []
                found += len(case.plans)
    assert found


def test_usage_that_no_association_recognizes_is_given_one(tmp_path: Path) -> None:
    """No row has an association and none an offer that is left out: what recognizes usage looks at no row, and is no fault."""
    months = [f"{month // 12}-{month % 12 + 1:02}" for month in range(LAST - 23, LAST + 1)]
    header = "month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd,basis"
    rows = [f"{month},{PARTNER},{ACME},s1,Storage,,,2000,acr" for month in months]
    (tmp_path / "azure_usage.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    held = Hypotheses(load_book(), attain.load(tmp_path), PARTNER, DAY, designations=["data-ai"])
    assert {action.kind for action in cheapest(held, "data-ai").considered} >= {"link_pal", "link_dpor"}


def test_a_target_that_is_just_met_is_not_called_out_of_reach(tmp_path: Path) -> None:
    """Drawn by `python -m bench plans`: HiGHS took rows that are just met for ones that leave no choice, and found none of 24 sets."""
    facts, day = drawn_facts("data-ai", "2026-07", 1002, tmp_path)
    one = next(found for found in hypotheses_of(facts, day, "data-ai") if found.account == "P0001")
    cases = {case.target: case for case in drawn_cases(one, "data-ai", 1002, targets=8, hair=True)}
    assert [plan.cost for plan in cases[Fraction(42)].plans][:1] == [1350]
    assert [fault for case in cases.values() for fault in case.faults()] == []


@pytest.fixture(scope="module")
def hypotheses(tmp_path_factory: pytest.TempPathFactory) -> Hypotheses:
    return small(tmp_path_factory.mktemp("small"))


def test_plans_keep_their_promise_and_differ(hypotheses: Hypotheses) -> None:
    found = cheapest(hypotheses, "security", target=Fraction(25), by=BY)
    future = assumed_on(hypotheses, "security", BY)
    assert len(found.plans) == 3
    assert found.proven
    for place, plan in enumerate(found.plans):
        score = future.score(apply_changes(future, plan.scenario.changes)).of["security"]
        assert reaches(score, found.target, Fraction(0))
        assert (total_of(score), score.selected) == (plan.total, plan.track)
        assert sum(plan.metrics.values()) == plan.total
        assert plan.cost == sum(action.cost for action in plan.actions) == plan.bound
        assert plan.optimal
        assert all(action.acts_on <= BY for action in plan.actions)
        assert all(not earlier.kinds <= plan.kinds for earlier in found.plans[:place])
    assert [plan.cost for plan in found.plans] == sorted(plan.cost for plan in found.plans)


def test_a_plan_as_json_and_as_rows(hypotheses: Hypotheses, tmp_path: Path) -> None:
    found = cheapest(hypotheses, "security", target=Fraction(25), by=BY)
    write_document(found.to_json(), tmp_path / "plan.json")
    plain = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"), parse_float=Decimal)
    assert [plan["cost_usd"] for plan in plain["plans"]] == [plan.cost for plan in found.plans]
    assert {action["kind"] for plan in plain["plans"] for action in plan["actions"]} <= set(ActionCosts.model_fields)
    rows = plan_records(found)
    assert len(rows) == sum(len(plan.actions) for plan in found.plans)
    assert all(list(row) == list(PLAN_COLUMNS) for row in rows)


def test_what_the_facts_do_not_cover_is_said(hypotheses: Hypotheses, tmp_path: Path) -> None:
    """I-11: without workload_usage all points of a plan may be there, and a total of that kind is never shown as qualified."""
    assert cheapest(hypotheses, "security", target=Fraction(25), by=BY).notes == ()
    (small_facts(tmp_path) / "workload_usage.csv").unlink()
    held = Hypotheses(lenient_book(), attain.load(tmp_path), PARTNER, DAY, designations=["security"])
    found = cheapest(held, "security", target=Fraction(0), by=BY)
    assert [plan.actions for plan in found.plans] == [()]
    assert not assumed_on(held, "security", BY).current.of["security"].complete
    said = "security, {} track, net_customer_adds: incomplete, there is no workload_usage table"
    assert said.format(found.track_before) in found.notes
    assert found.to_json()["notes"] == list(found.notes)
    assert said.format(held.current.of["security"].selected) in simulate(held, Scenario()).notes


def test_too_soon_for_anything(hypotheses: Hypotheses) -> None:
    found = cheapest(hypotheses, "security", by=DAY)
    assert (found.considered, found.plans, found.proven) == ((), (), True)


def test_nothing_to_do(hypotheses: Hypotheses) -> None:
    book = lenient_book()
    lenient = Hypotheses(book, hypotheses.facts, hypotheses.account, DAY, designations=["security"])
    found = cheapest(lenient, "security", target=Fraction(0), by=BY)
    assert [(plan.actions, plan.cost, plan.optimal, plan.worth_it) for plan in found.plans] == [((), 0, True, True)]


def test_worth_it_against_the_fee_or_what_the_user_says(hypotheses: Hypotheses) -> None:
    fee = hypotheses.book.programme.on(BY).fee_usd
    dear = Takes(cost_usd=fee, days=30, likelihood_percent=50)
    every = dict.fromkeys(get_args(ActionKind), dear)
    plan = cheapest(hypotheses, "security", target=Fraction(25), by=BY, costs=ActionCosts.model_validate(every)).plans[0]
    assert plan.cost > fee
    assert not plan.worth_it
    for worth, is_worth_it in ((plan.cost, True), (plan.cost - 1, False)):
        costs = ActionCosts.model_validate({**every, "worth_usd": worth})
        assert cheapest(hypotheses, "security", target=Fraction(25), by=BY, costs=costs).plans[0].worth_it is is_worth_it


def test_likelihood_is_shown_and_not_optimized(hypotheses: Hypotheses) -> None:
    sure, doubtful = (
        cheapest(
            hypotheses,
            "security",
            target=Fraction(25),
            by=BY,
            costs=ActionCosts(claim_cpor=ActionCosts().of("claim_cpor").model_copy(update={"likelihood_percent": percent})),
        ).plans[0]
        for percent in (100, 10)
    )
    assert [action.words for action in sure.actions] == [action.words for action in doubtful.actions]
    claimed = sum(action.kind == "claim_cpor" for action in sure.actions)
    assert claimed
    assert doubtful.likelihood == sure.likelihood / 10**claimed


@pytest.mark.parametrize(
    ("asked", "message"), [({"by": date(DAY.year, 1, 1)}, "lies before"), ({"target": Fraction(101)}, "cannot be reached")]
)
def test_what_cannot_be_asked_is_refused(hypotheses: Hypotheses, asked: dict[str, date | Fraction], message: str) -> None:
    with pytest.raises(AttainError, match=message):
        cheapest(hypotheses, "security", **asked)  # pyright: ignore[reportArgumentType] - each value fits its name


def test_the_solver_says_nothing(hypotheses: Hypotheses, capfd: pytest.CaptureFixture[str]) -> None:
    assert cheapest(hypotheses, "security", target=Fraction(25), by=BY).plans
    assert capfd.readouterr() == ("", "")


def test_costs_are_read_strictly(tmp_path: Path) -> None:
    good = tmp_path / "costs.yaml"
    good.write_text("certify: {cost_usd: '99.50', days: 10, likelihood_percent: 80}\nworth_usd: 9000\n", encoding="utf-8")
    costs = read_costs(good)
    assert (costs.of("certify").cost_usd, costs.worth_usd) == (Fraction(199, 2), 9000)
    assert costs.of("link_pal") == ActionCosts().of("link_pal")
    bad = tmp_path / "bad.yaml"
    bad.write_text("certfy: {cost_usd: 1, days: 10, likelihood_percent: 80}\n", encoding="utf-8")
    with pytest.raises(AttainError, match=r"bad\.yaml:1.*certify") as raised:
        read_costs(bad)
    assert raised.value.code.startswith("costs-")

"""Simulations, scenarios, forecasts, paths and another edition over the interface: the same as the library gives."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from attain.advise.advice import Advice
from attain.advise.outlook import NOT_AN_ENTITLEMENT
from attain.advise.scenario import Scenario, change_fields
from attain.people.models import AuditEntry, Event, TokenScope
from attain.people.roles import Role
from attain.recorded.models import EditedRulebook, SavedScenario
from attain.rulebook.edited import edited_book
from attain.rulebook.load import load_book
from attain.rulebook.walk import by_date
from attain.scoring.rationals import cut
from attain.workspace import Workspace
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.api.test_rule_changes import edited
from tests.people.places import OTHER, OWN

PARTNER = f"/partners/{OWN}"
SCENARIOS = f"{PARTNER}/scenarios"


@pytest.fixture(scope="module")
def workspace(facts: Path) -> Workspace:
    return Workspace.open(facts)


@pytest.fixture(scope="module")
def advice(workspace: Workspace) -> Advice:
    return workspace.advice(DAY, partner=OWN)


@pytest.fixture(scope="module")
def changes(advice: Advice) -> list[dict[str, Any]]:
    """A customer that counts is lost, and a person leaves."""
    losses = advice.fragility().losses
    customer = next(one.entity for one in losses if one.kind == "customer")
    person = next(one.entity for one in losses if one.kind == "person")
    return [{"do": "drop_customer", "tenant": customer}, {"do": "remove_person", "person": person}]


def amount(value: Fraction) -> Decimal:
    return Decimal(cut(value)).scaleb(-6)


def posted(caller: Caller, path: str, body: object) -> Any:
    answer = caller.post(path, body, Prefer="wait=30")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_simulation_is_that_of_the_library(caller: Caller, advice: Advice, changes: list[dict[str, Any]]) -> None:
    said = posted(caller, f"{PARTNER}/simulation", {"changes": changes})
    known = advice.simulate(Scenario.model_validate({"changes": changes}))
    assert known.changed
    for one, rule in zip(said["designations"], known.designations, strict=True):
        assert (one["designation"], one["before"]["track"], one["after"]["track"]) == (
            rule.designation,
            rule.before.track,
            rule.after.track,
        )
        assert (Decimal(one["before"]["total"]), Decimal(one["after"]["total"])) == (amount(rule.before.total), amount(rule.after.total))
        assert Decimal(one["change"]) == amount(rule.change)
        moves = [(move["kind"], move["entity"], Decimal(move["points"])) for metric in one["metrics"] for move in metric["moves"]]
        assert moves == [(move.kind, move.entity, amount(move.points)) for metric in rule.metrics for move in metric.moves]


def test_no_change_moves_nothing(caller: Caller) -> None:
    said = posted(caller, f"{PARTNER}/simulation", {"changes": []})
    assert {Decimal(one["change"]) for one in said["designations"]} == {Decimal(0)}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"changes": [{"do": "drop_custmer", "tenant": "x"}]}, 422, "not-valid"),
        ({"changes": [{"do": "drop_customer"}]}, 422, "not-valid"),
        ({"changes": [{"do": "drop_customer", "tenant": "Nobody at all"}]}, 400, "unknown-tenant"),
        ({"changes": [{"do": "drop_customer", "tenant": "x"}] * 51}, 422, "not-valid"),
        ({}, 422, "not-valid"),
    ],
)
def test_a_change_that_cannot_be_made_is_a_problem(caller: Caller, body: dict[str, Any], status: int, code: str) -> None:
    answer = caller.post(f"{PARTNER}/simulation", body, Prefer="wait=30")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_a_scenario_is_saved_played_and_removed(caller: Caller, changes: list[dict[str, Any]]) -> None:
    answer = caller.post(SCENARIOS, {"name": "A bad month", "note": "if both leave", "changes": changes})
    assert answer.status_code == 201
    made = answer.json()
    assert made["changes"] == changes
    assert made["saved_by"] == "partner_admin@contoso.example (test)"
    assert [one["name"] for one in caller.get(SCENARIOS).json()["scenarios"]] == ["A bad month"]
    assert caller.get(f"{SCENARIOS}/{made['id']}").json() == made
    again = caller.post(SCENARIOS, {"name": "A bad month", "changes": changes})
    assert (again.status_code, again.json()["code"]) == (409, "scenario-saved")
    played = caller.get(f"{SCENARIOS}/{made['id']}/simulation", Prefer="wait=30").json()
    assert played == posted(caller, f"{PARTNER}/simulation", {"changes": changes})
    assert caller.send("DELETE", f"{SCENARIOS}/{made['id']}").status_code == 200
    assert caller.get(f"{SCENARIOS}/{made['id']}").json()["code"] == "no-such-scenario"
    assert SavedScenario.objects.get().removed_by == "partner_admin@contoso.example (test)"
    entries = AuditEntry.objects.filter(event=Event.SCENARIO_SAVED)
    assert [(entry.actor, entry.partner_id) for entry in entries] == [("partner_admin@contoso.example (test)", OWN)] * 2


def test_a_scenario_names_no_person_to_who_may_not_see_names(caller: Caller, changes: list[dict[str, Any]]) -> None:
    made = caller.post(SCENARIOS, {"name": "A bad month", "changes": changes}).json()
    viewer = Role.EXECUTIVE_REPORT_VIEWER
    for path in (SCENARIOS, f"{SCENARIOS}/{made['id']}"):
        answer = caller.get(path, viewer, Prefer="wait=30")
        assert answer.status_code == 200
        assert changes[1]["person"] not in answer.content.decode()
    played = caller.get(f"{SCENARIOS}/{made['id']}/simulation", viewer, Prefer="wait=30")
    own = caller.get(f"{SCENARIOS}/{made['id']}/simulation", Prefer="wait=30")
    assert changes[1]["person"] not in played.content.decode()
    assert [one["after"] for one in played.json()["designations"]] == [one["after"] for one in own.json()["designations"]]


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [
        (Role.PARTNER_ADMIN, (TokenScope.READ,), 403),
        (Role.PARTNER_ADMIN, (TokenScope.READ, TokenScope.IMPORT), 403),
        (Role.PARTNER_ADMIN, (TokenScope.PLAN,), 201),
        (Role.EXECUTIVE_REPORT_VIEWER, (TokenScope.READ, TokenScope.PLAN), 403),
    ],
)
def test_saving_needs_the_role_and_the_scope(caller: Caller, role: Role, scopes: tuple[TokenScope, ...], status: int) -> None:
    body = {"name": "Mine", "changes": [{"do": "drop_customer", "tenant": "x"}]}
    assert caller.post(SCENARIOS, body, role, scopes).status_code == status


def test_a_stranger_learns_nothing_from_what_is_wrong_with_a_call(caller: Caller) -> None:
    for path in (f"/partners/{OTHER}/simulation", f"/partners/{OTHER}/scenarios", "/partners/0/path"):
        wrong, right = caller.post(path, {"nonsense": 1}), caller.post(path, {"changes": []})
        assert (wrong.status_code, right.status_code) == (404, 404)
        assert wrong.json() == right.json()


def test_a_forecast_is_that_of_the_library(caller: Caller, workspace: Workspace) -> None:
    known = workspace.advice(DAY, partner=OWN, designations=["security"]).forecast()
    one = known.of("security")
    answer = caller.get(f"{PARTNER}/forecast?designation=security", Prefer="wait=30")
    said = answer.json()
    assert said["disclaimer"] == NOT_AN_ENTITLEMENT
    assert [(step["day"], Decimal(step["total"]), step["qualified"]) for step in said["steps"]] == [
        (step.day.isoformat(), amount(step.total), step.qualified) for step in one.steps
    ]
    assert said["comparisons"] == known.comparisons
    assert said["safe_until"] == (None if one.safe_until is None else one.safe_until.isoformat())
    assert caller.get(f"{PARTNER}/forecast?designation=security", If_None_Match=answer["ETag"]).status_code == 304
    file = caller.get(f"{PARTNER}/forecast?designation=security&format=csv", Prefer="wait=30")
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert [Decimal(row["points"]) for row in rows if row["metric"] == "total"] == [Decimal(step["total"]) for step in said["steps"]]


def test_a_forecast_follows_what_is_expected_and_changed(caller: Caller, workspace: Workspace, changes: list[dict[str, Any]]) -> None:
    path = f"{PARTNER}/forecast?designation=security&usage=set&expect=percent%3D-50&change=drop_customer+tenant%3D{changes[0]['tenant']}"
    said = caller.get(path, Prefer="wait=30").json()
    advice = workspace.advice(DAY, partner=OWN, designations=["security"])
    from attain.advise.expected import read_expected

    scenario = Scenario.model_validate({"changes": changes[:1]})
    known = advice.forecast(usage="set", expected=[read_expected("percent=-50")], changes=scenario.changes).of("security")
    assert [Decimal(step["total"]) for step in said["steps"]] == [amount(step.total) for step in known.steps]
    wrong = caller.get(f"{PARTNER}/forecast?designation=security&usage=set&expect=percnt%3D-50")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-expectation")


def test_a_path_is_that_of_the_library(caller: Caller, workspace: Workspace) -> None:
    body = {"designation": "security", "by": "2027-03-31", "costs": {"certify": {"cost_usd": "1", "days": 10, "likelihood_percent": 90}}}
    said = posted(caller, f"{PARTNER}/path", body)
    from attain.advise.action_costs import ActionCosts

    advice = workspace.advice(DAY, partner=OWN, designations=["security"])
    known = advice.plan("security", by=DAY.replace(year=2027, month=3, day=31), costs=ActionCosts.model_validate(body["costs"]))
    assert said["considered"] == len(known.considered)
    assert said["disclaimer"] == NOT_AN_ENTITLEMENT
    assert [(Decimal(plan["cost_usd"]), Decimal(plan["total"]), plan["optimal"]) for plan in said["plans"]] == [
        (amount(plan.cost), amount(plan.total), plan.optimal) for plan in known.plans
    ]
    for plan, rule in zip(said["plans"], known.plans, strict=True):
        made = [change for action in plan["actions"] for change in action["changes"]]
        expected = [change_fields(change) for change in rule.scenario.changes]
        assert sorted(map(str, made)) == sorted(map(str, expected))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"designation": "securty"}, 404, "unknown-designation"),
        ({"designation": "security", "by": "2026-11-23"}, 400, "bad-day"),
        ({"designation": "security", "target": 101}, 400, "bad-target"),
        ({"designation": "security", "target": 70.5}, 422, "not-valid"),
        ({"designation": "security", "costs": {"certfy": {}}}, 422, "not-valid"),
    ],
)
def test_a_path_that_cannot_be_asked_for_is_a_problem(caller: Caller, body: dict[str, Any], status: int, code: str) -> None:
    answer = caller.post(f"{PARTNER}/path", body, Prefer="wait=30")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_edition_is_played_on_todays_facts(caller: Caller, workspace: Workspace) -> None:
    earlier = by_date(load_book().designations["security"])[0].id
    said = caller.get(f"{PARTNER}/rule-change?edition={earlier}", Prefer="wait=30").json()
    known = list(workspace.impact(DAY, edition=earlier, partners=[OWN]).rows())
    assert [(one["designation"], one["edition_after"], Decimal(one["change"])) for one in said["rows"]] == [
        (row.designation, row.edition_after, amount(row.change)) for row in known
    ]
    assert caller.get(f"{PARTNER}/rule-change?edition=1999-01", Prefer="wait=30").json()["code"] == "unknown-edition"


def test_edited_rules_are_played_on_todays_facts_and_not_kept(caller: Caller, workspace: Workspace) -> None:
    files = {"security.yaml": edited()}
    said = caller.post(f"{PARTNER}/rule-change", {"files": files}, Prefer="wait=30").json()
    book = edited_book({name: text.encode() for name, text in files.items()})
    known = list(workspace.impact(DAY, other=(book, workspace.facts), partners=[OWN]).rows())
    assert [(one["designation"], Decimal(one["after"])) for one in said["rows"]] == [(row.designation, amount(row.after)) for row in known]
    assert any(row.change for row in known)
    assert said["edition"] == ""
    assert not EditedRulebook.objects.exists()


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ({"securty.yaml": "id: security"}, 400, "unknown-file"),
        ({"security.yaml": "id: [security"}, 400, "yaml-syntax"),
        ({}, 422, "not-valid"),
    ],
)
def test_edited_rules_that_do_not_load_are_a_problem(caller: Caller, files: dict[str, str], status: int, code: str) -> None:
    answer = caller.post(f"{PARTNER}/rule-change", {"files": files}, Prefer="wait=30")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_claim_is_recorded_changed_and_removed(caller: Caller) -> None:
    claims = f"{PARTNER}/claims"
    body = {
        "claim_id": "C-1",
        "tenant_id": "00000000-0000-4000-8000-000000000001",
        "association": "cpor",
        "status": "submitted",
        "submitted_on": "2026-11-01",
    }
    made = caller.post(claims, body)
    assert made.status_code == 201
    assert caller.get(claims).json()["claims"] == [made.json()]
    again = caller.post(claims, body)
    assert (again.status_code, again.json()["code"]) == (409, "claim-recorded")
    changed = caller.send("PUT", f"{claims}/{made.json()['id']}", body | {"status": "approved", "decided_on": "2026-11-20"})
    assert (changed.status_code, changed.json()["status"]) == (200, "approved")
    assert changed.json()["changed_by"] == "partner_admin@contoso.example (test)"
    for wrong, where in (
        ({"association": "pal"}, "association"),
        ({"tenant_id": "Contoso"}, "tenant_id"),
        ({"submitted_on": "2026-11-25"}, "submitted_on"),
        ({"evidence": ["photo"]}, "evidence"),
    ):
        answer = caller.post(claims, body | {"claim_id": "C-2"} | wrong)
        assert (answer.status_code, answer.json()["where"]) == (400, where), answer.content
    assert caller.send("DELETE", f"{claims}/{made.json()['id']}").status_code == 200
    assert caller.get(claims).json()["claims"] == []
    assert caller.send("DELETE", f"{claims}/{made.json()['id']}").json()["code"] == "no-such-claim"
    assert AuditEntry.objects.filter(event=Event.CLAIM_RECORDED).count() == 3

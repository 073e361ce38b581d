"""What next over the interface: what the library says, filtered, paged, as files, and with people masked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from attain.advise.advice import Advice
from attain.advise.changes import Change
from attain.advise.near import COLUMNS as NEAR_COLUMNS
from attain.advise.scenario import Scenario
from attain.people.roles import Role
from attain.published import worked_out
from attain.scoring.rationals import cut
from attain.workspace import Workspace
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.people.places import OWN

PARTNER = f"/partners/{OWN}"
WORKED_OUT = ("/near", "/seats", "/seats/goals", "/fragility/losses", "/fragility/margins", "/recommendations?designation=security")
COVERAGE = ("/coverage", "/coverage/missing", "/coverage/checks")


@pytest.fixture(scope="module")
def advice(facts: Path) -> Advice:
    return Workspace.open(facts).advice(DAY, partner=OWN)


def asked(caller: Caller, path: str, role: Role | None = None) -> Any:
    answer = caller.get(f"{PARTNER}{path}", role, Prefer="wait=30")
    assert answer.status_code == 200, answer.content
    return answer.json()


def amount(value: Fraction) -> Decimal:
    return Decimal(cut(value)).scaleb(-6)


def test_near_misses_are_those_of_the_library(caller: Caller, advice: Advice) -> None:
    known = advice.near().rows
    said = asked(caller, "/near?limit=1000")
    assert said["count"] == len(known) > 0
    assert [(one["entity"], one["metric"], one["reason"], Decimal(one["points"])) for one in said["rows"]] == [
        (row.entity, row.metric, row.reason, amount(row.points)) for row in known
    ]


def test_near_misses_are_filtered_and_paged(caller: Caller) -> None:
    every = asked(caller, "/near?limit=1000")["rows"]
    cases: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
        ("state=at_risk", lambda row: row["state"] == "at_risk"),
        ("designation=security", lambda row: row["designation"] == "security"),
        ("condition=threshold", lambda row: row["condition"] == "threshold"),
        ("moves=true", lambda row: Decimal(row["points"]) != 0),
        (f"search={every[0]['entity'][:8]}", lambda row: every[0]["entity"][:8].casefold() in f"{row['name']} {row['entity']}".casefold()),
    )
    for query, kept in cases:
        expected = [row for row in every if kept(row)]
        page = asked(caller, f"/near?{query}&limit=2")
        rows = list(page["rows"])
        while page["next"]:
            page = asked(caller, f"/near?{query}&limit=2&cursor={page['next']}")
            rows += page["rows"]
        assert rows == expected, query
    other = asked(caller, "/near?limit=2")["next"]
    assert caller.get(f"{PARTNER}/near?state=at_risk&cursor={other}", Prefer="wait=30").json()["code"] == "cursor"


def test_near_misses_as_csv_have_the_columns_of_the_command_line(caller: Caller) -> None:
    rows = asked(caller, "/near?limit=1000&state=near_miss")["rows"]
    answer = caller.get(f"{PARTNER}/near?state=near_miss", Accept="text/csv", Prefer="wait=30")
    written = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert list(written[0]) == list(NEAR_COLUMNS)
    assert [row["reason"] for row in written] == [row["reason"] for row in rows]


def test_seats_and_goals_are_those_of_the_library(caller: Caller, advice: Advice) -> None:
    known = advice.seats()
    said = asked(caller, "/seats?limit=1000")
    assert (said["bought"], said["assigned"], said["active"]) == known.counts
    assert [(one["tenant_id"], one["workload"], one["unused"]) for one in said["rows"]] == [
        (one.tenant_id, one.workload, one.unused) for one in known.seats
    ]
    idle = asked(caller, "/seats?limit=1000&idle=true")["rows"]
    assert idle == [one for one in said["rows"] if one["unassigned"] or one["unused"]]
    goals = asked(caller, "/seats/goals?limit=1000")
    assert [(one["tenant_id"], one["more_users"], Decimal(one["gain"])) for one in goals["rows"]] == [
        (one.tenant_id, one.more_users, amount(one.gain)) for one in known.goals
    ]


def test_losses_and_margins_are_those_of_the_library(caller: Caller, advice: Advice) -> None:
    known = advice.fragility()
    said = asked(caller, "/fragility/losses?limit=1000")
    assert [(one["kind"], one["entity"], len(one["effects"])) for one in said["rows"]] == [
        (one.kind, one.entity, len(one.effects)) for one in known.losses
    ]
    people = asked(caller, "/fragility/losses?limit=1000&kind=person")["rows"]
    assert people == [one for one in said["rows"] if one["kind"] == "person"]
    emptying = asked(caller, "/fragility/losses?limit=1000&breaks=metric")["rows"]
    assert emptying == [one for one in said["rows"] if any(effect["emptied"] for effect in one["effects"])]
    margins = asked(caller, "/fragility/margins")["rows"]
    assert [(one["metric"], Decimal(one["spare"])) for one in margins] == [(one.metric, amount(one.spare)) for one in known.margins]


def test_people_are_marks_for_who_may_not_see_names(caller: Caller) -> None:
    named = asked(caller, "/fragility/losses?limit=1000&kind=person")["rows"]
    masked = asked(caller, "/fragility/losses?limit=1000&kind=person", Role.EXECUTIVE_REPORT_VIEWER)["rows"]
    assert len(named) == len(masked) > 0
    known = {text for one in named for text in (one["entity"], one["name"]) if text}
    assert not known & {text for one in masked for text in (one["entity"], one["name"])}


def test_recommendations_can_be_played(caller: Caller, advice: Advice) -> None:
    said = asked(caller, "/recommendations?designation=security")
    known = advice.recommendations()["security"]
    assert [(one["words"], Decimal(one["points"]), one["deadline"]) for one in said["rows"]] == [
        (one.action.words, amount(one.points), None if one.deadline is None else one.deadline.isoformat()) for one in known
    ]
    for one, rule in zip(said["rows"], known, strict=True):
        changes: tuple[Change, ...] = Scenario.model_validate({"changes": one["changes"]}).changes
        assert changes == rule.action.changes


@pytest.mark.parametrize("path", COVERAGE)
def test_coverage_is_answered(caller: Caller, path: str) -> None:
    assert asked(caller, path)["as_of"] == DAY.isoformat()


def test_coverage_is_that_of_the_library(caller: Caller, advice: Advice) -> None:
    known = advice.coverage()
    said = asked(caller, "/coverage?limit=1000")
    assert [(one["tenant_id"], one["product"], one["associations"]) for one in said["rows"]] == [
        (one.tenant_id, one.product, list(one.associations)) for one in known.products
    ]
    assert asked(caller, "/coverage?limit=1000&lacks=true")["rows"] == [one for one in said["rows"] if one["lacks"]]
    assert asked(caller, "/coverage?limit=1000&association=none")["rows"] == [one for one in said["rows"] if not one["associations"]]
    missing = asked(caller, "/coverage/missing?limit=1000")
    assert [(one["tenant_id"], Decimal(one["best"])) for one in missing["rows"]] == [
        (one.tenant_id, amount(one.best)) for one in known.unclaimed
    ]
    proposed = {each["association"] for one in missing["rows"] for each in one["proposals"]}
    assert {one["association"] for one in missing["settings"]} == proposed
    assert asked(caller, "/coverage/checks")["count"] == len(known.checks)


@pytest.mark.parametrize("path", [*WORKED_OUT, *COVERAGE])
def test_who_waits_no_longer_is_told_to_ask_again(caller: Caller, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def still(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr("attain.published.advised.worked_out", still)
    answer = caller.get(f"{PARTNER}{path}", Prefer="wait=0")
    assert (answer.status_code, answer["Retry-After"], answer.json()["retry_after"]) == (202, "2", 2)
    assert "ETag" not in answer


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/near?designation=securty", 404, "unknown-designation"),
        ("/recommendations?designation=securty", 404, "unknown-designation"),
        ("/forecast?designation=securty", 404, "unknown-designation"),
        ("/rule-change?edition=1999-01", 404, "unknown-edition"),
        *((f"{path}?cursor=x", 400, "cursor") for path in ("/near", "/seats", "/seats/goals", "/fragility/losses", *COVERAGE)),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_it_is_worked_out(
    caller: Caller, path: str, status: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _nothing_is_worked_out(monkeypatch)
    answer = caller.get(f"{PARTNER}{path}", Prefer="wait=0")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(("said", "code"), [({"by": "2026-11-23"}, "bad-day"), ({"target": "100.01"}, "bad-target")])
def test_a_path_that_cannot_be_is_refused_before_it_is_worked_out(
    caller: Caller, said: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _nothing_is_worked_out(monkeypatch)
    answer = caller.post(f"{PARTNER}/path", {"designation": "security", **said}, Prefer="wait=0")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def _nothing_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("attain.published.advised.worked_out", refused)
    monkeypatch.setattr("attain.published.rule_changes.worked_out", refused)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", worked_out.PATIENCE),
        ("wait=20", 20.0),
        ("respond-async, wait=5", 5.0),
        ("wait=999", 30.0),
        ("wait=soon", worked_out.PATIENCE),
        ("await=9", worked_out.PATIENCE),
    ],
)
def test_a_call_waits_as_long_as_it_prefers(caller: Caller, header: str, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def still(*_: object, patience: float, **__: object) -> None:
        waited.append(patience)

    monkeypatch.setattr("attain.published.advised.worked_out", still)
    caller.get(f"{PARTNER}/near", Prefer=header)
    assert waited == [seconds]


@pytest.mark.parametrize("path", [*WORKED_OUT, *COVERAGE])
def test_an_answer_that_did_not_change_is_not_sent_again(caller: Caller, path: str) -> None:
    answer = caller.get(f"{PARTNER}{path}", Prefer="wait=30")
    again = caller.get(f"{PARTNER}{path}", If_None_Match=answer["ETag"])
    assert (answer.status_code, again.status_code) == (200, 304)

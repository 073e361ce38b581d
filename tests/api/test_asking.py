"""What is computed and recorded over the interface: the same as the workspace gives, under the same scopes."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client

from attain.people.models import AuditEntry, Event, TokenScope
from attain.people.roles import Role
from attain.published.models import Publication, PublishedDesignation
from attain.recorded.models import Purchase, ReportedNumber
from attain.workspace import Workspace
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.people.places import OWN, Places

PURCHASE = {"designation": "security", "enrolled_on": "2026-10-01", "paid_on": "2026-10-01", "amount": "4730.00", "currency": "usd"}
PURCHASES, NUMBERS = f"/partners/{OWN}/purchases", f"/partners/{OWN}/reported-numbers"
READ = (TokenScope.READ,)


@pytest.fixture
def workspace(facts: Path) -> Workspace:
    return Workspace.open(facts)


def test_scores_of_another_day_are_those_of_the_workspace(caller: Caller, workspace: Workspace) -> None:
    answer = caller.get(f"/partners/{OWN}/scores?on=2026-09-30&designation=security").json()
    day = DAY.replace(month=9, day=30)
    known = list(workspace.score(day, partners=[OWN], designations=["security"]).rows())
    assert [(row["track"], row["metric"], Decimal(row["points"])) for row in answer["scores"]] == [
        (row.track, row.metric, row.points) for row in known
    ]
    assert {row["as_of"] for row in answer["scores"]} == {"2026-09-30"}
    text = caller.get(f"/partners/{OWN}/scores?on=2026-09-30&designation=security&format=csv").getvalue().decode()
    assert [row["metric"] for row in csv.DictReader(io.StringIO(text))] == [row.metric for row in known]


def test_statuses_are_those_of_the_workspace(caller: Caller, workspace: Workspace) -> None:
    answer = caller.get(f"/partners/{OWN}/statuses").json()
    [known] = workspace.status(DAY, partners=[OWN])
    assert [(one["designation"], one["status"]) for one in answer["statuses"]] == [
        (one.designation, one.status) for one in known.on.statuses
    ]


def test_a_difference_adds_up_exactly(caller: Caller) -> None:
    answer = caller.get(f"/partners/{OWN}/difference?from=2026-06-30&to=2026-11-24").json()
    lines = [line for one in answer["designations"] for metric in one["metrics"] for line in metric["lines"]]
    assert lines
    for one in answer["designations"]:
        total = sum(Fraction(line["exact"]) for metric in one["metrics"] for line in metric["lines"])
        assert abs(total - (Fraction(one["after"]["total"]) - Fraction(one["before"]["total"]))) < Fraction(1, 100_000)


def test_a_number_of_microsoft_is_recorded_and_compared(caller: Caller) -> None:
    answer = caller.post(NUMBERS, {"as_of": "2026-11-24", "designation": "Security", "track": "smb", "points": "12.34"})
    assert answer.status_code == 201
    assert answer.json()["points"] == "12.34"
    assert ReportedNumber.objects.get().recorded_by == "partner_admin@contoso.example (test)"
    assert "12.34" in {one["points"] for one in caller.get(NUMBERS).json()["numbers"]}
    rows = caller.get(f"/partners/{OWN}/reconciliation?as_of=2026-11-24").json()["rows"]
    [row] = [one for one in rows if one["reported_points"] == "12.34"]
    assert Decimal(row["difference"]) == Decimal(row["points"]) - Decimal("12.34")
    assert PublishedDesignation.objects.get(account__partner_id=OWN, designation="security").reported_micro == 12_340_000


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"designation": "secure"}, "unclear-answer"),
        ({"metric": "net_customer_ads"}, "unclear-answer"),
        ({"points": "1000"}, "unclear-answer"),
        ({"as_of": "2026-12-24"}, "day-to-come"),
    ],
)
def test_a_number_that_cannot_be_is_refused(caller: Caller, wrong: dict[str, str], code: str) -> None:
    answer = caller.post(NUMBERS, {"as_of": "2026-11-20", "designation": "security", "points": "12.34", **wrong})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not ReportedNumber.objects.exists()


def test_a_purchase_is_recorded_counts_and_is_withdrawn(caller: Caller) -> None:
    before = PublishedDesignation.objects.get(account__partner_id=OWN, designation="security").enrolled_on
    answer = caller.post(PURCHASES, PURCHASE)
    assert answer.status_code == 201
    assert (answer.json()["amount"], answer.json()["currency"]) == ("4730", "USD")
    row = PublishedDesignation.objects.get(account__partner_id=OWN, designation="security")
    assert (row.enrolled_on is not None, row.recorded) == (True, True)
    assert caller.post(PURCHASES, PURCHASE).json()["code"] == "purchase-recorded"
    number = answer.json()["id"]
    withdrawn = Client().delete(f"/api/v1{PURCHASES}/{number}", headers=caller.headers())
    assert withdrawn.json()["withdrawn_at"] is not None
    assert Client().delete(f"/api/v1{PURCHASES}/{number}", headers=caller.headers()).status_code == 404
    assert PublishedDesignation.objects.get(account__partner_id=OWN, designation="security").enrolled_on == before
    assert [one["id"] for one in caller.get(PURCHASES).json()["purchases"]] == [number]
    assert AuditEntry.objects.filter(event=Event.ENROLLED, partner_id=OWN).count() == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"designation": "securty"}, "unknown-designation"),
        ({"track": "small"}, "unknown-track"),
        ({"enrolled_on": "2027-01-01"}, "day-to-come"),
        ({"paid_on": "2027-01-01"}, "day-to-come"),
        ({"anniversary": "2026-10-01"}, "bad-anniversary"),
        ({"currency": ""}, "no-currency"),
    ],
)
def test_a_purchase_that_cannot_be_is_refused(caller: Caller, wrong: dict[str, str], code: str) -> None:
    answer = caller.post(PURCHASES, {**PURCHASE, **wrong})
    assert answer.status_code in {400, 404}
    assert answer.json()["code"] == code
    assert not Purchase.objects.exists()


def test_a_body_that_is_no_purchase_names_every_fault(caller: Caller) -> None:
    answer = caller.post(PURCHASES, {"designation": 7, "currency": "dollars"})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {fault["where"].rpartition(".")[2] for fault in answer.json()["faults"]} == {"designation", "enrolled_on", "currency"}


def test_a_token_that_only_reads_changes_nothing(caller: Caller) -> None:
    assert caller.get(PURCHASES, scopes=READ).status_code == 200
    for path, body in ((PURCHASES, PURCHASE), (NUMBERS, {}), (f"/partners/{OWN}/imports", {})):
        answer = caller.post(path, body, scopes=READ)
        assert (answer.status_code, answer.json()["code"]) == (403, "no-role"), path
    assert caller.get(PURCHASES, scopes=(TokenScope.IMPORT,)).status_code == 403
    assert not Purchase.objects.exists()


def test_a_role_without_membership_records_nothing(caller: Caller) -> None:
    for role in (Role.EXECUTIVE_REPORT_VIEWER, Role.LEARNER):
        assert caller.post(PURCHASES, PURCHASE, role).status_code == 403
    assert caller.post(PURCHASES, PURCHASE, Role.DISTRIBUTOR_MANAGER).status_code == 404
    assert not Purchase.objects.exists()


def test_a_session_changes_nothing_without_its_form_token(served: Publication, places: Places) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(places.people[Role.PARTNER_ADMIN])
    answer = client.post(f"/api/v1{PURCHASES}", PURCHASE, content_type="application/json")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert not Purchase.objects.exists()
    nobody = Client(enforce_csrf_checks=True).post(f"/api/v1{PURCHASES}", PURCHASE, content_type="application/json")
    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, "Bearer")

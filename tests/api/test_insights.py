"""Insights over the interface: customers, people and certificates, and trends as the library has them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from attain.explaining.eligibility import Eligibility
from attain.people.roles import Role
from attain.published import read
from attain.published.models import Publication
from attain.published.standing import Standing
from attain.workspace import Workspace
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.people.places import OWN

PARTNER = f"/partners/{OWN}"


@pytest.fixture
def workspace(facts: Path) -> Workspace:
    return Workspace.open(facts)


@pytest.fixture
def tracks(served: Publication) -> dict[str, str]:
    return Standing(read.overview(OWN, served)).tracks


@pytest.fixture
def known(workspace: Workspace, tracks: dict[str, str]) -> Eligibility:
    return workspace.eligibility(DAY, partner=OWN, tracks=tracks, designations=["security"])


def test_customers_are_held_against_every_condition(caller: Caller, known: Eligibility) -> None:
    said = caller.get(f"{PARTNER}/customers?designation=security&limit=1000").json()
    assert [one["tenant_id"] for one in said["customers"]] == [one.tenant_id for one in known.customers]
    for criterion, rule in zip(said["criteria"], known.criteria, strict=True):
        key = criterion["criterion"]
        assert key == rule.key
        assert criterion["counts"] == {meets: number for meets, number in known.counts(key).items() if meets}
        stands = {one["tenant_id"]: each for one in said["customers"] for each in one["stands"] if each["criterion"] == key}
        for customer in known.customers:
            assert (stands.get(customer.tenant_id) or {"meets": ""})["meets"] == customer.meets(key)


def test_customers_are_filtered_and_paged(caller: Caller, known: Eligibility) -> None:
    key = known.criteria[0].key
    counting = [one.tenant_id for one in known.customers if one.meets(key) == "counts"]
    assert len(counting) > 2
    page = caller.get(f"{PARTNER}/customers?designation=security&criterion={key}&meets=counts&limit=2").json()
    found = [one["tenant_id"] for one in page["customers"]]
    while page["next"]:
        page = caller.get(f"{PARTNER}/customers?designation=security&criterion={key}&meets=counts&limit=2&cursor={page['next']}").json()
        found += [one["tenant_id"] for one in page["customers"]]
    assert found == counting
    assert caller.get(f"{PARTNER}/customers?designation=security&search={counting[0]}").json()["count"] == 1
    wrong = caller.get(f"{PARTNER}/customers?designation=security&criterion={key}x")
    assert (wrong.status_code, wrong.json()["code"], key in wrong.json()["hint"]) == (400, "unknown-criterion", True)


def test_one_customer_is_shown_across_every_designation(caller: Caller, known: Eligibility) -> None:
    tenant = known.customers[0].tenant_id
    said = caller.get(f"{PARTNER}/customers/{tenant}").json()
    assert said["name"] == known.customers[0].name
    security = [one for one in said["conditions"] if one["designation"] == "security"]
    assert [(one["criterion"], one["meets"]) for one in security] == [
        (one.key, known.customers[0].meets(one.key)) for one in known.criteria
    ]
    assert len(said["conditions"]) > len(security)
    assert caller.get(f"{PARTNER}/customers/nobody").status_code == 404


def test_skilling_says_who_holds_and_who_is_missing(caller: Caller, workspace: Workspace, tracks: dict[str, str]) -> None:
    found = workspace.skilling(DAY, partner=OWN, tracks=tracks)
    said = caller.get(f"{PARTNER}/skilling").json()
    assert said["people"] == found.people
    assert [(one["designation"], one["step"], one["holders"], one["needed"], one["is_met"]) for one in said["steps"]] == [
        (one.ref.designation, one.ref.step, one.holders, one.needed, one.is_met) for one in found.steps
    ]
    certificates = caller.get(f"{PARTNER}/skilling/certificates?limit=1000").json()
    assert certificates["count"] == len(found.certificates)
    assert {(one["person_id"], one["certification"], one["state"]) for one in certificates["certificates"]} == {
        (one.person_id, one.code, one.state) for one in found.certificates
    }
    expired = caller.get(f"{PARTNER}/skilling/certificates?limit=1000&state=expired").json()
    assert expired["count"] == sum(one.state == "expired" for one in found.certificates) > 0
    soon = caller.get(f"{PARTNER}/skilling/certificates?limit=1000&ends_within=90").json()
    assert soon["count"] == sum(one.ends_within(DAY, 90) for one in found.certificates)


def test_certificates_come_as_files_with_marks_for_who_may_not_see_names(caller: Caller) -> None:
    path = f"{PARTNER}/skilling/certificates?state=counts"
    for role in (Role.PARTNER_ADMIN, Role.EXECUTIVE_REPORT_VIEWER):
        shown = caller.get(f"{path}&limit=1000", role).json()["certificates"]
        rows = list(csv.DictReader(io.StringIO(caller.get(f"{path}&format=csv", role).getvalue().decode())))
        keys = [(one["person_id"], one["certification"], one["earned_on"], one["ends_on"] or "") for one in shown]
        assert [(row["person_id"], row["certification"], row["earned_on"], row["counts_until"]) for row in rows] == keys
        assert keys
        assert all(ref["step_name"] in row["steps"] for row, one in zip(rows, shown, strict=True) for ref in one["serves"])
    frame = pl.read_parquet(io.BytesIO(caller.get(f"{path}&format=parquet").getvalue()))
    assert frame["earned_on"].dtype == pl.Date
    assert frame.height == len(rows)


def test_people_are_marks_for_who_may_not_see_names(caller: Caller) -> None:
    path = f"{PARTNER}/skilling/certificates?limit=1000"
    named = caller.get(path).json()["certificates"]
    masked = caller.get(path, Role.EXECUTIVE_REPORT_VIEWER).json()["certificates"]
    known = {text for one in named for text in (one["person"], one["person_id"])}
    assert not known & {text for one in masked for text in (one["person"], one["person_id"])}
    some = named[0]["person_id"]
    assert caller.get(f"{path}&search={some}", Role.EXECUTIVE_REPORT_VIEWER).json()["count"] == 0
    closers = [one["person"] for step in caller.get(f"{PARTNER}/skilling").json()["steps"] for one in step["closers"]]
    hidden = [
        one["person"] for step in caller.get(f"{PARTNER}/skilling", Role.EXECUTIVE_REPORT_VIEWER).json()["steps"] for one in step["closers"]
    ]
    assert len(closers) == len(hidden)
    assert not set(closers) & set(hidden)


def test_trends_are_those_of_the_library(caller: Caller, workspace: Workspace, tracks: dict[str, str]) -> None:
    found = workspace.trends(DAY, partner=OWN, tracks=tracks, designations=["security"])
    said = caller.get(f"{PARTNER}/trends?designation=security").json()
    assert [one["table"] for one in said["trends"]] == list(found.of)
    for one in said["trends"]:
        known = found.of[one["table"]].months
        assert [(month["month"], month["customers"], month["lost"], Decimal(month["amount"])) for month in one["months"]] == [
            (month.month, month.customers, month.lost, month.amount) for month in known
        ]
    assert caller.get(f"{PARTNER}/trends?designation=securty").json()["code"] == "unknown-designation"


@pytest.mark.parametrize("path", ["/customers", "/skilling", "/skilling/certificates", "/trends"])
def test_an_answer_that_did_not_change_is_not_sent_again(caller: Caller, path: str) -> None:
    answer = caller.get(f"{PARTNER}{path}")
    assert answer.status_code == 200
    assert caller.get(f"{PARTNER}{path}", If_None_Match=answer["ETag"]).status_code == 304

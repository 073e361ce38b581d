"""Every case of `cases/lifecycle.yaml`: the status on a day, from spans of qualified days and recorded enrollments."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from attain.lifecycle import Enrollment, Period, StatusOn, partner_status, status_on
from attain.rulebook.load import packaged_folder
from tests.lifecycle.histories import PROGRAMME, scores

CASES: list[dict[str, Any]] = yaml.safe_load((packaged_folder() / "cases" / "lifecycle.yaml").read_text(encoding="utf-8"))["cases"]
EVENTS = {"refresh", "purchase_by", "window_opens", "anniversary", "renew_by", "qualify_by", "held_until"}


def _enrollments(case: dict[str, Any]) -> list[Enrollment]:
    return [Enrollment(**row) for row in case.get("enrollments", [])]


def _said(status: StatusOn, field: str) -> Any:
    value = getattr(status, field)
    return [value.start, value.end] if isinstance(value, Period) else value


@pytest.mark.parametrize("case", [case for case in CASES if "expect" in case], ids=lambda case: case["name"])
def test_a_status_is_what_the_case_says(case: dict[str, Any]) -> None:
    qualified = case.get("qualified", {})
    for expected in case["expect"]:
        status = status_on(
            PROGRAMME, expected["designation"], expected["day"], scores(qualified.get(expected["designation"], [])), _enrollments(case)
        )
        assert {field: _said(status, field) for field in expected} == expected, status.reason


@pytest.mark.parametrize("case", [case for case in CASES if "partner" in case], ids=lambda case: case["name"])
def test_a_partner_bears_what_the_case_says(case: dict[str, Any]) -> None:
    for expected in case["partner"]:
        status = partner_status(PROGRAMME, expected["day"], {}, _enrollments(case))
        assert status.all_held == expected["all_held"]
        assert {badge.id: list(badge.designations) for badge in status.badges} == expected["badges"]


def test_the_cases_reach_every_status_and_every_next_event() -> None:
    expected = [row for case in CASES for row in case.get("expect", [])]
    assert {row["status"] for row in expected if "status" in row} == {status.id for status in PROGRAMME.statuses}
    assert {row["next_event"] for row in expected if "next_event" in row} == EVENTS
    assert all(isinstance(row["day"], dt.date) for row in expected)

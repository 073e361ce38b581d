"""The programme's own file: what was in force on a day, how points are shown, and what its model refuses."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from attain.rulebook.load import packaged_folder
from attain.rulebook.programme import Programme
from tests.lifecycle.histories import PROGRAMME, day

TODAY = PROGRAMME.on(dt.date(2026, 11, 24))


def _written() -> dict[str, Any]:
    return yaml.safe_load((packaged_folder() / "programme.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("on", "fee"), [("2022-10-03", 4730), ("2026-03-31", 4730), ("2026-04-01", 4875)])
def test_the_fee_is_that_of_the_day(on: str, fee: int) -> None:
    assert PROGRAMME.on(day(on)).fee_usd == fee


def test_all_interpretations_are_there() -> None:
    assert [reading.id for reading in PROGRAMME.interpretations] == [f"I-{number}" for number in range(1, 16)]


def test_who_sees_a_workspace() -> None:
    assert TODAY.workspace_roles["membership"] == ("global-admin", "partner-admin")
    assert set(TODAY.workspace_roles["insights"]) - set(TODAY.workspace_roles["membership"]) == {"executive-report-viewer"}


@pytest.mark.parametrize(
    ("points", "shown"),
    [
        (Fraction(20, 3), "6.67"),
        (Fraction(40, 3), "13.33"),
        (Fraction(0), "0.00"),
        (Fraction(100), "100.00"),
        (Fraction(70) - Fraction(1, 3), "69.67"),
        (Fraction(70) - Fraction(1, 1000), "69.99"),
        (Fraction(70), "70.00"),
        (Fraction(70) + Fraction(1, 1000), "70.00"),
        (Fraction(-1, 3), "-0.33"),
    ],
)
def test_points_are_rounded_but_never_up_across_the_qualifying_total(points: Fraction, shown: str) -> None:
    assert TODAY.shown(points) == shown


def _refused(written: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        Programme.model_validate(written)
    return str(refused.value)


def test_a_leaf_out_of_order_or_by_track_is_refused() -> None:
    written = _written()
    written["fee_usd"].reverse()
    assert "fee_usd needs at least one entry, each beginning on a later day than the one before" in _refused(written)
    written = _written()
    written["refresh_day"][0]["by_track"] = {"smb": written["refresh_day"][0].pop("value")}
    assert "refresh_day holds for every track alike: write value, not by_track" in _refused(written)


def test_an_unknown_or_doubled_name_is_refused() -> None:
    written = _written()
    written["badges"][1]["value"][0]["designations"].append("modern-wrok")
    assert "no designation is called modern-wrok" in _refused(written)
    written = _written()
    written["workspace_roles"][0]["value"]["insights"].append("auditor")
    assert "no role is called auditor" in _refused(written)
    written = _written()
    written["statuses"].append(written["statuses"][0])
    assert "in_progress stands there twice" in _refused(written)


def test_a_window_reaches_back_by_days_or_by_months() -> None:
    written = _written()
    written["enrolled_window"][0]["value"] = {"days_before": 30, "months_before": 5}
    assert "give exactly one of days_before and months_before" in _refused(written)

"""What lies ahead of many partners at once is what the forecast and the coverage of each say."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

from attain.advise.prospects import Prospects, prospects
from attain.facts.synthetic import DemoPlan, write_demo
from attain.scoring.rationals import cut
from attain.scoring.result import TOTAL, ScoreRow
from attain.workspace import Workspace

DAY = dt.date(2026, 11, 24)
Found = tuple[Workspace, dict[tuple[str, str], ScoreRow], Prospects]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("prospects")
    write_demo(DemoPlan(partners=9, seed=7, tenants=90, azure_rows=3_000, usage_rows=2_000, certificates=150), folder)
    workspace = Workspace.open(Path(folder))
    rows = {(row.partner_id, row.designation): row for row in workspace.score(DAY).rows() if row.metric == TOTAL and row.selected}
    selected = {key: row.track for key, row in rows.items()}
    qualified = {key for key, row in rows.items() if row.qualified}
    return workspace, rows, prospects(workspace.book, workspace.facts, DAY, selected=selected, qualified=qualified)


@pytest.mark.parametrize("partner", ["1000001", "1000002"])
def test_the_first_day_at_risk_is_that_of_the_forecast_with_usage_held(found: Found, partner: str) -> None:
    workspace, _, ahead = found
    forecast = workspace.advice(DAY, partner=partner).forecast(ranges=False)
    expected = {one.designation: one.at_risk_on for one in forecast.designations if one.at_risk_on and one.at_risk_on <= ahead.until}
    assert expected
    assert {name: day for (account, name), day in ahead.at_risk.items() if account == partner} == expected


def test_points_that_associations_lack_are_those_of_the_coverage(found: Found) -> None:
    workspace, rows, ahead = found
    gained = 0
    for account in sorted({account for account, _ in rows}):
        together = workspace.advice(DAY, partner=account).coverage().together
        for (partner, name), row in rows.items():
            if partner == account:
                gain = together.get(name, {}).get(row.track, Fraction(0))
                after = cut(Fraction(row.points) + gain)
                before = cut(Fraction(row.points))
                assert abs(ahead.recognized.get((partner, name), before) - after) <= 1, (partner, name)
                gained += gain > 0
    assert gained


def test_nobody_asked_for_is_nobody_looked_at(found: Found) -> None:
    workspace, _, _ = found
    ahead = prospects(workspace.book, workspace.facts, DAY, selected={}, qualified=set())
    assert (ahead.at_risk, ahead.recognized) == ({}, {})
    assert ahead.until == dt.date(2027, 11, 24)

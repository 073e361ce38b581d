"""Partners through time: the status that each month ended with is the status of that day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from attain.facts.synthetic import DemoPlan, write_demo
from attain.scoring.timeline import month_ends
from attain.workspace import Workspace

DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("timeline")
    write_demo(DemoPlan(partners=6, seed=3, tenants=80, azure_rows=3_000, usage_rows=2_000, certificates=200), folder)
    return Workspace.open(folder)


def test_months_end_with_the_status_of_their_last_day(workspace: Workspace) -> None:
    reader = workspace.timelines(DAY)
    found = reader.read([account.partner_id for account in workspace.accounts()])
    seen: set[str] = set()
    for day in (reader.ends[-13], reader.ends[-2], DAY):
        expected = {(one.partner_id, status.designation): status.status for one in workspace.status(day) for status in one.on.statuses}
        for timeline in found:
            for name, months in timeline.months.items():
                for month in months:
                    if month.day == day:
                        assert month.status == expected[timeline.partner_id, name], (timeline.partner_id, name, day)
                        seen.add(month.status)
    assert seen > {"in_progress", "enrolled"}


def test_the_first_month_is_the_first_with_a_month_a_year_before_it(workspace: Workspace) -> None:
    reader = workspace.timelines(DAY)
    assert reader.ends[0] == dt.date(2025, 6, 30)
    assert workspace.facts.months["azure_usage"]["acr"][0] == 2024 * 12 + 4, "facts begin in May 2024: May 2025 counts from June 20"
    assert reader.ends[-1] == DAY


def test_facts_without_usage_have_the_day_alone(workspace: Workspace) -> None:
    assert month_ends(workspace.book, replace(workspace.facts, months={}), DAY) == [DAY]

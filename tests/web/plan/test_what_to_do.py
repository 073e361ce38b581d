"""Recommendations and the cheapest path: what the library finds, with a way into the simulator, on the page of a designation too."""

from __future__ import annotations

import html
import re
import shutil
from fractions import Fraction
from pathlib import Path

from django.test import Client
from pytest_django import Settings

from attain.advise.action_costs import ActionCosts
from attain.advise.plans import INCOMPLETE
from attain.advise.scenario import Scenario
from attain.explaining.words import number
from attain.people.roles import Role
from attain.published.publish import publish
from attain.web.dates import dated, day_words
from attain.workspace import Workspace
from tests.people.places import Places
from tests.web.plan.conftest import CONTOSO, DAY, HOME, client_of, rows_of, text_of

SECURITY = ["security"]


def test_recommendations_say_points_effort_and_the_last_day_and_lead_into_the_simulator(admin: Client, workspace: Workspace) -> None:
    advice = workspace.advice(DAY, partner=CONTOSO, designations=SECURITY)
    found = advice.recommendations()["security"]
    assert 0 < len(found) <= 5
    rows = rows_of(text_of(admin, f"{HOME}recommendations/?designation=security"), "What to do first for Security")
    for one, row in zip(found, rows, strict=True):
        assert dated(one.action.words) in row
        assert f"{number(one.action.cost)} USD, {one.action.days} days" in row
        assert one.deadline is None or day_words(one.deadline) in row
    gaining, row = next((one, row) for one, row in zip(found, rows, strict=True) if not one.protects)
    link = re.search(r'href="([^"]*simulator/[^"]*)"', row)
    assert link is not None
    assert gaining.points == advice.simulate(Scenario(changes=gaining.action.changes), explained=False).of("security").change
    assert "Security" in text_of(admin, link[1])


def test_the_page_of_a_designation_fetches_them_and_links_to_them_without_a_script(admin: Client) -> None:
    page = html.unescape(admin.get(f"/{CONTOSO}/membership/security/").content.decode())
    assert f'hx-get="{HOME}recommendations/?designation=security&part=1"' in page
    assert f'<a href="{HOME}recommendations/?designation=security">' in page
    part = text_of(admin, f"{HOME}recommendations/?designation=security&part=1")
    assert "<html" not in part
    assert "Simulate" in part


def test_the_cheapest_path_is_that_of_the_library_by_costs_of_ones_own(admin: Client, viewer: Client, workspace: Workspace) -> None:
    advice = workspace.advice(DAY, partner=CONTOSO, designations=SECURITY)
    found = advice.plan("security")
    assert found.plans
    text = text_of(admin, f"{HOME}path/?designation=security")
    for place, plan in enumerate(found.plans, 1):
        assert f"Plan {place}: {number(plan.cost)} USD" in text
        assert len(rows_of(text, f"Actions of plan {place}")) == len(plan.actions)
    costs = ActionCosts.model_validate({"link_pal": {"cost_usd": "7", "days": 3, "likelihood_percent": 90}, "worth_usd": "1"})
    own = advice.plan("security", target=Fraction(60), costs=costs)
    asked = "target=60&worth_usd=1&link_pal.cost_usd=7&link_pal.days=3&link_pal.likelihood_percent=90"
    text = text_of(viewer, f"{HOME}path/?designation=security&{asked}")
    assert [f"Plan {place}: {number(plan.cost)} USD" in text for place, plan in enumerate(own.plans, 1)] == [True] * len(own.plans)
    assert ("Not worth it" in text) == any(not plan.worth_it for plan in own.plans)
    assert "Name a day from 24 Nov 2026 on" in text_of(admin, f"{HOME}path/?designation=security&by=2026-11-01")


def test_a_path_on_facts_that_lack_a_table_says_so(served: Places, folder: Path, tmp_path: Path, settings: Settings) -> None:
    asked = f"{HOME}path/?designation=security&target=10"
    admin = client_of(served, Role.PARTNER_ADMIN)
    assert INCOMPLETE not in text_of(admin, asked)
    short = shutil.copytree(folder, tmp_path / "short")
    lacking = list(short.glob("workload_usage*"))
    assert lacking
    for place in lacking:
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    publish(Workspace.open(short), DAY, "demo")
    settings.STORE = str(short)
    text = text_of(admin, asked)
    assert INCOMPLETE in text
    assert "there is no workload_usage table" in text


def test_a_target_beyond_the_score_is_said_at_its_field_and_keeps_the_form(admin: Client, workspace: Workspace) -> None:
    beyond = int(workspace.book.programme.on(DAY).points_cap) + 1
    text = text_of(admin, f"{HOME}path/?designation=security&target={beyond}")
    assert f"{beyond} points cannot be reached." in text
    assert f'name="target" value="{beyond}"' in text

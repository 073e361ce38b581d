"""The forecast and the change of rules: what the library says, marked as a projection."""

from __future__ import annotations

import html
from urllib.parse import urlencode

from django.test import Client

from attain.advise.outlook import NOT_AN_ENTITLEMENT
from attain.web.dates import day_words
from attain.workspace import Workspace
from tests.web.plan.conftest import CONTOSO, DAY, HOME, rows_of, text_of

FORECAST = f"{HOME}forecast/"


def test_the_forecast_shows_each_step_with_its_range_and_says_what_it_is(admin: Client, viewer: Client, workspace: Workspace) -> None:
    found = workspace.advice(DAY, partner=CONTOSO, designations=["security"]).forecast()
    one = found.of("security")
    text = text_of(admin, f"{FORECAST}?designation=security")
    assert NOT_AN_ENTITLEMENT in text
    rows = rows_of(text, f"{one.name} day by day, projected")
    assert len(rows) == len(one.steps)
    for step, row in zip(one.steps, rows, strict=True):
        assert day_words(step.day) in row
        assert f">{workspace.shown(DAY, step.total)}<" in row
    assert "<svg" in text
    people = set(workspace.facts.scan("certifications").select("person_name").collect()["person_name"].drop_nulls())
    masked = text_of(viewer, f"{FORECAST}?designation=security")
    assert people
    assert not [name for name in people if name in masked]


def test_usage_as_set_begins_with_a_form_and_keeps_what_is_expected_in_the_address(admin: Client) -> None:
    assert "Say by how much usage changes" in text_of(admin, f"{FORECAST}?usage=set")
    answer = admin.get(FORECAST, {"usage": "set", "designation": "security", "add": "1", "percent": "-20"})
    expected = urlencode({"designation": "security", "usage": "set", "expect": "percent=-20"})
    assert answer["Location"] == f"{FORECAST}?{expected}"
    wrong = admin.get(FORECAST, {"usage": "set", "add": "1", "percent": "-200"})
    assert "greater than or equal to -100" in html.unescape(wrong.content.decode())


def test_an_edition_is_held_against_the_rules_of_the_day(admin: Client, workspace: Workspace) -> None:
    found = workspace.impact(DAY, edition="2023-12", partners=[CONTOSO])
    text = text_of(admin, f"{HOME}rule-change/?edition=2023-12")
    rows = rows_of(text, "Edition 2023-12 on the facts of today")
    assert len(rows) == len(list(found.rows())) > 0
    for row, line in zip(found.rows(), rows, strict=True):
        assert workspace.book.designations[row.designation].name in line
        assert f">{workspace.shown(DAY, row.after)}<" in line
    assert "there is no edition" in text_of(admin, f"{HOME}rule-change/?edition=1999-01", 400)

"""Scoring history shows every month and day there is; two days compared show lines that add up to the change."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

from django.test import Client

from attain.published.models import Publication
from attain.published.read import history
from attain.web.dates import dated
from attain.workspace import Workspace
from tests.web.membership.conftest import CONTOSO
from tests.web.membership.test_overview import text_of

HISTORY = f"/{CONTOSO}/membership/history/"


def test_every_month_and_every_day_of_a_change_is_in_the_table(admin: Client, published: Publication) -> None:
    through = history(CONTOSO, "security", published)
    text = text_of(admin, f"{HISTORY}?designation=security")
    assert len(through.months) > 6
    assert re.findall(r'<th scope="row">(\w{3}\s\d{4})', text) == [
        f"{point.day:%b\N{NO-BREAK SPACE}%Y}" for point in reversed(through.months)
    ]
    assert text.count("chart-svg") == 1
    days = text_of(admin, f"{HISTORY}?designation=security&by=day")
    assert len(re.findall(r'<th scope="row">\d', days)) == len(through.days)


def test_the_days_have_a_chart_of_their_own_with_every_refresh_marked(admin: Client, published: Publication) -> None:
    through = history(CONTOSO, "security", published)
    days = text_of(admin, f"{HISTORY}?designation=security&by=day")
    marked = [day for day in through.refreshes if day >= through.days[0].day]
    assert "points by day" in days
    assert len(marked) > 6
    drawn = days.partition('class="mark-symbol role-mark layer_3_marks"')[2].partition("</g>")[0]
    assert drawn.count("<path") == len(marked)
    assert "points by month" in text_of(admin, f"{HISTORY}?designation=security")


def test_changes_of_the_rules_are_named_with_their_day(admin: Client, published: Publication) -> None:
    through = history(CONTOSO, "security", published)
    text = text_of(admin, f"{HISTORY}?designation=security")
    assert through.changes
    assert all(f"{change.day:%-d %b %Y} ({change.what})" in text for change in through.changes)


def test_two_days_compared_add_up(admin: Client, workspace: Workspace) -> None:
    found = workspace.difference(partner=CONTOSO, from_=dt.date(2026, 10, 31), to=dt.date(2026, 11, 24), designations=["security"]).of(
        "security"
    )
    text = text_of(admin, f"{HISTORY}compare/?designation=security&before=2026-10-31&after=2026-11-24")
    assert sum((line.points for line in found.lines), Fraction(0)) == found.change != 0
    assert all(dated(line.reason) in text for line in found.lines)
    assert workspace.shown(found.before.day, found.before.total) in text
    assert workspace.shown(found.after.day, found.after.total) in text


def test_days_that_cannot_be_compared_are_answered_on_the_page(admin: Client) -> None:
    assert "Enter a valid date." in text_of(admin, f"{HISTORY}compare/?designation=security&before=yesterday&after=2026-11-24")
    early = text_of(admin, f"{HISTORY}compare/?designation=security&before=1999-01-01&after=2026-11-24")
    assert 'role="alert"' in early
    assert "Change" not in early

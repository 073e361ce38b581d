"""Insights on the demo's first partner: its pages say what the score, the explanations and the facts say."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from pytest_django import Settings

from attain.people.models import Member
from attain.people.roles import Role
from attain.published.models import Publication, PublicationState
from attain.published.read import overview
from attain.web.dates import dated, day_words, month_words
from attain.workspace import Workspace
from tests.people.places import OWN, Places
from tests.store.conftest import DAY
from tests.web.test_pages import INLINE, OTHER_HOST

PAGES = ("", "customers/", "skilling/", "trends/")


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(f"/{OWN}/insights/{path}")
    assert answer.status_code == status, path
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_script_or_style_of_their_own(viewer: Client, path: str) -> None:
    text = text_of(viewer, path)
    assert INLINE.findall(text) == []
    assert OTHER_HOST.findall(text) == []
    assert f"As of {day_words(DAY)}" in text


@pytest.mark.parametrize("path", PAGES)
def test_without_a_publication_pages_say_what_to_do(viewer: Client, path: str, published: Publication) -> None:
    Publication.objects.filter(pk=published.pk).update(state=PublicationState.EARLIER)
    assert "Nothing is published yet" in text_of(viewer, path)


def test_the_summary_shows_every_designation_with_both_tracks(viewer: Client, published: Publication) -> None:
    text = text_of(viewer, "")
    found = overview(OWN, published)
    assert len(found.designations) == 6
    for designation in found.designations:
        assert designation.name in text
        for track in designation.tracks:
            assert f'{track.total}</span> <span class="quiet">of {track.cap}' in text
            for metric in track.metrics:
                assert f"{metric.points} of {metric.max_points}" in text
    assert text.count("<strong>counts</strong>") == sum(len(designation.tracks) > 1 for designation in found.designations)


def test_customers_that_count_are_those_of_the_explanation(viewer: Client, workspace: Workspace, published: Publication) -> None:
    track = next(one.row.track for one in overview(OWN, published).designations if one.id == "security")
    rows = workspace.explain(DAY, partner=OWN, designation="security", metric="net_customer_adds", track=track).rows
    counting = {row.tenant_id for row in rows if row.counted_after and row.pool == "azure"}
    assert counting
    text = text_of(viewer, "customers/?designation=security&criterion=security.net_customer_adds.azure&meets=counts")
    shown = set(re.findall(rf"/{OWN}/insights/customers/([0-9a-f-]+)/", text))
    assert shown == counting
    one = next(row for row in rows if row.tenant_id in counting and row.counted_after and row.pool == "azure")
    assert dated(one.reason) in text


def test_customers_can_be_searched_and_sorted(viewer: Client) -> None:
    everyone = re.findall(r'insights/customers/[^/]+/">([^<]+)<', text_of(viewer, "customers/"))
    assert everyone == sorted(everyone, key=str.casefold)
    assert re.findall(r'insights/customers/[^/]+/">([^<]+)<', text_of(viewer, "customers/?sort=-customer")) == everyone[::-1]
    assert re.findall(r'insights/customers/[^/]+/">([^<]+)<', text_of(viewer, f"customers/?q={everyone[0][:6].upper()}"))[0] == everyone[0]
    assert "Nothing fits" in text_of(viewer, "customers/?q=nobody-of-this-name")
    assert text_of(viewer, "customers/?meets=never", 400)


def test_one_customer_stands_to_every_condition(viewer: Client, workspace: Workspace, published: Publication) -> None:
    tracks = {one.id: one.row.track for one in overview(OWN, published).designations}
    found = workspace.eligibility(DAY, partner=OWN, tracks=tracks)
    one = found.customers[0]
    text = text_of(viewer, f"customers/{one.tenant_id}/")
    assert one.name in text
    for criterion in found.criteria:
        assert criterion.condition in text
        assert one.reason(criterion.key) in text
    counts = sum(one.meets(criterion.key) == "counts" for criterion in found.criteria)
    assert f"{counts} of {len(found.criteria)} conditions" in text
    assert "not yours to see" in text_of(viewer, "customers/00000000-0000-4000-8000-00000000ffff/", 404)


def test_names_of_people_are_shown_to_those_who_may_see_them_alone(
    admin: Client, viewer: Client, places: Places, workspace: Workspace, published: Publication
) -> None:
    tracks = {one.id: one.row.track for one in overview(OWN, published).designations}
    found = workspace.skilling(DAY, partner=OWN, tracks=tracks)
    names = {one.person_name for one in found.certificates if one.person_name}
    assert names
    seen, hidden = text_of(admin, "skilling/"), text_of(viewer, "skilling/")
    assert all(name in seen for name in names)
    assert not any(name in hidden for name in names)
    assert "Names are hidden" in hidden
    assert not re.findall(r"Person [0-9a-f]{12}", seen)
    assert len(set(re.findall(r"Person [0-9a-f]{12}", hidden))) == len({one.person_id for one in found.certificates})
    Member.objects.filter(user=places.people[Role.EXECUTIVE_REPORT_VIEWER]).update(names_shown=True)
    assert all(name in text_of(viewer, "skilling/") for name in names)


def test_a_hidden_name_cannot_be_found_by_searching_for_it(viewer: Client, admin: Client, workspace: Workspace) -> None:
    name = next(iter(re.findall(r'<th scope="row"> *([A-Z][a-z]+ [A-Z][a-z]+)', text_of(admin, "skilling/"))))
    assert "Nothing fits" in text_of(viewer, f"skilling/?q={name.split()[1]}")
    assert "Nothing fits" not in text_of(admin, f"skilling/?q={name.split()[1]}")


def test_trends_show_a_chart_with_its_numbers(viewer: Client, workspace: Workspace, published: Publication) -> None:
    tracks = {one.id: one.row.track for one in overview(OWN, published).designations}
    text = text_of(viewer, "trends/?designation=security&span=25")
    found = workspace.trends(DAY, partner=OWN, tracks=tracks, designations=["security"])
    months = found.of["azure_usage"].months[-25:]
    assert text.count('class="chart-svg"') == 4
    for month in months:
        assert month_words(month.month) in text
        assert f"${month.amount:,.2f}" in text
    assert len(re.findall(r">[A-Z][a-z]+ 2\d{3} ?</th>", text_of(viewer, "trends/"))) == 4 * 13
    assert text_of(viewer, "trends/?designation=nothing&span=99")


def test_without_facts_to_read_the_page_says_so(viewer: Client, settings: Settings) -> None:
    settings.STORE = ""
    assert "no facts are served" in text_of(viewer, "customers/?designation=modern-work&q=x", 400)

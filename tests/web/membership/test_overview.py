"""The overview and the page of a designation say what the scores and statuses say."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.conf import settings
from django.test import Client

from attain.imports import runner
from attain.imports.models import ImportRun, ImportState
from attain.people.models import OrganizationPartner
from attain.published.models import Publication
from attain.published.read import overview
from attain.web.dates import dated
from attain.web.membership.overview import renewal_words
from attain.workspace import Workspace
from tests.people.places import Places
from tests.web.membership.conftest import CONTOSO, DAY, FABRIKAM, NORTHWIND


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("partner", [CONTOSO, FABRIKAM, NORTHWIND])
def test_every_card_shows_what_the_score_and_the_status_of_the_day_are(admin: Client, workspace: Workspace, partner: str) -> None:
    text = text_of(admin, f"/{partner}/membership/")
    cards = re.findall(r'<article class="card standing-card">.*?</article>', text, re.DOTALL)
    scores = workspace.score(DAY, partners=[partner])
    statuses = workspace.status(DAY, partners=[partner])[0].on.statuses
    assert len(cards) == len(statuses) == 6
    for card, status in zip(cards, statuses, strict=True):
        total = scores.total(partner, status.designation)
        assert f'aria-label="{workspace.shown(DAY, total.points)} of 100 points, 70 qualify"' in card
        assert status.status_name in card
        assert status.next_meaning in card
        assert (status.anniversary is None) == ("Anniversary" not in card)
        assert (status.anniversary is None) == ("<dt>Renewal</dt>" not in card)


@pytest.mark.parametrize(
    ("day", "qualified_on", "words"),
    [
        (dt.date(2026, 11, 30), None, "Can be qualified for from 1 Dec 2026"),
        (dt.date(2026, 12, 1), None, "Not qualified for yet"),
        (dt.date(2027, 6, 7), None, "Not qualified for yet"),
        (dt.date(2027, 6, 8), None, "Cannot be renewed: not qualified in its window"),
        (dt.date(2027, 6, 8), dt.date(2027, 6, 7), "May be renewed: qualified on 7 Jun 2027"),
    ],
)
def test_a_card_says_how_the_renewal_stands(day: dt.date, qualified_on: dt.date | None, words: str) -> None:
    assert renewal_words(day, dt.date(2026, 12, 1), dt.date(2027, 6, 7), qualified_on) == words


def test_the_change_names_its_main_cause_and_microsofts_number_leads_to_the_comparison(admin: Client, published: Publication) -> None:
    card = text_of(admin, f"/{CONTOSO}/membership/").split("Security</a>")[1]
    found = next(one for one in overview(CONTOSO, published).designations if one.id == "security")
    assert found.row.change_cause
    assert f"{found.change} points since 31 Oct: {found.row.change_cause}" in card
    assert f'70.00 on 24 Nov 2026, <a href="/{CONTOSO}/membership/reconcile/?designation=security">the same' in card


def test_what_each_status_means_is_on_the_page(admin: Client, workspace: Workspace) -> None:
    text = text_of(admin, f"/{CONTOSO}/membership/")
    assert all(status.meaning in text for status in workspace.book.programme.statuses)


def test_a_partner_of_whom_nothing_is_published_reads_what_to_do(admin: Client, places: Places) -> None:
    OrganizationPartner.objects.create(organization=places.partner, partner_id="7777777")
    for page in ("", "history/", "offers/", "reported/", "reconcile/", "history/compare/", "security/", "security/deployments/"):
        assert "Nothing is published yet" in text_of(admin, f"/7777777/membership/{page}")


def test_a_partner_whose_first_files_are_being_read_is_told_so(admin: Client, places: Places) -> None:
    OrganizationPartner.objects.create(organization=places.partner, partner_id="7777777")
    run = ImportRun.objects.create(store=settings.STORE, partner_id="7777777", claim=runner.ME, state=ImportState.PUBLISHING)
    page = text_of(admin, "/7777777/membership/")
    assert "Files of this partner are being read" in page
    assert "Nothing is published yet" not in page
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.FAILED)
    page = text_of(admin, "/7777777/membership/")
    assert "Files of this partner are being read" not in page
    assert "Nothing is published yet" in page


def test_the_track_that_counts_is_marked_and_the_other_is_one_link_away(admin: Client, workspace: Workspace) -> None:
    scores = workspace.score(DAY, partners=[CONTOSO], designations=["security"])
    totals = {row.track: row.points for row in scores.rows() if row.metric == "total"}
    text = text_of(admin, f"/{CONTOSO}/membership/security/")
    switch = text.split('class="track-switch')[1].split("</nav>")[0]
    assert re.findall(r"<strong class=\"number\">([\d.]+)</strong>( <span class=\"track-counts\">counts)?", switch) == [
        (workspace.shown(DAY, totals["enterprise"]), ""),
        (workspace.shown(DAY, totals["smb"]), ' <span class="track-counts">counts'),
    ]
    other = text_of(admin, f"/{CONTOSO}/membership/security/?track=enterprise")
    assert "The Enterprise track does not count here." in other
    assert "the higher total counts" in other
    for metric in scores.rows():
        if metric.track == "enterprise" and metric.metric != "total":
            name = next(one.name for one in workspace.book.designations["security"].metrics if one.id == metric.metric)
            shown = workspace.shown(DAY, metric.points)
            assert f'aria-label="{name}: {shown} of {metric.max_points:.0f} points"' in other


def test_an_assigned_track_shows_its_arithmetic(admin: Client, published: Publication) -> None:
    found = next(one for one in overview(CONTOSO, published).designations if one.id == "infrastructure")
    assert found.row.selected_by in {"assigned", "enrolled"}
    assert dated(found.row.selected_why[1:]) in text_of(admin, f"/{CONTOSO}/membership/infrastructure/")


def test_the_requirements_name_their_source_its_date_and_how_they_are_read(admin: Client) -> None:
    text = text_of(admin, f"/{CONTOSO}/membership/security/net_customer_adds/requirements/")
    assert "Net customer adds: requirements" in text
    assert "at least 600 USD" in text
    assert "Solutions Partner for Security, Microsoft, Partner Center documentation, 31 Jul 2026" in text
    assert "How Attain reads what the sources leave open" in text
    assert "I-4" in text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("secrity/", "did you mean security?"),
        ("security/?track=smbb", "did you mean smb?"),
        ("security/deploments/", "did you mean deployments?"),
        ("security/deployments/?keep=losst", "did you mean lost?"),
        ("security/deployments/rows.pdf", "known: csv, xlsx"),
    ],
)
def test_a_wrong_word_in_an_address_is_answered_with_the_nearest(admin: Client, address: str, words: str) -> None:
    assert words in text_of(admin, f"/{CONTOSO}/membership/{address}", 400)

"""Switching between partners."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from hypothesis import example, given
from hypothesis import strategies as st

from attain.people.joining import new_organization
from attain.people.models import OrganizationPartner, User
from attain.people.principal import principal_of
from attain.people.roles import Role
from attain.web.last_partner import COOKIE
from attain.web.partner_choice import choices, first_choices
from attain.web.partner_urls import FIXED, PartnerId
from tests.people.places import OTHER, OWN, Places, member_of


@pytest.fixture
def admin(places: Places) -> User:
    OrganizationPartner.objects.create(organization=places.partner, partner_id="1000009", name="Contoso Benelux")
    return places.people[Role.GLOBAL_ADMIN]


def test_the_partners_of_ones_organizations_are_listed_and_found(admin: User, client: Client) -> None:
    client.force_login(admin)
    assert [str(partner) for partner in choices(principal_of(admin))[0]] == ["Contoso Benelux", f"Partner {OWN}"]
    assert choices(principal_of(admin), "benelux")[1] == choices(principal_of(admin), "10000")[1] - 1 == 1
    page = client.get("/partners/").content.decode()
    assert "Contoso Benelux" in page
    assert f"Partner {OTHER}" not in page
    assert "No partner found" in client.get("/partners/?q=fabrikam").content.decode()


def test_switching_leads_to_the_first_page_of_the_partner_and_later_pages_keep_it(admin: User, client: Client) -> None:
    client.force_login(admin)
    assert client.get("/partners/1000009/")["Location"] == "/1000009/membership/"
    client.get("/1000009/membership/")
    assert 'href="/1000009/insights/"' in client.get("/rules/").content.decode()
    assert client.get(f"/partners/{OTHER}/").status_code == 404


def test_a_partner_no_longer_ones_own_is_forgotten(admin: User, client: Client) -> None:
    client.force_login(admin)
    client.get("/1000009/membership/")
    OrganizationPartner.objects.filter(partner_id="1000009").delete()
    assert 'href="/1000009/' not in client.get("/rules/").content.decode()


def test_who_sees_all_finds_a_partner_by_its_id(db: None, client: Client) -> None:
    client.force_login(member_of(new_organization("All", sees_all=True), Role.PARTNER_ADMIN))
    assert client.get("/partners/?q=1234567")["Location"] == "/partners/1234567/"
    assert client.get("/partners/1234567/")["Location"] == "/1234567/membership/"


def test_who_sees_all_begins_with_the_first_partner_where_none_is_published(db: None, client: Client) -> None:
    client.force_login(member_of(new_organization("All", sees_all=True), Role.GLOBAL_ADMIN))
    assert client.get("/")["Location"] == "/partners/"
    page = client.get("/partners/").content.decode()
    assert "Begin with your first files" in page
    assert "No partner found" not in page
    first = client.get("/partners/?q=4000001", follow=True)
    assert first.redirect_chain[-1][0] == "/4000001/membership/"
    assert 'href="/4000001/data/">Import files' in first.content.decode()
    assert client.get("/")["Location"] == "/4000001/membership/"


def test_who_may_not_import_is_not_told_to(db: None, places: Places, client: Client) -> None:
    client.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    page = client.get(f"/{OWN}/insights/").content.decode()
    assert "Nothing is published yet" in page
    assert "Import files" not in page
    client.force_login(member_of(new_organization("All", sees_all=True), Role.EXECUTIVE_REPORT_VIEWER))
    assert "Begin with your first files" not in client.get("/partners/").content.decode()


@pytest.mark.parametrize(("role", "listed"), [(Role.LEARNER, []), (Role.EXECUTIVE_REPORT_VIEWER, [f"Partner {OWN}"])])
def test_partners_are_offered_to_those_alone_whom_the_choice_leads_somewhere(
    places: Places, client: Client, role: Role, listed: list[str]
) -> None:
    person = places.people[role]
    offered = choices(principal_of(person))[0]
    assert [str(partner) for partner in offered] == listed
    client.force_login(person)
    assert ("Switch partner" in client.get("/playbook/").content.decode()) is bool(listed)
    assert all(client.get(f"/partners/{partner.partner_id}/").status_code == 302 for partner in offered)


def test_looking_at_another_partner_writes_nothing(admin: User, client: Client) -> None:
    client.force_login(admin)
    client.get(f"/{OWN}/membership/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/1000009/membership/")
    assert len(asked)
    assert not [one["sql"] for one in asked if not one["sql"].startswith("SELECT")]
    assert client.cookies[COOKIE].value == "1000009"
    assert client.cookies[COOKIE]["httponly"]


def test_the_frame_shows_the_first_partners_of_the_choice(admin: User, db: None) -> None:
    everything = member_of(new_organization("All", sees_all=True), Role.PARTNER_ADMIN)
    for person in (principal_of(admin), principal_of(everything)):
        assert first_choices(person) == choices(person)[0]


@given(st.text(min_size=1, max_size=20))
@example("~2F")
@example("/~")
@example("api")
def test_every_id_is_one_part_of_an_address_and_comes_back(partner_id: str) -> None:
    converter = PartnerId()
    written = converter.to_url(partner_id)
    assert converter.to_python(written) == partner_id
    assert "/" not in written
    assert written not in {*FIXED, ".", ".."}


@pytest.mark.parametrize(
    "partner_id", ["a/b", "/", "..", "api", "settings", "~", "~2F", "東京", "a;b, c", "a?b#c%2Fd", "x" * 200, "東" * 200]
)
def test_a_partner_of_any_id_has_its_pages(admin: User, places: Places, client: Client, partner_id: str) -> None:
    OrganizationPartner.objects.create(organization=places.partner, partner_id=partner_id, name="Odd")
    client.force_login(admin)
    assert "Odd" in client.get("/partners/").content.decode()
    first = client.get(reverse("switch_partner", args=[partner_id]))["Location"]
    assert first == reverse("membership:overview", args=[partner_id])
    page = client.get(first)
    assert page.status_code in {200, 409}, page.content
    kept = client.cookies[COOKIE].OutputString()
    assert kept.isascii()
    assert len(kept) < 4_096
    assert f'href="{escape(reverse("insights:qualification", args=[partner_id]))}"' in client.get("/rules/").content.decode()


@pytest.mark.parametrize("kept", ["rules", "a/b", "", "a%00", "%ED%A0%80", OTHER])
def test_a_cookie_that_names_no_partner_of_ones_own_is_left_alone(admin: User, client: Client, kept: str) -> None:
    client.force_login(admin)
    client.cookies[COOKIE] = kept
    page = client.get("/rules/")
    assert page.status_code == 200
    assert f'href="/{kept}/membership/' not in page.content.decode()


def test_whoever_signs_out_leaves_no_partner_behind(admin: User, client: Client) -> None:
    client.force_login(admin)
    client.get("/1000009/membership/")
    client.post("/account/logout/")
    assert client.cookies[COOKIE].value == ""

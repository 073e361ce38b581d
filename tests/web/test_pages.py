"""What holds of every page: what the browser is told about it, what is refused and how."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory

from attain.errors import AttainError
from attain.people.roles import Role
from attain.web.faults import FaultMiddleware
from tests.browser.screenshots import OPEN, SIGNED_IN
from tests.people.places import OWN, Places

INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE)
OTHER_HOST = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.IGNORECASE)


@pytest.fixture
def admin(places: Places) -> Client:
    client = Client()
    client.force_login(places.people[Role.GLOBAL_ADMIN])
    return client


@pytest.mark.parametrize("address", [*OPEN, *SIGNED_IN])
def test_a_page_holds_no_script_or_style_of_its_own_and_names_no_other_host(admin: Client, address: str) -> None:
    answer: Any = admin.get(address)
    if answer.status_code == 302:
        answer = admin.get(address, follow=True)
    text = answer.content.decode()
    assert INLINE.findall(text) == []
    assert OTHER_HOST.findall(text) == []
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"], answer["Referrer-Policy"]) == ("DENY", "nosniff", "same-origin")


@pytest.mark.parametrize(
    ("text", "found"), [('<p style="x">', 1), ("<script>x</script>", 1), ('<a onclick="x">', 1), ('<script src="/static/a.js">', 0)]
)
def test_the_search_for_scripts_and_styles_finds_them(text: str, found: int) -> None:
    assert len(INLINE.findall(text)) == found


def test_a_missing_page_says_so_and_offers_the_way_back(admin: Client) -> None:
    answer = admin.get("/nothing/here/")
    assert answer.status_code == 404
    assert "There is no such page." in answer.content.decode()


def test_the_same_is_said_of_a_partner_of_others_and_one_that_does_not_exist(admin: Client) -> None:
    theirs, none = (admin.get(f"/{partner}/membership/") for partner in ("1000002", "9999999"))
    assert theirs.status_code == none.status_code == 404
    assert theirs.content.decode().count("1000002") == none.content.decode().count("9999999") > 0


def test_without_the_role_the_page_names_the_roles_that_have_it(places: Places) -> None:
    client = Client()
    client.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    answer = client.get(f"/{OWN}/membership/")
    assert answer.status_code == 403
    assert "The Membership workspace needs the role Global admin or Partner admin." in answer.content.decode()


def test_a_refusal_says_what_where_and_what_to_do(db: None) -> None:
    error = AttainError("no-file", "the file has no header", "usage.csv", "export it again")
    answer = FaultMiddleware(lambda _: pytest.fail("never asked")).process_exception(RequestFactory().get("/"), error)
    assert answer is not None
    text = answer.content.decode()
    assert answer.status_code == 400
    assert all(word in text for word in ("usage.csv", "the file has no header", "export it again"))


def test_a_fragment_of_nobody_sends_the_whole_page_to_the_sign_in(db: None, client: Client) -> None:
    answer = client.get(f"/{OWN}/membership/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"/account/login/?next=/{OWN}/membership/"


def test_the_panel_alone_is_sent_where_htmx_asks_for_it(db: None, client: Client) -> None:
    whole = client.get("/styleguide/panel/").content.decode()
    part = client.get("/styleguide/panel/", headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert part.count("data-panel-close") == whole.count("data-panel-close") == 1


def test_a_theme_that_is_chosen_stays_and_another_word_does_not(db: None, client: Client) -> None:
    client.post("/theme/", {"theme": "dark", "next": "/account/login/"})
    assert 'data-theme="dark"' in client.get("/account/login/").content.decode()
    client.post("/theme/", {"theme": '"><script>', "next": "/account/login/"})
    assert "data-theme" not in client.get("/account/login/").content.decode()


def test_the_audit_log_is_an_organizations_own(places: Places, admin: Client) -> None:
    stranger = Client()
    stranger.login(email=places.stranger.email, password="rather long words")
    text = admin.get("/settings/contoso/audit/").content.decode()
    assert places.stranger.email not in text
    assert places.people[Role.GLOBAL_ADMIN].email in text
    assert "Nothing fits." in admin.get("/settings/contoso/audit/?event=exported").content.decode()

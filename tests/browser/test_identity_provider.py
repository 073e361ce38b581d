"""Sign-in through the pages of an identity provider, as a person in a browser sees it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDE, watched
from tests.browser.serving import Server, free_port, running
from tests.people.identity_provider.running import CALLBACK, CLIENT, SECRET, TENANT, Provider
from tests.people.identity_provider.running import running as running_provider

ADDRESS, PASSWORD = "ada@contoso.example", "rather long words"
PEOPLE = {
    "ada": {"name": "Ada", "email": ADDRESS, "email_verified": True, "tid": TENANT},
    "ada, not verified": {"name": "Ada", "email": ADDRESS, "email_verified": False, "tid": TENANT},
    "bob": {"name": "Bob", "email": "bob@contoso.example", "email_verified": True, "tid": TENANT},
    "eve": {"name": "Eve", "email": ADDRESS, "email_verified": True, "tid": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"},
}


@contextmanager
def both(folder: Path, **told: str) -> Generator[tuple[Server, Provider]]:
    """Run a provider and a server that signs in with it."""
    port = free_port()
    with running_provider(PEOPLE, [f"http://localhost:{port}{CALLBACK}"]) as provider:
        client = {"ATTAIN_OIDC_URL": provider.issuer, "ATTAIN_OIDC_CLIENT_ID": CLIENT, "ATTAIN_OIDC_CLIENT_SECRET": SECRET}
        with running(folder, demo=False, facts=False, port=port, told={**client, "ATTAIN_OIDC_NAME": "Contoso ID", **told}) as server:
            yield server, provider


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Server, Provider]]:
    """A server whose first Global admin is Ada, with a password."""
    with both(tmp_path_factory.mktemp("provider")) as made:
        page = browser.new_page(base_url=made[0].url)
        page.goto(made[0].first_run)
        page.get_by_label("Organization").fill("Contoso")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Email").fill(ADDRESS)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        page.close()
        yield made


@pytest.fixture
def page(browser: Browser, served: tuple[Server, Provider]) -> Iterator[Page]:
    server, provider = served
    yield from watched(browser, server, provider.origin, viewport=WIDE)


@pytest.fixture
def plain_page(browser: Browser, served: tuple[Server, Provider]) -> Iterator[Page]:
    server, provider = served
    yield from watched(browser, server, provider.origin, viewport=WIDE, java_script_enabled=False)


def come_in(page: Page, account: str, first: str = "/account/login/") -> None:
    """Go to a page, and on through the provider's own pages as one of its people."""
    page.goto(first)
    page.get_by_role("button", name="Sign in with Contoso ID").click()
    page.get_by_label("Account").fill(account)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Accept").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("kind", ["page", "plain_page"])
def test_a_person_signs_in_lands_on_the_page_asked_for_and_signs_out(request: pytest.FixtureRequest, kind: str) -> None:
    page: Page = request.getfixturevalue(kind)
    come_in(page, "ada", "/settings/contoso/people/")
    expect(page).to_have_url("/settings/contoso/people/")
    expect(page.get_by_role("heading", level=1)).to_have_text("People and roles")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.goto("/settings/contoso/people/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_whoever_cannot_come_in_is_told_why(page: Page, axe: Callable[[Page], list[str]]) -> None:
    come_in(page, "bob")
    expect(page.get_by_role("heading", level=1)).to_have_text("By invitation")
    expect(page.get_by_text("bob@contoso.example")).to_be_visible()
    assert axe(page) == []
    page.context.clear_cookies()
    come_in(page, "ada, not verified")
    expect(page.get_by_role("heading", level=1)).to_have_text("Email not verified")
    assert axe(page) == []
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with Contoso ID").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in stopped")
    page.get_by_role("link", name="Back to sign-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_person_of_another_tenant_is_told_so(browser: Browser, tmp_path: Path) -> None:
    with both(tmp_path, ATTAIN_ENTRA_TENANT=TENANT) as (server, provider):
        for page in watched(browser, server, provider.origin, viewport=WIDE):
            come_in(page, "eve")
            expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in failed")
            expect(page.get_by_text("belongs to another tenant")).to_be_visible()

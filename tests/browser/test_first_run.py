"""A server that nobody uses yet: the link it prints makes the first Global admin, once."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.serving import running


def test_the_printed_link_makes_the_first_admin(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, demo=False) as server:
        context = browser.new_context(base_url=server.url)
        page = context.new_page()
        page.goto(server.first_run)
        page.get_by_label("Organization").fill("Contoso")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Email").fill("ada@contoso.example")
        page.get_by_label("Password").fill("rather long words")
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        page.goto("/1000002/membership/")
        expect(page).to_have_title("Overview · Attain")
        other = browser.new_context(base_url=server.url).new_page()
        other.goto(server.first_run)
        expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert (server.home / "secret-key").stat().st_mode & 0o077 == 0
        assert (server.home / "attain.sqlite3").stat().st_mode & 0o077 == 0
        context.close()

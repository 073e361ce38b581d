"""Membership in a browser: from the overview to the rows behind a number and their file, history, and without mouse or script."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import DAY, ROOT, Server

SignIn = Callable[[Page, str], None]
Look = Callable[[Page], list[str]]
ATTAIN = (sys.executable, "-c", "from attain.cli.app import main; main()")
ADMIN, MEMBERSHIP = "global@contoso.example", "/1000001/membership/"


def _printed(*command: str) -> list[dict[str, str]]:
    """Give what a command prints as CSV."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([*ATTAIN, *command, "--format", "csv"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))


@pytest.fixture
def admin(page: Page, sign_in: SignIn) -> Page:
    sign_in(page, ADMIN)
    page.goto(MEMBERSHIP)
    return page


def test_from_the_overview_to_a_file_whose_numbers_are_the_pages_and_the_command_lines(admin: Page, server: Server, tmp_path: Path) -> None:
    store = str(server.store)
    asked = ("--as-of", DAY.isoformat(), "--partner", "1000001", "--designation", "security")
    scored = {(row["track"], row["metric"]): row for row in _printed("score", store, *asked)}
    admin.get_by_role("link", name="View details of Security").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Security")
    admin.get_by_role("navigation", name="Track").get_by_role("link", name="Enterprise").click()
    expect(admin).to_have_url(re.compile(r"track=enterprise$"))
    shown = admin.get_by_role("img", name=re.compile("70 qualify")).get_attribute("aria-label") or ""
    assert Decimal(shown.split(" of ")[0]) == Decimal(scored["enterprise", "total"]["points"]).quantize(Decimal("0.01"))
    admin.get_by_role("navigation", name="Track").get_by_role("link", name="SMB").click()
    admin.get_by_role("link", name="View details Net customer adds").click()
    panel = admin.get_by_role("dialog", name="Net customer adds")
    expect(panel).to_be_focused()
    expect(panel.locator(".panel-total")).to_contain_text(f"{Decimal(scored['smb', 'net_customer_adds']['points']):.2f} of 20 points")
    panel.get_by_role("link", name="All", exact=True).click()
    expect(admin).to_have_url(re.compile(r"pool=all"))
    panel.get_by_label("Show").select_option("counts")
    expect(admin).to_have_url(re.compile(r"keep=counts"))
    with admin.expect_download() as downloading:
        panel.get_by_role("link", name="All rows, CSV").click()
    downloading.value.save_as(tmp_path / "rows.csv")
    rows = list(csv.DictReader((tmp_path / "rows.csv").read_text().splitlines()))
    assert rows == _printed("explain", store, *asked, "--metric", "net_customer_adds", "--track", "smb")
    assert sum(Decimal(row["change"]) for row in rows) == Decimal(scored["smb", "net_customer_adds"]["value"])
    with admin.expect_download() as downloading:
        panel.get_by_role("link", name="Rows shown, CSV").click()
    downloading.value.save_as(tmp_path / "shown.csv")
    some = list(csv.DictReader((tmp_path / "shown.csv").read_text().splitlines()))
    assert some == [row for row in rows if row["counted_after"] == "true"]
    expect(panel.locator(".why-row")).to_have_count(len(some))


def test_a_search_in_the_panel_keeps_the_page_below_and_escape_gives_the_focus_back(admin: Page) -> None:
    admin.goto(f"{MEMBERSHIP}security/")
    opener = admin.get_by_role("link", name="View details Net customer adds")
    opener.focus()
    admin.keyboard.press("Enter")
    panel = admin.get_by_role("dialog")
    expect(panel).to_be_focused()
    search = panel.get_by_label("Search")
    search.fill("Litware")
    admin.keyboard.press("Enter")
    expect(admin).to_have_url(re.compile(r"q=Litware"))
    expect(panel.locator(".why-row")).to_have_count(1)
    expect(search).to_have_value("Litware")
    expect(admin.get_by_role("heading", level=1)).to_have_text("Security")
    admin.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(opener).to_be_focused()
    admin.go_back()
    expect(admin.get_by_role("dialog")).to_be_visible()


UNCOVERED = """() => {
    const place = document.activeElement.getBoundingClientRect();
    const top = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
    return document.activeElement.contains(top) || top?.contains(document.activeElement);
}"""


def test_a_sort_and_a_tab_in_the_panel_keep_the_focus(admin: Page) -> None:
    admin.goto(f"{MEMBERSHIP}security/net_customer_adds/")
    panel = admin.get_by_role("dialog", name="Net customer adds")
    for name, asked in (("Now", "sort=after"), ("Microsoft 365", "pool=microsoft-365")):
        panel.get_by_role("link", name=name).first.focus()
        admin.keyboard.press("Enter")
        expect(admin).to_have_url(re.compile(asked))
        expect(panel.get_by_role("link", name=name).first).to_be_focused()


def test_the_panel_hides_nothing_that_the_keyboard_comes_to(admin: Page) -> None:
    admin.goto(f"{MEMBERSHIP}security/")
    admin.get_by_role("link", name="View details Net customer adds").focus()
    admin.keyboard.press("Enter")
    panel = admin.get_by_role("dialog", name="Net customer adds")
    expect(panel).to_be_focused()
    expect(panel).to_be_in_viewport()
    behind = admin.get_by_role("link", name="View details Deployments")
    admin.keyboard.press("Shift+Tab")
    for _ in range(40):
        assert admin.evaluate(UNCOVERED), admin.evaluate("document.activeElement.outerHTML")
        if behind.evaluate("link => link === document.activeElement"):
            break
        admin.keyboard.press("Shift+Tab")
    expect(behind).to_be_focused()
    expect(panel).not_to_be_in_viewport()
    admin.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_two_days_of_the_history_are_compared(admin: Page) -> None:
    admin.get_by_role("navigation", name="Main").get_by_role("link", name="Scoring history").click()
    admin.get_by_role("navigation", name="Designation").get_by_role("link", name="Security").click()
    admin.get_by_label("From", exact=True).fill("2026-10-31")
    admin.get_by_role("button", name="Compare two days").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Two days compared")
    expect(admin.get_by_text("SC-401 expired on 3 Nov 2026")).to_be_visible()


def test_a_purchase_is_recorded_and_withdrawn(page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN)
    page.goto(f"{MEMBERSHIP}offers/")
    page.get_by_label("Designation").select_option("modern-work")
    page.get_by_label("Enrolled on").fill("2026-11-20")
    page.get_by_role("button", name="Record the purchase").click()
    expect(page.get_by_text("Modern Work is recorded.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Modern Work Enrolled"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Withdraw Modern Work")).click()
    expect(page.get_by_role("row", name=re.compile("^Modern Work In progress"))).to_be_visible()


def test_the_way_to_the_rows_works_without_a_script(plain_page: Page, sign_in: SignIn) -> None:
    sign_in(plain_page, ADMIN)
    plain_page.goto(MEMBERSHIP)
    plain_page.get_by_role("link", name="View details of Security").click()
    plain_page.get_by_role("link", name="View details Net customer adds").click()
    panel = plain_page.get_by_role("dialog", name="Net customer adds")
    panel.get_by_label("Show").select_option("lost")
    panel.get_by_role("button", name="Apply").click()
    expect(panel.get_by_text("lost: counted a year ago")).to_have_count(panel.locator(".why-row").count())
    panel.get_by_role("link", name="Close").click()
    expect(plain_page.get_by_role("dialog")).to_have_count(0)
    expect(plain_page).to_have_url(re.compile(r"/membership/security/$"))


def test_axe_finds_nothing_in_a_panel_that_was_opened(admin: Page, axe: Look) -> None:
    admin.goto(f"{MEMBERSHIP}security/")
    for name in ("View details Net customer adds", "View requirements Deployments", "View details Intermediate certifications"):
        admin.get_by_role("link", name=name).click()
        expect(admin.get_by_role("dialog")).to_be_visible()
        assert axe(admin) == []
        admin.keyboard.press("Escape")

"""Insights and Data in a browser: a real file imported and followed, by mouse, by keyboard and without JavaScript; who has no right to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_frame import ADMIN, VIEWER, Look, SignIn
from tests.imports.conftest import TENANT, focus_file

DATA = "/1000001/data/"
PARTNER_ADMIN = "partner@contoso.example"
LONG = 120_000
"""Milliseconds: an import and the scores after it, on a machine that does other things as well."""


@pytest.fixture
def october(tmp_path: Path) -> Callable[[str], Path]:
    """Make a small export that is new: `cost` tells it from others."""

    def made(cost: str) -> Path:
        path = tmp_path / f"october-{cost}.csv"
        path.write_bytes(focus_file({"BilledCost": cost}))
        return path

    return made


def send(page: Page) -> None:
    page.get_by_label("Partner of rows that name none").select_option("1000001")
    page.get_by_label("Tenant of rows that name none").fill(TENANT)
    page.get_by_role("button", name="Import", exact=True).click()


def test_a_real_cost_export_is_imported_and_seen_in_data(page: Page, sign_in: SignIn, axe: Look, sample_data: Path) -> None:
    sign_in(page, PARTNER_ADMIN)
    page.goto(DATA)
    page.get_by_label("Files", exact=True).set_input_files(sample_data / "focus_1.0_sample.csv")
    expect(page.get_by_text("focus_1.0_sample.csv")).to_be_visible()
    send(page)
    expect(page).to_have_url(re.compile(r"/data/imports/\d+/$"))
    expect(page.get_by_text("Imported", exact=True)).to_be_visible(timeout=LONG)
    expect(page.get_by_text("1,000", exact=True)).to_be_visible()
    assert axe(page) == []
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Data").click()
    row = page.get_by_role("row", name=re.compile("focus_1.0_sample.csv"))
    expect(row).to_contain_text("1,000")
    page.get_by_role("link", name="focus_1.0_sample.csv").click()
    expect(page.get_by_text("Imported", exact=True)).to_be_visible()


def test_a_file_dropped_on_the_form_is_taken(page: Page, sign_in: SignIn, october: Callable[[str], Path]) -> None:
    sign_in(page, PARTNER_ADMIN)
    page.goto(DATA)
    text = october("11").read_text(encoding="utf-8")
    transfer = page.evaluate_handle(
        "text => { const all = new DataTransfer(); all.items.add(new File([text], 'dropped.csv', {type: 'text/csv'})); return all; }", text
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.locator("[data-chosen]")).to_have_text("dropped.csv")
    send(page)
    expect(page.get_by_text("Imported", exact=True)).to_be_visible(timeout=LONG)


def test_a_keyboard_alone_imports_a_file(page: Page, sign_in: SignIn, october: Callable[[str], Path]) -> None:
    # Who listens only when the key is pressed may come too late for Chromium, which then opens no chooser at all.
    page.on("filechooser", lambda _: None)
    sign_in(page, PARTNER_ADMIN)
    page.goto(DATA)
    files = page.get_by_label("Files", exact=True)
    files.focus()
    expect(files).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(october("12"))
    page.keyboard.press("Tab")
    expect(page.get_by_label("Partner of rows that name none")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(TENANT)
    page.keyboard.press("Tab")
    expect(page.get_by_text("More choices")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Imported", exact=True)).to_be_visible(timeout=LONG)


def test_a_file_is_imported_without_javascript(plain_page: Page, sign_in: SignIn, october: Callable[[str], Path]) -> None:
    sign_in(plain_page, PARTNER_ADMIN)
    plain_page.goto(DATA)
    plain_page.get_by_label("Files", exact=True).set_input_files(october("13"))
    send(plain_page)
    expect(plain_page).to_have_url(re.compile(r"/data/imports/\d+/$"))
    for _ in range(LONG // 1000):
        if plain_page.get_by_text("Imported", exact=True).is_visible():
            break
        plain_page.wait_for_timeout(1000)
        plain_page.reload()
    expect(plain_page.get_by_text("Imported", exact=True)).to_be_visible()


def test_a_file_that_is_not_known_says_so_in_place(page: Page, sign_in: SignIn, tmp_path: Path) -> None:
    sign_in(page, PARTNER_ADMIN)
    page.goto(DATA)
    notes = tmp_path / "notes.csv"
    notes.write_text("one,two\n1,2\n", encoding="utf-8")
    page.get_by_label("Files", exact=True).set_input_files(notes)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Not imported", exact=True)).to_be_visible(timeout=LONG)
    expect(page.get_by_text("notes.csv: the header is that of no known source")).to_be_visible()


def test_what_is_refused_at_once_stands_in_the_page(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PARTNER_ADMIN)
    page.goto(DATA)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("no file was chosen")).to_be_visible()


def test_a_viewer_sees_insights_without_names_and_no_data(page: Page, sign_in: SignIn) -> None:
    sign_in(page, VIEWER)
    page.goto("/1000001/insights/skilling/")
    expect(page.get_by_text("Names are hidden")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Data")).to_have_count(0)
    page.goto(DATA)
    expect(page.get_by_text("Data needs the role Global admin or Partner admin.")).to_be_visible()


def test_a_customer_is_found_and_its_every_condition_read(page: Page, sign_in: SignIn, axe: Look) -> None:
    sign_in(page, ADMIN)
    page.goto("/1000001/insights/customers/?designation=security")
    page.get_by_label("Customer or tenant").fill("wingtip")
    page.get_by_label("Stands", exact=True).select_option("near")
    page.wait_for_url(re.compile("meets=near"))
    page.get_by_role("link", name="Wingtip Toys").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wingtip Toys")
    expect(page.get_by_text("599.40 of 600 USD: 0.60 short").first).to_be_visible()
    assert axe(page) == []


def test_figures_of_rules_lead_to_their_sources(page: Page, sign_in: SignIn) -> None:
    sign_in(page, VIEWER)
    page.goto("/rules/")
    page.get_by_role("link", name="since 2023-12").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("what changed")
    page.get_by_role("link", name="[1]").first.click()
    expect(page.locator("#source-1")).to_be_in_viewport()

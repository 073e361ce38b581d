"""The frame of every page in a browser: accessible, keyboard, narrow, without JavaScript, dark."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import NARROW
from tests.browser.screenshots import OPEN, SIGNED_IN, settle

SignIn = Callable[[Page, str], None]
Look = Callable[[Page], list[str]]
LABELS_THAT_RUN_ON = """() => [...document.querySelectorAll(".table-stacks td[data-label]")]
  .filter((cell) => getComputedStyle(cell, "::before").whiteSpace.includes("nowrap")).map((cell) => cell.dataset.label)"""
"""Labels of cells on a narrow screen that are not broken over lines: a long one would lie over its cell."""
NARROWEST: ViewportSize = {"width": 320, "height": 640}
"""The narrowest screen on which nothing may ask for scrolling both ways (WCAG 1.4.10): also one of 1280 pixels, four times enlarged."""
PAPER: ViewportSize = {"width": 700, "height": 1030}
"""A sheet of A4 within its margins."""
SPACE_TEXT = """() => {
  const sheet = new CSSStyleSheet()
  const text = "line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important"
  sheet.replaceSync(`* { ${text} } p { margin-bottom: 2em !important }`)
  document.adoptedStyleSheets = [sheet]
}"""
"""Text set as wide as a reader may set it without losing anything (WCAG 1.4.12)."""
ADMIN, VIEWER, LEARNER = "global@contoso.example", "executive@contoso.example", "learner@contoso.example"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(page: Page, sign_in: SignIn, axe: Look, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for address in (*OPEN, "", *SIGNED_IN):
        if address:
            page.goto(address)
            settle(page)
            found[address] = axe(page)
        else:
            sign_in(page, ADMIN)
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_no_page_is_wider_than_a_narrow_screen_or_a_sheet_of_paper(narrow_page: Page, sign_in: SignIn) -> None:
    wider: list[tuple[str, str]] = []
    for address in (*OPEN, "", *SIGNED_IN):
        narrow_page.set_viewport_size(NARROW)
        narrow_page.emulate_media(media="screen")
        if not address:
            sign_in(narrow_page, ADMIN)
            continue
        narrow_page.goto(address)
        settle(narrow_page)
        assert narrow_page.evaluate(LABELS_THAT_RUN_ON) == [], address
        if _is_wide(narrow_page):
            wider.append((address, "screen"))
        narrow_page.set_viewport_size(NARROWEST)
        if _is_wide(narrow_page):
            wider.append((address, "narrowest screen"))
        narrow_page.evaluate(SPACE_TEXT)
        narrow_page.set_viewport_size(NARROW)
        if _is_wide(narrow_page):
            wider.append((address, "text set wider"))
        narrow_page.evaluate("document.adoptedStyleSheets = []")
        narrow_page.emulate_media(media="print")
        narrow_page.set_viewport_size(PAPER)
        if _is_wide(narrow_page):
            wider.append((address, "paper"))
    assert wider == []


def _is_wide(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_panel_is_printed_whole_and_alone(page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN)
    page.goto("/1000001/membership/security/net_customer_adds/")
    note, panel, behind = page.locator(".print-note"), page.get_by_role("dialog"), page.get_by_role("heading", name="Performance")
    expect(note).to_be_hidden()
    expect(behind).to_be_visible()
    page.emulate_media(media="print")
    expect(note).to_contain_text("Contoso, partner 1000001. Recomputed by Attain")
    expect(behind).to_be_hidden()
    expect(page.get_by_role("heading", level=1, name="Security")).to_be_visible()
    expect(panel.get_by_role("button", name="Apply")).to_be_hidden()
    # Nothing is behind an edge: what scrolls on a screen stands in full.
    for box in (panel, panel.locator(".panel-body"), *panel.locator(".table-wrap").all()):
        assert box.evaluate("box => box.scrollHeight - box.clientHeight") <= 1
        assert box.evaluate("box => getComputedStyle(box).overflowY") == "visible"
    assert len(pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 2


def test_the_navigation_folds_on_a_narrow_screen(narrow_page: Page, sign_in: SignIn) -> None:
    sign_in(narrow_page, ADMIN)
    link = narrow_page.get_by_role("link", name="Scoring history")
    expect(link).to_be_hidden()
    narrow_page.get_by_text("Menu", exact=True).click()
    link.click()
    expect(narrow_page).to_have_title("Scoring history · Attain")


def test_a_keyboard_reaches_the_content_and_closes_what_is_open(page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    button = page.locator("summary", has_text="Account")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your account")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_panel_opens_in_the_address_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/styleguide/")
    opener = page.get_by_role("link", name="View details Usage growth")
    opener.click()
    panel = page.get_by_role("dialog", name="Net customer adds")
    expect(panel).to_be_visible()
    expect(page).to_have_url(re.compile(r"/styleguide/panel/$"))
    expect(panel).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/styleguide/$"))
    expect(opener).to_be_focused()
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_panel_without_javascript_is_a_page_with_a_link_back(plain_page: Page) -> None:
    plain_page.goto("/styleguide/")
    plain_page.get_by_role("link", name="View details Usage growth").click()
    expect(plain_page.get_by_role("dialog", name="Net customer adds")).to_be_visible()
    plain_page.get_by_role("link", name="Close").click()
    expect(plain_page.get_by_role("dialog")).to_have_count(0)


def test_everything_works_without_javascript(plain_page: Page, sign_in: SignIn) -> None:
    sign_in(plain_page, ADMIN)
    plain_page.get_by_role("link", name="Rules").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Rules")
    plain_page.locator("summary", has_text="Account").click()
    plain_page.get_by_role("button", name="Dark").click()
    expect(plain_page.locator("html")).to_have_attribute("data-theme", "dark")
    plain_page.locator("summary", has_text="Account").click()
    plain_page.get_by_role("button", name="Sign out").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_theme_chosen_stays(page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("summary", has_text="Account").click()
    page.get_by_role("button", name="Dark").click()
    page.goto("/rules/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_a_viewer_has_no_membership_and_reads_who_does(page: Page, sign_in: SignIn) -> None:
    sign_in(page, VIEWER)
    expect(page.get_by_role("heading", name="Insights")).to_be_visible()
    expect(page.get_by_role("heading", name="Membership")).to_have_count(0)
    page.goto("/1000001/membership/")
    expect(page.get_by_text("The Membership workspace needs the role Global admin or Partner admin.")).to_be_visible()


def test_a_learner_has_the_playbook_alone(page: Page, sign_in: SignIn) -> None:
    sign_in(page, LEARNER)
    assert page.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts() == ["Playbook"]


def test_an_invitation_is_made_and_taken(page: Page, narrow_page: Page, sign_in: SignIn) -> None:
    sign_in(page, ADMIN)
    page.goto("/settings/contoso/invitations/")
    page.get_by_label("Email").fill("browser@contoso.example")
    page.get_by_label("Role").select_option("partner_admin")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("code.secret").inner_text()
    narrow_page.goto(link)
    narrow_page.get_by_label("Your name").fill("Bo Browser")
    narrow_page.get_by_label("Password").fill("rather long words")
    narrow_page.get_by_role("button", name="Join").click()
    expect(narrow_page).to_have_title("Overview · Attain")
    page.goto("/settings/contoso/people/")
    expect(page.get_by_role("rowheader", name="Bo Browser")).to_be_visible()

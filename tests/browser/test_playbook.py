"""The course in a browser: from a metric that blocks to its lesson, a check, done, resume, search, on paper, and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[[Page, str], None]
Look = Callable[[Page], list[str]]
BLOCKED = "partner@fabrikam.example"


@pytest.fixture
def offered(page: Page, sign_in: SignIn) -> Page:
    """The lesson that Fabrikam's page of a designation offers for a metric that keeps it from qualifying."""
    sign_in(page, BLOCKED)
    page.goto("/1000002/membership/security/")
    page.get_by_role("link", name=re.compile(r"^Lesson \d\.\d: ")).first.click()
    return page


def test_from_an_offered_lesson_to_the_next_and_back(offered: Page, axe: Look) -> None:
    expect(offered).to_have_url(re.compile(r"/playbook/security/\d\.1/$"))
    number = offered.url.rstrip("/").rpartition("/")[2]
    check = offered.get_by_role("region", name="Check 1")
    check.get_by_role("textbox").fill("0.5")
    check.get_by_role("textbox").press("Enter")
    expect(check.get_by_role("status")).to_contain_text("Not quite. The answer is:")
    right = re.search(r"The answer is: ([\d.,]+\d)", check.get_by_role("status").inner_text())
    assert right
    check.get_by_role("textbox").fill(right[1])
    check.get_by_role("button", name="Answer again").click()
    expect(check.get_by_role("status")).to_contain_text("Right.")
    assert axe(offered) == []
    offered.get_by_role("button", name="Mark as done and go on").click()
    expect(offered.get_by_text(f"Lesson {number} is done.")).to_be_visible()
    following = offered.get_by_role("heading", level=1).inner_text()
    offered.get_by_role("link", name="Playbook", exact=True).first.click()
    offered.get_by_role("link", name="Resume").click()
    expect(offered.get_by_role("heading", level=1)).to_have_text(following)


def test_the_search_leads_to_a_lesson(offered: Page) -> None:
    offered.goto("/playbook/")
    offered.get_by_label("Search the lessons").fill("partner admin link")
    offered.get_by_role("button", name="Search").click()
    offered.get_by_role("main").get_by_role("link", name=re.compile("^5.4 ")).click()
    expect(offered.get_by_role("heading", level=1)).to_have_text("Adding your partner id: PAL, CPOR, CSP, DPOR")
    expect(offered.locator("img.picture:visible")).to_have_count(1)
    assert offered.evaluate("document.querySelector('img.picture-light').naturalWidth") > 600


def test_on_paper_there_is_the_lesson_alone(offered: Page) -> None:
    offered.emulate_media(media="print")
    expect(offered.get_by_role("heading", name="Start here")).to_be_visible()
    for hidden in (".side-nav", ".top-bar", ".lesson-aside", ".lesson-around", ".check-card button >> nth=0"):
        expect(offered.locator(hidden)).to_be_hidden()


def test_without_a_script_a_choice_is_answered_and_a_lesson_done(plain_page: Page, sign_in: SignIn) -> None:
    sign_in(plain_page, "learner@contoso.example")
    plain_page.goto("/playbook/security/1.1/")
    check = plain_page.get_by_role("region", name="Check 1")
    check.get_by_label("Nothing more: one yearly fee covers all of them").check()
    check.get_by_role("button", name="Check my answer").click()
    expect(check).to_contain_text("Right.")
    plain_page.get_by_role("button", name="Mark as done and go on").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("How the score works")


def test_a_distributor_finds_what_its_resellers_learn_in_the_navigation(
    offered: Page, browser_page: Page, sign_in: SignIn, axe: Look
) -> None:
    offered.get_by_role("main").wait_for()
    sign_in(browser_page, "manager@wideworld.example")
    browser_page.get_by_role("link", name="What resellers learn").click()
    expect(browser_page.get_by_role("row", name=re.compile("Fabrikam"))).to_contain_text("Security")
    assert axe(browser_page) == []


@pytest.fixture
def browser_page(narrow_page: Page) -> Page:
    """A second person, on a wide page of its own."""
    narrow_page.set_viewport_size({"width": 1440, "height": 900})
    return narrow_page


def test_a_lesson_is_printed_dark_on_light_whatever_the_theme(page: Page, sign_in: SignIn) -> None:
    sign_in(page, BLOCKED)
    page.goto("/playbook/security/1.2/")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    ground = "getComputedStyle(document.body).backgroundColor"
    on_screen = page.evaluate(ground)
    page.emulate_media(media="print", color_scheme="dark")
    printed = page.evaluate(ground)
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert page.evaluate(ground) == printed != on_screen
    expect(page.locator(".picture-dark").first).to_be_hidden()

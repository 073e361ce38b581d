"""Plan in a browser: from coverage to a recorded claim; a scenario saved and compared; the forecast; by keyboard and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.screenshots import WORKED_OUT, settle
from tests.browser.test_frame import VIEWER, Look, SignIn

PARTNER_ADMIN = "partner@contoso.example"
PLAN = "/1000001/plan/"


def test_coverage_leads_to_a_claim_that_is_recorded(page: Page, sign_in: SignIn, axe: Look) -> None:
    sign_in(page, PARTNER_ADMIN)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Associations coverage").click()
    settle(page)
    page.get_by_role("link", name=re.compile("^Record a claim")).first.click()
    page.get_by_label("Claim id").fill("C-2026-1")
    page.get_by_label("Status").select_option("submitted")
    page.get_by_label("Submitted on").fill("2026-11-02")
    page.get_by_label("The customer's tenant id and domain").check()
    page.get_by_role("button", name="Record the claim").click()
    expect(page.get_by_text("Claim C-2026-1 is recorded.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("C-2026-1"))).to_contain_text("Submitted")
    assert axe(page) == []
    page.goto(f"{PLAN}coverage/?view=checks")
    settle(page)
    expect(page.get_by_text("Claim C-2026-1 lacks")).to_be_visible()


def test_on_a_narrow_screen_a_product_lists_the_associations_that_it_has(page: Page, narrow_page: Page, sign_in: SignIn) -> None:
    sign_in(page, PARTNER_ADMIN)
    sign_in(narrow_page, PARTNER_ADMIN)
    for at in (page, narrow_page):
        at.goto(f"{PLAN}coverage/?view=matrix")
        settle(at)
    row = "//th[contains(., 'Proseware')]/parent::tr[contains(., 'Sentinel')]/td[contains(@data-label, '{}')]"
    for label, narrow in (("CSP Tier 2", True), ("DPOR", False), ("CPOR", True)):
        expect(page.locator(row.format(label))).to_be_visible()
        expect(narrow_page.locator(row.format(label))).to_be_visible(visible=narrow)


def test_a_scenario_is_played_saved_and_compared_without_javascript(plain_page: Page, sign_in: SignIn) -> None:
    page = plain_page
    sign_in(page, PARTNER_ADMIN)
    _open(page, f"{PLAN}simulator/")
    expect(page.get_by_text("No difference", exact=True)).to_be_visible()
    page.get_by_label("Add a change").select_option("drop_customer")
    page.get_by_role("button", name="Choose", exact=True).click()
    page.get_by_label("Customer", exact=True).fill("Litware")
    page.get_by_role("button", name="Add the change").click()
    page.get_by_label("Add a change").select_option("certify")
    page.get_by_role("button", name="Choose", exact=True).click()
    page.get_by_label("Person", exact=True).fill("Ada Example")
    page.get_by_label("Certificate", exact=True).select_option("SC-200")
    page.get_by_role("button", name="Add the change").click()
    expect(page.get_by_role("listitem").filter(has_text="Litware is lost")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Ada Example earns SC-200")).to_be_visible()
    security = page.get_by_role("table", name="Today against simulated").get_by_role("row", name=re.compile("^Security"))
    simulated = security.get_by_role("cell").nth(1).inner_text()
    page.get_by_label("Name", exact=True).fill("Litware leaves")
    page.get_by_role("button", name="Save", exact=True).click()
    _open(page, page.url)
    compared = page.get_by_role("table", name="Today against saved scenarios").get_by_role("row", name=re.compile("^Security"))
    expect(compared).to_contain_text(simulated)


def test_the_forecast_is_waited_for_and_marked_as_a_projection(page: Page, sign_in: SignIn, axe: Look) -> None:
    sign_in(page, VIEWER)
    page.goto(f"{PLAN}forecast/?designation=modern-work")
    settle(page)
    expect(page.get_by_role("heading", name="Modern Work: projected total")).to_be_visible()
    expect(page.get_by_text("entitles to nothing")).to_be_visible()
    expect(page.get_by_text("Names of people are hidden")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Usage from here on").focus()
    page.keyboard.press("End")
    expect(page.get_by_text("Say by how much usage changes")).to_be_visible(timeout=WORKED_OUT)


def test_a_recommendation_on_the_page_of_a_designation_is_simulated(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PARTNER_ADMIN)
    page.goto("/1000001/membership/security/")
    first = page.get_by_role("region", name="What to do first", exact=True).get_by_role("link", name="Simulate").first
    first.click(timeout=WORKED_OUT)
    settle(page)
    expect(page.get_by_role("table", name="Today against simulated")).to_be_visible()
    expect(page.get_by_text("What moved it").first).to_be_visible()


def _open(page: Page, address: str) -> None:
    """Open a page by its own link as long as it is being worked out, as without JavaScript."""
    page.goto(address)
    for _ in range(60):
        if page.locator("[data-waiting]").count() == 0:
            return
        page.get_by_role("link", name="Look again").click()

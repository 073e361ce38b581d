"""The portfolio in a browser: filter, download, call, a segment; and a reseller that shares, without a script, and takes it back."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[[Page, str], None]
Look = Callable[[Page], list[str]]
HOME = "/portfolio/wide-world-distribution/"


@pytest.fixture
def manager(page: Page, sign_in: SignIn) -> Page:
    sign_in(page, "manager@wideworld.example")
    page.get_by_role("link", name="Portfolio", exact=True).first.click()
    return page


def test_from_the_list_to_a_file_a_call_and_a_segment(manager: Page, axe: Look) -> None:
    expect(manager.get_by_role("heading", level=1)).to_have_text("All resellers")
    manager.get_by_label("Designation").select_option("security")
    expect(manager).to_have_url(re.compile("designation=security"))
    rows = manager.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(3)
    manager.get_by_label("Consent").select_option("totals")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Fabrikam")
    assert axe(manager) == []
    with manager.expect_download() as downloading:
        manager.get_by_role("link", name="All rows, CSV").click()
    [line] = csv.DictReader(Path(downloading.value.path()).read_text(encoding="utf-8").splitlines())
    assert (line["name"], line["consent"], line["blocking"]) == ("Fabrikam", "totals", "")
    expect(rows.nth(1)).to_contain_text(line["total"][:4])

    manager.get_by_role("navigation", name="Portfolio").get_by_role("link", name="Call list").click()
    first = manager.get_by_role("table").get_by_role("row").nth(1)
    expect(first).to_contain_text("Renewal due")
    first.get_by_role("textbox").fill("sends the invoice")
    first.get_by_role("button", name=re.compile("^Called")).click()
    expect(manager.get_by_text("The call is recorded.")).to_be_visible()
    expect(manager.get_by_role("table").get_by_role("row").nth(1)).to_contain_text("sends the invoice")
    assert axe(manager) == []

    manager.get_by_role("navigation", name="Portfolio").get_by_role("link", name="Segments").click()
    manager.get_by_label("Name", exact=True).fill("North")
    manager.get_by_label("Partner ids").fill("1000004")
    manager.get_by_role("button", name="Save", exact=True).click()
    manager.get_by_role("link", name="North").click()
    expect(manager.get_by_role("table").get_by_role("row")).to_have_count(2)
    manager.get_by_role("link", name="Tailspin").click()
    expect(manager.get_by_role("heading", name="Metrics of the track that counts")).to_be_visible()
    assert axe(manager) == []
    manager.goto(f"{HOME}segments/")
    manager.get_by_role("button", name="Remove North").click()
    expect(manager.get_by_text("North is removed.")).to_be_visible()


def test_a_reseller_shares_without_a_script_and_takes_it_back(manager: Page, plain_page: Page, sign_in: SignIn, axe: Look) -> None:
    asked = f"{HOME}?designation=security&q=Contoso"
    manager.goto(asked)
    expect(manager.get_by_text("Nothing fits.")).to_be_visible()
    sign_in(plain_page, "partner@contoso.example")
    plain_page.goto("/settings/contoso/sharing/")
    plain_page.get_by_label("Of your partner account").select_option("1000001")
    plain_page.get_by_role("radio", name=re.compile("Details")).check()
    plain_page.get_by_role("button", name="Share", exact=True).click()
    expect(plain_page.get_by_text(re.compile("sees details of Contoso"))).to_be_visible()
    manager.reload()
    line = manager.get_by_role("table").get_by_role("row").nth(1)
    expect(line).to_contain_text("Contoso")
    expect(line).to_contain_text("Details")
    plain_page.get_by_role("button", name=re.compile("^Revoke what Wide World")).click()
    expect(plain_page.get_by_text(re.compile("no longer sees"))).to_be_visible()
    manager.reload()
    expect(manager.get_by_text("Nothing fits.")).to_be_visible()
    for page in ("cohorts/?designation=security", "others/"):
        manager.goto(HOME + page)
        assert axe(manager) == []

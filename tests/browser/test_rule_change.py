"""Other rules for all resellers in a browser: an edition chosen, then rules edited, refused with the reason, and kept."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from attain.rulebook.load import packaged_folder
from tests.browser.screenshots import settle
from tests.browser.test_frame import Look, SignIn

MANAGER = "manager@wideworld.example"


def test_an_edition_and_edited_rules_for_all_resellers(page: Page, sign_in: SignIn, axe: Look, tmp_path: Path) -> None:
    sign_in(page, MANAGER)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Portfolio").click()
    page.get_by_role("link", name="Rule change").click()
    settle(page)
    page.get_by_label("Rules", exact=True).select_option("2023-12")
    settle(page)
    page.get_by_label("Show").select_option("all")
    settle(page)
    expect(page.get_by_role("table", name=re.compile("on the facts of today$")).get_by_role("row")).not_to_have_count(1)
    page.get_by_text("Files of the rulebook, and where to put edited ones").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="security.yaml", exact=True).click()
    path = tmp_path / "security.yaml"
    downloading.value.save_as(path)
    assert path.read_bytes() == (packaged_folder() / "designations" / "security.yaml").read_bytes()
    page.get_by_label("Name", exact=True).fill("One customer is enough")
    page.get_by_label("Edited files").set_input_files(path)
    page.get_by_role("button", name="Keep these rules").click()
    expect(page.get_by_text("No value, name or citation is different.")).to_be_visible()
    path.write_text(path.read_text(encoding="utf-8").replace("enterprise: 10, smb: 5}", "enterprise: 10, smb: 1}"), encoding="utf-8")
    page.get_by_label("Edited files").set_input_files(path)
    page.get_by_role("button", name="Keep these rules").click()
    expect(page.get_by_text("One customer is enough is kept.")).to_be_visible()
    settle(page)
    expect(page.get_by_role("table", name="One customer is enough: resellers by designation")).to_be_visible()
    assert axe(page) == []

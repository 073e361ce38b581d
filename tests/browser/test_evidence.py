"""Evidence in a browser: from the comparison with Microsoft to a case, its pack and its files, with a script and without."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.serving import DAY
from tests.browser.test_frame import ADMIN, VIEWER, Look, SignIn
from tests.report.packs import pdf_text, sheets

MEMBERSHIP = "/1000001/membership/"


def _open_case(page: Page, ticket: str) -> None:
    page.goto(f"{MEMBERSHIP}reconcile/")
    page.get_by_role("link", name="Evidence pack for Security").click()
    expect(page.get_by_label("Designation")).to_have_value("security")
    expect(page.get_by_label("Day", exact=True)).to_have_value(DAY.isoformat())
    page.get_by_label("Ticket id").fill(ticket)
    page.get_by_label("Due on").fill("2027-01-15")
    page.get_by_role("button", name="Open the case and make its pack").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Ticket {ticket}")


def _downloaded(page: Page, name: str, folder: Path) -> bytes:
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile(f"^{name}")).first.click()
    path = folder / downloading.value.suggested_filename
    downloading.value.save_as(path)
    return path.read_bytes()


def test_from_the_comparison_to_the_files_of_a_pack(page: Page, sign_in: SignIn, axe: Look, tmp_path: Path) -> None:
    sign_in(page, ADMIN)
    _open_case(page, "2611250040001234")
    assert axe(page) == []
    pdf, xlsx = _downloaded(page, "PDF", tmp_path), _downloaded(page, "XLSX", tmp_path)
    assert "2611250040001234" in pdf_text(pdf)
    assert "Reported against recomputed" in pdf_text(pdf)
    assert [row[-1] for row in sheets(xlsx)["Compared"][1:]] == ["agrees"] * 5
    page.get_by_text("Digests and versions").click()
    expect(page.get_by_text(hashlib.sha256(pdf).hexdigest())).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name=re.compile("^Make it again and compare")).click()
    expect(page.get_by_text("every file is the same, byte by byte")).to_be_visible()
    page.get_by_role("link", name="Change the case").click()
    page.get_by_label("Closed on").fill(DAY.isoformat())
    page.get_by_label("Outcome").select_option("corrected")
    page.get_by_role("button", name="Save the case").click()
    expect(page.get_by_text("Microsoft corrected its number")).to_be_visible()
    page.goto("/settings/contoso/audit/")
    expect(page.get_by_role("cell", name="Evidence pack made").first).to_be_visible()


def test_a_case_without_a_script_and_its_files_for_a_viewer(plain_page: Page, sign_in: SignIn, narrow_page: Page, tmp_path: Path) -> None:
    sign_in(plain_page, ADMIN)
    _open_case(plain_page, "T-7")
    sign_in(narrow_page, VIEWER)
    narrow_page.goto("/1000001/evidence/")
    assert narrow_page.evaluate("document.documentElement.scrollWidth") <= 390
    narrow_page.get_by_role("link", name="Ticket T-7").click()
    expect(narrow_page.get_by_role("button", name="Make a pack")).to_have_count(0)
    narrow_page.get_by_text("Digests and versions").click()
    assert narrow_page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "Ticket T-7" in pdf_text(_downloaded(narrow_page, "PDF", tmp_path))

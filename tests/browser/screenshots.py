"""Pictures of every page: `python -m tests.browser.screenshots FOLDER [PART OF AN ADDRESS]`, at 1440 and 390 pixels, light and dark."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, NARROW, WIDE
from tests.browser.serving import PASSWORD, chromium, running

OPEN = ("/account/login/", "/styleguide/", "/styleguide/panel/", "/nothing/here/")
SIGNED_IN = (
    "/1000001/membership/",
    "/1000001/membership/history/",
    "/1000001/membership/offers/",
    "/1000001/membership/reported/",
    "/1000001/membership/reconcile/",
    "/1000001/membership/history/compare/?designation=security&before=2026-10-31&after=2026-11-24",
    "/1000001/membership/security/",
    "/1000001/membership/security/net_customer_adds/",
    "/1000001/membership/security/intermediate_certifications/",
    "/1000001/membership/security/net_customer_adds/requirements/",
    "/1000001/insights/",
    "/1000001/insights/customers/",
    "/1000001/insights/customers/?designation=security&criterion=security.net_customer_adds.azure",
    "/1000001/insights/skilling/",
    "/1000001/insights/trends/",
    "/1000001/data/",
    "/rules/",
    "/rules/programme/",
    "/rules/interpretations/",
    "/rules/sources/",
    "/rules/designations/security/",
    "/rules/designations/security/changes/",
    "/playbook/",
    "/playbook/search/?q=association&designation=security",
    "/playbook/security/",
    "/playbook/security/2.1/",
    "/playbook/security/5.4/",
    "/playbook/resellers/contoso/",
    "/partners/",
    "/account/password/",
    "/account/two-step/",
    "/settings/account/",
    "/settings/contoso/people/",
    "/settings/contoso/invitations/",
    "/settings/contoso/tokens/",
    "/settings/contoso/audit/",
)
"""Pages that browser tests look at; add the address of a new page here."""


def main(folder: Path, part: str = "") -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, running(Path(place)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name, viewport in (("1440", WIDE), ("390", NARROW)):
            for scheme in ("light", "dark"):
                context = browser.new_context(base_url=server.url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
                page = context.new_page()
                for address in (*OPEN, "", *SIGNED_IN):
                    if not address:
                        _sign_in(page)
                    elif part in address:
                        page.goto(address)
                        page.screenshot(
                            path=folder / f"{address.strip('/').replace('/', '-')}.{name}.{scheme}.png", full_page="panel" not in address
                        )
                context.close()
        browser.close()


def _sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill("global@contoso.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])

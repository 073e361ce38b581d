"""Pictures of every page: `python -m tests.browser.screenshots FOLDER [PART OF AN ADDRESS]`, at 1440 and 390 pixels, light and dark."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, NARROW, WIDE
from tests.browser.serving import PASSWORD, chromium, running

OPEN = ("/account/login/", "/styleguide/", "/styleguide/panel/", "/nothing/here/")
SIGNED_IN = (
    "/1000001/membership/",
    "/1000001/membership/history/",
    "/1000001/membership/history/?designation=security&by=day",
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
    "/1000001/evidence/",
    "/1000001/evidence/new/?designation=security&as_of=2026-11-24",
    "/1000001/plan/",
    "/1000001/plan/coverage/",
    "/1000001/plan/coverage/?view=matrix",
    "/1000001/plan/coverage/?view=checks",
    "/1000001/plan/claims/",
    "/1000001/plan/claims/new/",
    "/1000001/plan/seats/",
    "/1000001/plan/fragility/",
    "/1000001/plan/fragility/?view=margins",
    "/1000001/plan/forecast/?designation=security",
    "/1000001/plan/forecast/?designation=security&usage=set",
    "/1000001/plan/recommendations/?designation=security",
    "/1000001/plan/path/?designation=security",
    "/1000001/plan/simulator/?kind=add_usage&change=drop_customer+tenant%3DLitware",
    "/1000001/plan/scenarios/",
    "/1000001/plan/rule-change/?edition=2023-12",
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
    "/portfolio/contoso/",
    "/portfolio/contoso/?designation=all&status=in_progress",
    "/portfolio/contoso/resellers/1000003/",
    "/portfolio/contoso/calls/",
    "/portfolio/contoso/segments/",
    "/portfolio/contoso/cohorts/?designation=security",
    "/portfolio/contoso/rule-change/?rules=2023-12&outcome=all",
    "/portfolio/contoso/others/",
    "/partners/",
    "/account/password/",
    "/account/two-step/",
    "/settings/account/",
    "/settings/contoso/people/",
    "/settings/contoso/invitations/",
    "/settings/contoso/tokens/",
    "/settings/contoso/sharing/",
    "/settings/contoso/audit/",
    "/settings/contoso/personal-data/",
    "/settings/contoso/alerts/",
    "/settings/contoso/alerts/rules/",
    "/settings/contoso/alerts/channels/",
    "/settings/contoso/alerts/deliveries/",
)
"""Pages that browser tests look at; add the address of a new page here."""


WORKED_OUT = 120_000
"""Milliseconds that the slowest answer may take on a machine that does other things as well."""


def settle(page: Page) -> None:
    """Wait until what a page shows is worked out."""
    expect(page.locator("[data-waiting], [aria-busy=true]")).to_have_count(0, timeout=WORKED_OUT)


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
                        settle(page)
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

"""What browser tests use: a server, Chromium, a page, a signed-in page, and axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.serving import PASSWORD, Server, chromium, running

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of 1440 pixels that has seen nothing; what goes wrong on it, or leaves this machine, fails the test."""
    yield from watched(browser, server, viewport=WIDE)


@pytest.fixture
def narrow_page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of 390 pixels."""
    yield from watched(browser, server, viewport=NARROW)


@pytest.fixture
def plain_page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page on which no script runs."""
    yield from watched(browser, server, viewport=WIDE, java_script_enabled=False)


def watched(browser: Browser, server: Server, *others: str, **options: Any) -> Iterator[Page]:
    """Give a new page and check afterwards that it raised nothing, broke no policy and asked no host but the server and `others`."""
    faults: list[str] = []
    context = browser.new_context(base_url=server.url, reduced_motion="reduce", **options)
    made = context.new_page()
    made.on("pageerror", lambda error: faults.append(f"script: {error}"))
    made.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    allowed = (server.url, *others, "data:")
    made.on("request", lambda request: None if request.url.startswith(allowed) else faults.append(f"asked {request.url}"))
    yield made
    context.close()
    assert faults == []


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    def enter(page: Page, email: str) -> None:
        page.goto("/account/login/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/account/login/" not in url)

    return enter


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Give what axe finds wrong on a page: the rule and the first element of each; targets too small or too near (WCAG 2.5.8) too."""

    def look(page: Page) -> list[str]:
        result: dict[str, Any] = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response
        return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in result["violations"]]

    return look

"""Alerts in a browser: a channel, a rule, a test, and all of it in the log; also without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.alerts.receivers import Hooks, hooks

ADMIN = "global@contoso.example"
Enter = Callable[[Page, str], None]


@pytest.fixture
def hook() -> Iterator[Hooks]:
    with hooks() as state:
        yield state


def make_channel(page: Page, name: str, url: str) -> None:
    page.goto("/settings/contoso/alerts/channels/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Kind").select_option("webhook")
    page.get_by_label("Address of the webhook").fill(url)
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("07:00")
    page.get_by_role("button", name="Make a channel").click()
    expect(page.get_by_role("heading", name="The secret of its signature")).to_be_visible()


def test_a_channel_a_rule_and_a_test_in_the_log(page: Page, sign_in: Enter, hook: Hooks, axe: Callable[[Page], list[str]]) -> None:
    sign_in(page, ADMIN)
    page.get_by_role("navigation").get_by_role("link", name="Alerts").first.click()
    page.get_by_role("link", name="Channels").click()
    make_channel(page, "Team hook", hook.url)
    secret = page.locator(".secret").inner_text()
    assert secret.startswith("whsec_")
    page.get_by_role("navigation", name="Alerts").get_by_role("link", name="Rules").click()
    page.get_by_label("Look out for").select_option("under")
    page.get_by_label("Designation or metric").select_option("security")
    page.get_by_label("Points").fill("72.5")
    page.get_by_label("Team hook").check()
    page.get_by_role("button", name="Make a rule").click()
    row = page.get_by_role("row", name="Points under a bound")
    expect(row).to_contain_text("under 72.5 points")
    expect(row).to_contain_text("Team hook")
    page.get_by_role("navigation", name="Alerts").get_by_role("link", name="Channels").click()
    expect(page.locator("body")).not_to_contain_text(secret)
    page.get_by_role("button", name="Send a test by Team hook").click()
    expect(page.get_by_text("The test reached 127.0.0.1.")).to_be_visible()
    assert len(hook.posted) == 1
    hook.answers = [(404, {})]
    page.get_by_role("navigation", name="Alerts").get_by_role("link", name="Channels").click()
    page.get_by_role("button", name="Send a test by Team hook").click()
    expect(page.get_by_text("The test did not reach 127.0.0.1: Refused with 404.")).to_be_visible()
    expect(page.get_by_role("table", name="Deliveries").get_by_text("Not delivered")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("table", name="Deliveries").get_by_role("link").first.click()
    expect(page.get_by_role("table", name="Attempts")).to_contain_text("404")
    assert axe(page) == []
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("It is tried again within a minute.")).to_be_visible()
    page.goto("/settings/contoso/alerts/channels/")
    page.get_by_role("button", name="Remove Team hook").click()
    expect(page.get_by_text("The channel Team hook is removed.")).to_be_visible()
    page.goto("/settings/contoso/alerts/rules/")
    expect(page.get_by_role("row", name="Points under a bound")).to_contain_text("Nobody")
    page.get_by_role("button", name="Remove the rule Points under a bound, Security").click()
    expect(page.get_by_text("The rule is removed.")).to_be_visible()


def test_a_refused_address_is_said_at_its_field_without_scripts(plain_page: Page, sign_in: Enter) -> None:
    sign_in(plain_page, ADMIN)
    plain_page.goto("/settings/contoso/alerts/channels/")
    plain_page.get_by_label("Name", exact=True).fill("Inner")
    plain_page.get_by_label("Kind").select_option("teams")
    plain_page.get_by_label("Address of the webhook").fill("https://169.254.169.254/latest/")
    plain_page.get_by_role("button", name="Make a channel").click()
    field = plain_page.get_by_label("Address of the webhook")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(plain_page.get_by_text("its host is in a network that is not public")).to_be_visible()

"""What each consent shows on each page and in each file, and a consent given, changed and taken back by a reseller's own admin."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from attain.people.consents import LONGEST
from attain.people.models import AuditEntry, Consent, Event, OrganizationPartner
from attain.people.roles import Role
from attain.published.models import PortfolioRow
from attain.published.shapes import MICRO
from tests.people.places import OWN, Places
from tests.published.market import DETAILED, EXPIRED, FOREIGN, POINTS, REVOKED, SERVED, TOTALED, Market, today

HOME = "/portfolio/wide-world/"
TOTAL, UNCLAIMED, METRIC = "61.57", "3.29", f"{POINTS // MICRO}."
LEVELS = {DETAILED: "detail", TOTALED: "totals", EXPIRED: "none", REVOKED: "none", SERVED: "none"}


@pytest.fixture(autouse=True)
def numbers(market: Market) -> None:
    """Give every reseller the same odd numbers, so that they are found wherever they show."""
    PortfolioRow.objects.update(total_micro=61_570_000, unclaimed_micro=3_290_000, qualifies=False, blocking="net_customer_adds")


def text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


PAGES: dict[str, tuple[str, Callable[[str], tuple[bool, bool]]]] = {
    "list": ("?designation=security&q={id}", lambda body: (TOTAL in body, UNCLAIMED in body)),
    "all designations": ("?designation=all&q={id}", lambda body: (TOTAL in body, UNCLAIMED in body)),
    "by unclaimed": ("?designation=security&q={id}&sort=-unclaimed", lambda body: (TOTAL in body, UNCLAIMED in body)),
    "csv": ("resellers.csv?designation=security&q={id}", lambda body: (TOTAL in body, UNCLAIMED in body)),
    "csv of a page": ("resellers.csv?designation=security&q={id}&page=1", lambda body: (TOTAL in body, UNCLAIMED in body)),
    "one reseller": ("resellers/{id}/", lambda body: (TOTAL in body, METRIC in body and UNCLAIMED in body)),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("partner", LEVELS)
def test_each_page_shows_what_each_consent_lets_see(manager: Client, page: str, partner: str) -> None:
    address, look = PAGES[page]
    answer = manager.get(HOME + address.format(id=partner))
    assert answer.status_code == 200
    body = text(answer)
    assert f"Reseller {partner}" in body
    level = LEVELS[partner]
    assert look(body) == (level in {"totals", "detail"}, level == "detail")


def test_somebody_elses_reseller_is_not_there(manager: Client) -> None:
    assert f"Reseller {FOREIGN}" not in text(manager.get(f"{HOME}?designation=security&q={FOREIGN}"))
    known, unknown = (manager.get(f"{HOME}resellers/{one}/") for one in (FOREIGN, "999999"))
    assert known.status_code == unknown.status_code == 404
    words = [re.sub(r"<[^>]+>", "", text(answer)) for answer in (known, unknown)]
    assert words[0].replace(FOREIGN, "999999") == words[1]


def test_a_file_is_kept_in_the_audit_log(manager: Client, places: Places) -> None:
    answer = manager.get(f"{HOME}resellers.xlsx?designation=security")
    assert text_of_workbook(answer)
    entry = AuditEntry.objects.get(event=Event.EXPORTED)
    assert entry.organization == places.distributor
    assert "resellers-wide-world-2026-11-24.xlsx" in entry.detail
    assert manager.get(f"{HOME}resellers.pdf").status_code == 400


def text_of_workbook(answer: Any) -> bool:
    return b"".join(answer.streaming_content)[:2] == b"PK"


@pytest.fixture
def reseller(places: Places) -> Client:
    """The Partner admin of Contoso, which does not share anything yet."""
    client = Client()
    client.force_login(places.people[Role.PARTNER_ADMIN])
    return client


def shown_total(manager: Client) -> tuple[bool, bool]:
    body = text(manager.get(f"{HOME}?designation=security&q={OWN}"))
    return (TOTAL in body, UNCLAIMED in body)


def test_a_reseller_gives_changes_and_revokes_a_consent_and_it_holds_at_once(manager: Client, reseller: Client, places: Places) -> None:
    for model in (PortfolioRow,):
        model.objects.filter(partner_id=FOREIGN).update(partner_id=OWN, name=f"Reseller {OWN}", name_folded=f"reseller {OWN}")
    page = "/settings/contoso/sharing/"
    assert shown_total(manager) == (False, False)
    form = {"partner_id": OWN, "distributor": "wide-world", "level": "totals", "until": today().isoformat()}
    assert reseller.post(page, form).status_code == 302
    assert shown_total(manager) == (True, False)
    assert reseller.post(page, form | {"level": "detail"}).status_code == 302
    assert shown_total(manager) == (True, True)
    consent = OrganizationPartner.objects.get(organization=places.distributor, partner_id=OWN)
    assert consent.given_by == places.people[Role.PARTNER_ADMIN]
    assert "Revoke" in text(reseller.get(page))
    answer = reseller.post(f"{page}{consent.pk}/revoke/", follow=True)
    assert "no longer sees" in text(answer)
    assert shown_total(manager) == (False, False)
    for place in (places.partner, places.distributor):
        events = list(AuditEntry.objects.filter(organization=place, partner_id=OWN).values_list("event", flat=True))
        assert sorted(events) == [Event.CONSENT_GIVEN, Event.CONSENT_GIVEN, Event.CONSENT_REVOKED]
    assert "may have been revoked already" in text(reseller.post(f"{page}{consent.pk}/revoke/", follow=True))


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("until", dt.timedelta(days=-1), "not within two years"),
        ("until", LONGEST + dt.timedelta(days=1), "not within two years"),
        ("partner_id", TOTALED, "Select a valid choice"),
        ("distributor", "fabrikam", "Select a valid choice"),
        ("level", "own", "Select a valid choice"),
    ],
)
def test_what_cannot_be_shared_is_said_in_the_form(reseller: Client, field: str, value: str | dt.timedelta, fault: str) -> None:
    value = value if isinstance(value, str) else (today() + value).isoformat()
    form = {"partner_id": OWN, "distributor": "wide-world", "level": "totals", "until": today().isoformat(), field: value}
    answer = reseller.post("/settings/contoso/sharing/", form)
    assert answer.status_code == 200
    assert fault in text(answer)
    assert not OrganizationPartner.objects.filter(partner_id=OWN).exclude(consent=Consent.OWN).exists()


def test_nobody_revokes_what_another_reseller_gave(reseller: Client, market: Market) -> None:
    consent = OrganizationPartner.objects.get(organization=market.distributor, partner_id=DETAILED)
    reseller.post(f"/settings/contoso/sharing/{consent.pk}/revoke/")
    assert OrganizationPartner.objects.filter(pk=consent.pk).exists()


def test_only_admins_share(places: Places) -> None:
    client = Client()
    client.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    assert client.get("/settings/contoso/sharing/").status_code == 403
